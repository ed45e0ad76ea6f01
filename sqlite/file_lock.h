// Ownership of a file by one process: an advisory lock on a file beside it, gone with the object or the
// process.
#ifndef FERRY_SQLITE_FILE_LOCK_H_
#define FERRY_SQLITE_FILE_LOCK_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace ferry::sqlite {

// Immutable; destroyed by any thread.
class FileLock {
 public:
  // Never waits. kStore when another process has it or the lock's file cannot be made; the error names that
  // process, and says `owner` and `what` ("controller", "store") where a person reads it.
  static absl::StatusOr<std::unique_ptr<FileLock>> Take(const std::string& path, const char* owner,
                                                        const char* what);
  ~FileLock();
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

 private:
  explicit FileLock(int descriptor) : descriptor_(descriptor) {}
  const int descriptor_;
};

}  // namespace ferry::sqlite

#endif  // FERRY_SQLITE_FILE_LOCK_H_
