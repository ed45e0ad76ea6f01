// Inside pg/backup: durable files and folders. Every error is kBackupDisk with the path and the system's
// reason.
#ifndef FERRY_PG_BACKUP_FILES_H_
#define FERRY_PG_BACKUP_FILES_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace ferry::pg {

absl::Status DiskError(absl::string_view what, absl::string_view path, int problem);

// A new folder PREFIX.XXXXXXSUFFIX, 0700, removed with all it holds unless it was kept.
class NewFolder {
 public:
  static absl::StatusOr<NewFolder> Make(absl::string_view prefix, absl::string_view suffix);
  NewFolder(NewFolder&& other) noexcept : path_(std::move(other.path_)) { other.path_.clear(); }
  NewFolder& operator=(NewFolder&&) = delete;
  ~NewFolder();
  const std::string& path() const { return path_; }
  void Keep() { path_.clear(); }

 private:
  explicit NewFolder(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

// An exclusive lock on a folder itself, of this process or another; it ends with the object or the process.
class FolderLock {
 public:
  // Nothing to hold (held() is false) when somebody else has it.
  static absl::StatusOr<FolderLock> Try(const std::string& folder);
  FolderLock(FolderLock&& other) noexcept : descriptor_(other.descriptor_), held_(other.held_) {
    other.descriptor_ = -1;
  }
  FolderLock& operator=(FolderLock&&) = delete;
  ~FolderLock();
  bool held() const { return held_; }

 private:
  FolderLock(int descriptor, bool held) : descriptor_(descriptor), held_(held) {}
  int descriptor_;
  bool held_;
};

// A new file (0600) with these bytes, fsynced.
absl::Status WriteNewFile(const std::string& path, absl::string_view bytes);
// fsync of a file or folder.
absl::Status Sync(const std::string& path);
absl::Status Rename(const std::string& from, const std::string& to);
// The whole file. Its errors have code kFileSystem.
absl::StatusOr<std::string> ReadAll(const std::string& path);

// Size and hash of a file, read piece by piece. Its errors have code kFileSystem.
struct FileDigest {
  int64_t size = 0;
  std::string sha256;
};
// `go_on` (may be empty) is asked after each piece; kCancelled when it says false.
absl::StatusOr<FileDigest> DigestOf(const std::string& path, const std::function<bool()>& go_on = nullptr);

// Bytes in the files of a folder, 0 when it cannot be read.
int64_t SizeOf(const std::string& folder);

}  // namespace ferry::pg

#endif  // FERRY_PG_BACKUP_FILES_H_
