// The header lines of a migration file, `-- key: value`. Pure; any thread.
#ifndef FERRY_CORE_MIGRATION_HEADER_H_
#define FERRY_CORE_MIGRATION_HEADER_H_

#include "core/migration/layout.h"
#include "core/migration/migration.h"

namespace ferry::migration {

// Fills version, name and the other fields of the header from `layout`'s header comments. A comment that is
// not of the shape `-- word: …` is passed over. Problems: kMigrationHeader for an unknown, repeated, missing
// or malformed line; kPlaceholder for a `${name}` in role or search_path that has no value; kBadVersion for a
// bad version; kRepeatableShape for what only a version may say, or another name than the file's; kRequires
// for a required version that is not lower than the migration's own.
void ReadHeader(Source& source, const Layout& layout, Migration& migration);

}  // namespace ferry::migration

#endif  // FERRY_CORE_MIGRATION_HEADER_H_
