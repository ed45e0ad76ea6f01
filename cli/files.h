// Local files, whole ones. All errors are kFileSystem with the path as the user wrote it and the reason.
#ifndef FERRY_CLI_FILES_H_
#define FERRY_CLI_FILES_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace ferry::cli {

bool Exists(const std::string& path);
bool IsFolder(const std::string& path);

// The bytes of a file of at most 64 MiB.
absl::StatusOr<std::string> ReadFile(const std::string& path);
// Names of the regular files in `folder`, sorted.
absl::StatusOr<std::vector<std::string>> FilesIn(const std::string& folder);

// Writes a file that must not exist; an existing one stays as it is.
absl::Status WriteNewFile(const std::string& path, const std::string& bytes);
// Replaces a file in one step: readers see the old bytes or the new ones.
absl::Status ReplaceFile(const std::string& path, const std::string& bytes);
// Removes a file that is there.
absl::Status RemoveFile(const std::string& path);
// Makes the names in a folder durable.
absl::Status SyncFolder(const std::string& path);
// Makes the folder and its parents; an existing one is fine.
absl::Status MakeFolder(const std::string& path);

// `path` seen from `folder`, unless it is absolute; "." is the folder itself.
std::string Join(const std::string& folder, const std::string& path);

}  // namespace ferry::cli

#endif  // FERRY_CLI_FILES_H_
