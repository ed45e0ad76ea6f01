#include "agent/program/image.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "core/base/hash.h"

namespace ferry::program {
namespace {

constexpr off_t kLargest = off_t{256} << 20;
constexpr unsigned kExecutableMemory = 0x10U;  // MFD_EXEC, since Linux 6.3

Error Refuse(const std::string& name, absl::string_view why) {
  Error error(ErrorCode::kTransformProgram, absl::StrCat("program \"", name, "\" ", why));
  error.Next("mend `programs:` in the agent's file, send it SIGHUP, then promote again");
  return error;
}

int NewMemory(const std::string& name) {
  const std::string label = absl::StrCat("ferry-", name);
  const int made = ::memfd_create(label.c_str(), MFD_CLOEXEC | MFD_ALLOW_SEALING | kExecutableMemory);
  if (made >= 0 || errno != EINVAL) return made;
  return ::memfd_create(label.c_str(), MFD_CLOEXEC | MFD_ALLOW_SEALING);
}

bool WriteAll(int to, absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(to, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(count));
  }
  return true;
}

// Copies and returns the hash of what was copied; "" with errno when that failed.
std::string CopyAndHash(int from, int to) {
  Sha256 hash;
  std::vector<char> bytes(size_t{1} << 16);
  off_t all = 0;
  for (;;) {
    const ssize_t count = ::read(from, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return "";
    if (count == 0) return hash.HexDigest();
    const absl::string_view part(bytes.data(), static_cast<size_t>(count));
    all += count;
    if (all > kLargest) errno = EFBIG;
    if (all > kLargest || !WriteAll(to, part)) return "";
    hash.Update(part);
  }
}

}  // namespace

absl::StatusOr<pg::Descriptor> LoadImage(const std::string& name, const std::string& path,
                                         const std::string& sha256) {
  const auto failed = [&name](absl::string_view what) -> absl::Status {
    return Refuse(name, absl::StrCat(what, ": ", std::strerror(errno)));
  };
  const pg::Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.get() < 0) return failed("cannot be read by the agent");
  struct stat about {};
  if (::fstat(file.get(), &about) != 0) return failed("cannot be read by the agent");
  if (!S_ISREG(about.st_mode) || (about.st_mode & 0111) == 0) {
    return Refuse(name, "is no executable regular file");
  }
  const pg::Descriptor memory(NewMemory(name));
  if (memory.get() < 0) return failed("cannot be copied into memory");
  const std::string found = CopyAndHash(file.get(), memory.get());
  if (found.empty()) return failed("cannot be copied into memory");
  if (found != sha256) {
    return Refuse(name, absl::StrCat("is not the one that the agent's file pins: its sha256 is ", found,
                                     ", pinned is ", sha256));
  }
  if (::fchmod(memory.get(), 0500) != 0 ||
      ::fcntl(memory.get(), F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0) {
    return failed("cannot be sealed in memory");
  }
  // Open for writing nowhere any more, as execve wants it.
  pg::Descriptor sealed(::open(absl::StrCat("/proc/self/fd/", memory.get()).c_str(), O_RDONLY | O_CLOEXEC));
  if (sealed.get() < 0) return failed("cannot be opened in memory (is /proc there?)");
  return sealed;
}

}  // namespace ferry::program
