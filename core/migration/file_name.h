// The names of migration files: VERSION_name.sql. Pure; any thread.
#ifndef FERRY_CORE_MIGRATION_FILE_NAME_H_
#define FERRY_CORE_MIGRATION_FILE_NAME_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/migration/version.h"

namespace ferry::migration {

struct FileName {
  Version version;
  std::string name;
};

// Whether the folder's reader must look at it at all: it ends in ".sql", in whatever case.
bool IsSqlFile(absl::string_view file);

// kBadVersion for anything but VERSION_name.sql with a version above 0.0.0, and for R_name.sql with its own
// words.
absl::StatusOr<FileName> ParseFileName(absl::string_view file);

// Whether `name` may stand behind the version: letters, digits, '_', '.' and '-', at most 100.
bool IsMigrationName(absl::string_view name);

}  // namespace ferry::migration

#endif  // FERRY_CORE_MIGRATION_FILE_NAME_H_
