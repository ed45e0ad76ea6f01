// PostgreSQL 15's own parser (libpg_query) behind one small interface: splits a text into statements, says
// what each is and where it stands. Never crashes on hostile input: it parses on a thread with a large stack
// and refuses what could exhaust even that. Pure; any thread.
#ifndef FERRY_CORE_SQL_PARSER_H_
#define FERRY_CORE_SQL_PARSER_H_

#include <cstddef>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/sql/quote.h"      // IWYU pragma: export
#include "core/sql/statement.h"  // IWYU pragma: export

namespace ferry::sql {

inline constexpr size_t kMaxStatementBytes = size_t{16} << 20;
// Tokens of one list element (between two commas or semicolons, brackets included): bounds the depth of the
// tree.
inline constexpr size_t kMaxElementTokens = 100000;

// The statements of `sql` in order; empty ones (`;;`, comments) are left out. `first_line` and `first_column`
// are the place of sql's first byte in `file`, `replaced` its pieces that stand otherwise there. Errors, all
// kSqlSyntax with the exact place: what the grammar refuses, psql commands (`\i`), NUL bytes, invalid UTF-8,
// a statement over the limits above. A forbidden statement is no error here: see Statement::forbidden.
absl::StatusOr<std::vector<Statement>> Split(absl::string_view sql, absl::string_view file, int first_line,
                                             int first_column = 1,
                                             const std::vector<Replaced>& replaced = {});

}  // namespace ferry::sql

#endif  // FERRY_CORE_SQL_PARSER_H_
