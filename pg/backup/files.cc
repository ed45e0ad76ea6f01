#include "pg/backup/files.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "core/base/hash.h"

namespace ferry::pg {
namespace {

constexpr size_t kPiece = size_t{1} << 20;

absl::Status ReadError(const std::string& path, int problem) {
  return Error(ErrorCode::kFileSystem, absl::StrCat("cannot read ", path, ": ", std::strerror(problem)));
}

absl::Status WriteFully(int descriptor, absl::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(descriptor, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return DiskError("cannot write", path, errno);
    bytes.remove_prefix(static_cast<size_t>(count));
  }
  return absl::OkStatus();
}

// Hands the file to `use` piece by piece.
template <typename Use>
absl::Status ReadPieces(const std::string& path, Use use) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (descriptor < 0) return ReadError(path, errno);
  const auto close = absl::MakeCleanup([descriptor] { ::close(descriptor); });
  std::vector<char> piece(kPiece);
  while (true) {
    const ssize_t count = ::read(descriptor, piece.data(), piece.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return ReadError(path, errno);
    if (count == 0) return absl::OkStatus();
    RETURN_IF_ERROR(use(absl::string_view(piece.data(), static_cast<size_t>(count))));
  }
}

}  // namespace

absl::Status DiskError(absl::string_view what, absl::string_view path, int problem) {
  return Error(ErrorCode::kBackupDisk, absl::StrCat(what, " ", path, ": ", std::strerror(problem)));
}

absl::StatusOr<NewFolder> NewFolder::Make(absl::string_view prefix, absl::string_view suffix) {
  std::string path = absl::StrCat(prefix, ".XXXXXX", suffix);
  // mkdtemp wants the X at the end: made there, then given its last name.
  std::string made = absl::StrCat(prefix, ".XXXXXX");
  if (::mkdtemp(made.data()) == nullptr) return DiskError("cannot make", path, errno);
  path = absl::StrCat(made, suffix);
  if (suffix.empty()) return NewFolder(made);
  if (::rename(made.c_str(), path.c_str()) == 0) return NewFolder(path);
  const int problem = errno;
  ::rmdir(made.c_str());
  return DiskError("cannot make", path, problem);
}

NewFolder::~NewFolder() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

absl::StatusOr<FolderLock> FolderLock::Try(const std::string& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return DiskError("cannot open the folder", folder, errno);
  const bool held = ::flock(descriptor, LOCK_EX | LOCK_NB) == 0;
  if (!held && errno != EWOULDBLOCK) {
    const int problem = errno;
    ::close(descriptor);
    return DiskError("cannot lock the folder", folder, problem);
  }
  return FolderLock(descriptor, held);
}

FolderLock::~FolderLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

absl::Status WriteNewFile(const std::string& path, absl::string_view bytes) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (descriptor < 0) return DiskError("cannot write", path, errno);
  absl::Status status = WriteFully(descriptor, bytes, path);
  if (status.ok() && ::fsync(descriptor) != 0) status = DiskError("cannot write", path, errno);
  if (::close(descriptor) != 0 && status.ok()) status = DiskError("cannot write", path, errno);
  return status;
}

absl::Status Sync(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return DiskError("cannot open", path, errno);
  const int problem = ::fsync(descriptor) == 0 ? 0 : errno;
  ::close(descriptor);
  return problem == 0 ? absl::OkStatus() : DiskError("cannot write", path, problem);
}

absl::Status Rename(const std::string& from, const std::string& to) {
  return std::rename(from.c_str(), to.c_str()) == 0 ? absl::OkStatus()
                                                    : DiskError("cannot rename to", to, errno);
}

absl::StatusOr<std::string> ReadAll(const std::string& path) {
  std::string bytes;
  RETURN_IF_ERROR(ReadPieces(path, [&bytes](absl::string_view piece) {
    bytes.append(piece.data(), piece.size());
    return absl::OkStatus();
  }));
  return bytes;
}

absl::StatusOr<FileDigest> DigestOf(const std::string& path, const std::function<bool()>& go_on) {
  FileDigest digest;
  Sha256 hash;
  RETURN_IF_ERROR(ReadPieces(path, [&](absl::string_view piece) {
    digest.size += static_cast<int64_t>(piece.size());
    hash.Update(piece);
    if (go_on && !go_on())
      return absl::Status(Error(ErrorCode::kCancelled, "cancelled while the backup was read"));
    return absl::OkStatus();
  }));
  digest.sha256 = hash.HexDigest();
  return digest;
}

int64_t SizeOf(const std::string& folder) {
  std::error_code problem;
  int64_t bytes = 0;
  std::filesystem::directory_iterator entry(folder, problem);
  for (; !problem && entry != std::filesystem::directory_iterator(); entry.increment(problem)) {
    std::error_code gone;
    const auto size = entry->file_size(gone);
    if (!gone) bytes += static_cast<int64_t>(size);
  }
  return bytes;
}

}  // namespace ferry::pg
