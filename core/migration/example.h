// The migration of the design's own example, and shortcuts, for the tests of this folder.
#ifndef FERRY_CORE_MIGRATION_EXAMPLE_H_
#define FERRY_CORE_MIGRATION_EXAMPLE_H_

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "core/migration/plan.h"

namespace ferry::migration {

inline constexpr char kExampleFile[] = "1.1.0_add_adjusted_close.sql";
inline constexpr char kExample[] = R"sql(-- migration: 1.1.0 add_adjusted_close
-- description: split- and dividend-adjusted close, backfilled from close
-- author: data-platform
-- date: 2026-11-22
-- breaking: no
-- requires: 1.0.0

-- ferry:up
ALTER TABLE prices ADD COLUMN adjusted_close NUMERIC(10,2);

-- ferry:backfill table=prices batch=5000
UPDATE prices SET adjusted_close = close WHERE adjusted_close IS NULL AND close IS NOT NULL;

-- ferry:down
ALTER TABLE prices DROP COLUMN adjusted_close;

-- ferry:verify
SELECT count(*) = 1 FROM information_schema.columns
 WHERE table_name = 'prices' AND column_name = 'adjusted_close';
)sql";

// A file `VERSION_NAME.sql` with a header of two lines (and `extra` ones) and `body`.
inline SourceFile FileWith(absl::string_view version, absl::string_view name, absl::string_view body,
                           absl::string_view extra = "") {
  return {absl::StrCat(version, "_", name, ".sql"),
          absl::StrCat("-- migration: ", version, " ", name, "\n-- description: d\n", extra, body)};
}

// A complete small migration.
inline SourceFile Small(absl::string_view version, absl::string_view name, absl::string_view extra = "") {
  return FileWith(
      version, name,
      absl::StrCat("-- ferry:up\nCREATE TABLE ", name, " (a int);\n-- ferry:down\nDROP TABLE ", name, ";\n"),
      extra);
}

// A file R_NAME.sql.
inline SourceFile Repeatable(absl::string_view name, absl::string_view up = "SELECT 1;") {
  return {absl::StrCat("R_", name, ".sql"),
          absl::StrCat("-- repeatable: ", name, "\n-- description: d\n-- ferry:up\n", up, "\n")};
}

}  // namespace ferry::migration

#endif  // FERRY_CORE_MIGRATION_EXAMPLE_H_
