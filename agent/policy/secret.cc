#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "agent/policy/policy.h"
#include "core/base/error.h"

namespace ferry::policy {
namespace {

constexpr size_t kMostBytes = 4096;

// A file that closes itself.
class Descriptor {
 public:
  explicit Descriptor(const std::string& path)
      : fd_(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)) {}
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int fd() const { return fd_; }

 private:
  const int fd_;
};

absl::Status Refuse(const std::string& path, absl::string_view why) {
  return Error(ErrorCode::kConfig, absl::StrCat("\"", path, "\" ", why));
}

absl::Status CheckOpen(const Descriptor& file, const std::string& path) {
  struct stat info {};
  if (file.fd() < 0 || fstat(file.fd(), &info) != 0) {
    return Refuse(path, absl::StrCat("cannot be opened: ", strerror(errno)));
  }
  if (!S_ISREG(info.st_mode)) return Refuse(path, "is not a regular file");
  if ((info.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return Refuse(path,
                  "can be read by others than its owner: chmod 0600 it, and change the password if they did");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckSecretFile(const std::string& path) { return CheckOpen(Descriptor(path), path); }

absl::StatusOr<std::string> ReadPassword(const std::string& path) {
  const Descriptor file(path);
  RETURN_IF_ERROR(CheckOpen(file, path));
  char buffer[kMostBytes + 1];
  const ssize_t count = read(file.fd(), buffer, sizeof(buffer));
  if (count < 0) return Refuse(path, absl::StrCat("cannot be read: ", strerror(errno)));
  absl::string_view line(buffer, static_cast<size_t>(count));
  if (absl::ConsumeSuffix(&line, "\n")) absl::ConsumeSuffix(&line, "\r");
  if (line.empty()) return Refuse(path, "is empty; it must hold the password");
  if (line.size() > kMostBytes || absl::StrContains(line, "\n") || line.find('\0') != line.npos) {
    return Refuse(path, "must hold one line, the password, and nothing else");
  }
  return std::string(line);
}

namespace {

absl::StatusOr<pg::ConnectSettings> WithLogin(const std::map<std::string, std::string>& connection,
                                              const LoginConfig& login) {
  pg::ConnectSettings settings{connection};
  settings.parameters["user"] = login.user;
  if (!login.passfile.empty()) settings.parameters["passfile"] = login.passfile;
  if (!login.password_file.empty()) {
    ASSIGN_OR_RETURN(settings.parameters["password"], ReadPassword(login.password_file));
  }
  return settings;
}

}  // namespace

absl::StatusOr<pg::ConnectSettings> SettingsOf(const TargetConfig& target, const LoginConfig& login) {
  return WithLogin(target.connection, login);
}

absl::StatusOr<pg::ConnectSettings> ScratchSettingsOf(const TargetConfig& target) {
  if (target.scratch.has_value()) return WithLogin(target.scratch->connection, target.scratch->login);
  return Error(ErrorCode::kScratch,
               absl::StrCat("the agent's file names no server for scratch databases of \"", target.id, "\""))
      .TargetState("unchanged: nothing was recorded")
      .Next("add `scratch: { connection: {…}, user: … }` to the target in the agent's file, then reload it");
}

}  // namespace ferry::policy
