// Where a new migration starts. Pure; any thread.
#ifndef FERRY_CORE_MIGRATION_SCAFFOLD_H_
#define FERRY_CORE_MIGRATION_SCAFFOLD_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/migration/plan.h"

namespace ferry::migration {

// The text of a new file VERSION_name.sql: header and empty sections to fill in. `author` and `date` may be
// empty.
std::string NewMigrationText(const Version& version, absl::string_view name, absl::string_view author,
                             absl::string_view date);

// The same of a repeatable file R_name.sql.
std::string NewRepeatableText(absl::string_view name, absl::string_view author, absl::string_view date);

// "R_views.sql".
std::string RepeatableFileName(absl::string_view name);

// "1.2.0_add_close.sql".
std::string MigrationFileName(const Version& version, absl::string_view name);

// MINOR + 1 of the newest; 1.0.0 when there is none. kBadVersion for a .sql file without a native name.
absl::StatusOr<Version> NextVersion(const std::vector<SourceFile>& files);

}  // namespace ferry::migration

#endif  // FERRY_CORE_MIGRATION_SCAFFOLD_H_
