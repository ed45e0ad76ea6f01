#include "sqlite/file_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "core/base/error.h"

namespace ferry::sqlite {

absl::StatusOr<std::unique_ptr<FileLock>> FileLock::Take(const std::string& path, const char* owner,
                                                         const char* what) {
  const int descriptor = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) {
    return Error(ErrorCode::kStore,
                 absl::StrCat("cannot open the lock of the ", what, ", \"", path, "\": ", strerror(errno)))
        .Next(absl::StrCat("let the ", owner, "'s user write the folder of its ", what));
  }
  std::unique_ptr<FileLock> lock(new FileLock(descriptor));
  if (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    char holder[32] = {};
    if (errno != EWOULDBLOCK || read(descriptor, holder, sizeof(holder) - 1) < 0) {
      return Error(ErrorCode::kStore, absl::StrCat("cannot lock \"", path, "\": ", strerror(errno)));
    }
    return Error(ErrorCode::kStore,
                 absl::StrCat("another ", owner, ", process ", absl::StripAsciiWhitespace(holder),
                              ", uses this ", what, " (\"", path, "\" is locked)"))
        .Next(absl::StrCat("stop that ", owner, ", or give this one a ", what, " of its own"));
  }
  const std::string self = absl::StrCat(getpid(), "\n");
  // What the file says is only for the message above: that it could not be written loses nothing.
  if (ftruncate(descriptor, 0) != 0 || write(descriptor, self.data(), self.size()) < 0) errno = 0;
  return lock;
}

FileLock::~FileLock() { close(descriptor_); }

}  // namespace ferry::sqlite
