// The names of migration files: VERSION_name.sql and R_name.sql. Pure; any thread.
#ifndef FERRY_CORE_MIGRATION_FILE_NAME_H_
#define FERRY_CORE_MIGRATION_FILE_NAME_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/migration/version.h"

namespace ferry::migration {

inline constexpr char kRepeatablePrefix[] = "R_";

struct FileName {
  Version version;  // 0.0.0 of a repeatable file
  std::string name;
  bool repeatable = false;
};

// Whether the folder's reader must look at it at all: it ends in ".sql", in whatever case.
bool IsSqlFile(absl::string_view file);

// kBadVersion for anything but R_name.sql, and VERSION_name.sql with a version above 0.0.0.
absl::StatusOr<FileName> ParseFileName(absl::string_view file);

// Whether `name` may stand behind the version: letters, digits, '_', '.' and '-', at most 100.
bool IsMigrationName(absl::string_view name);

}  // namespace ferry::migration

#endif  // FERRY_CORE_MIGRATION_FILE_NAME_H_
