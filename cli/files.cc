#include "cli/files.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "core/base/error.h"

namespace ferry::cli {
namespace fs = std::filesystem;
namespace {

constexpr std::uintmax_t kLargest = 64 << 20;

absl::Status Problem(const std::string& what, const std::string& path, const std::string& why) {
  return Error(ErrorCode::kFileSystem, absl::StrCat("cannot ", what, " \"", path, "\": ", why));
}

absl::Status ProblemOfErrno(const std::string& what, const std::string& path) {
  return Problem(what, path, std::generic_category().message(errno));
}

// Writes and closes; the descriptor is gone afterwards.
absl::Status WriteAndClose(int fd, const std::string& path, const std::string& bytes) {
  size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t n = ::write(fd, bytes.data() + done, bytes.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      const absl::Status status = ProblemOfErrno("write", path);
      ::close(fd);
      return status;
    }
    done += static_cast<size_t>(n);
  }
  const bool synced = ::fsync(fd) == 0;
  const bool closed = ::close(fd) == 0;
  return synced && closed ? absl::OkStatus() : ProblemOfErrno("write", path);
}

}  // namespace

bool Exists(const std::string& path) {
  std::error_code error;
  return fs::exists(path, error);
}

bool IsFolder(const std::string& path) {
  std::error_code error;
  return fs::is_directory(path, error);
}

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::error_code error;
  const std::uintmax_t size = fs::file_size(path, error);
  if (error) return Problem("read", path, error.message());
  if (size > kLargest)
    return Problem("read", path, absl::StrCat("it has ", size, " bytes; the limit is ", kLargest));
  std::ifstream in(path, std::ios::binary);
  std::ostringstream bytes;
  if (size > 0) bytes << in.rdbuf();
  if (!in.is_open() || in.bad() || bytes.fail()) return ProblemOfErrno("read", path);
  return bytes.str();
}

absl::StatusOr<std::vector<std::string>> FilesIn(const std::string& folder) {
  std::error_code error;
  std::vector<std::string> out;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    std::error_code ignored;
    if (it->is_regular_file(ignored)) out.push_back(it->path().filename().string());
  }
  if (error) return Problem("read the folder", folder, error.message());
  std::sort(out.begin(), out.end());
  return out;
}

absl::Status WriteNewFile(const std::string& path, const std::string& bytes) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (fd < 0 && errno == EEXIST) return Problem("write", path, "it exists, and is left as it is");
  if (fd < 0) return ProblemOfErrno("write", path);
  return WriteAndClose(fd, path, bytes);
}

absl::Status ReplaceFile(const std::string& path, const std::string& bytes) {
  const std::string temporary = absl::StrCat(path, ".", ::getpid(), ".tmp");
  const int fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (fd < 0) return ProblemOfErrno("write", path);
  absl::Status status = WriteAndClose(fd, path, bytes);
  if (status.ok() && ::rename(temporary.c_str(), path.c_str()) != 0) status = ProblemOfErrno("write", path);
  if (!status.ok()) ::unlink(temporary.c_str());
  return status;
}

absl::Status RemoveFile(const std::string& path) {
  return ::unlink(path.c_str()) == 0 ? absl::OkStatus() : ProblemOfErrno("remove", path);
}

absl::Status SyncFolder(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return ProblemOfErrno("open the folder", path);
  const bool synced = ::fsync(fd) == 0;
  ::close(fd);
  return synced ? absl::OkStatus() : ProblemOfErrno("write", path);
}

absl::Status MakeFolder(const std::string& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error) return Problem("make the folder", path, error.message());
  return absl::OkStatus();
}

std::string Join(const std::string& folder, const std::string& path) {
  if (path.empty() || path == ".") return folder;
  return (fs::path(folder) / path).lexically_normal().string();
}

}  // namespace ferry::cli
