// Turns a backfill's statement into the queries that run it in key ranges. Works on PostgreSQL's parse tree
// and checks that the text it hands out parses back to that very tree. Pure; any thread.
#ifndef FERRY_CORE_SQL_BACKFILL_H_
#define FERRY_CORE_SQL_BACKFILL_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/sql/statement.h"

namespace ferry::sql {

// With n key columns. A slice is a range of the table's rows in key order, whether they match the statement's
// WHERE or not, so the work of one step is bounded by the batch size. Every $ takes its type from the column
// or LIMIT that it stands beside.
struct BackfillQueries {
  // The key columns of the last row of the next slice: one row, or none when the table has no row left.
  std::string upper_bound;        // after the key ($1..$n); $n+1 = rows in a slice
  std::string upper_bound_first;  // from the start; $1 = rows in a slice
  // The statement, kept as it is but for `AND key > ($1..$n) AND key <= ($n+1..$2n)`.
  std::string batch;
  std::string batch_first;        // only `AND key <= ($1..$n)`
  std::string remaining;          // count(*) of the rows that (still) match
  std::string remaining_example;  // the key columns of one row that (still) matches, or no row
  std::string one;                // the statement for the row with key ($1..$n) alone
  std::string one_remaining;      // count(*) of that row, if it (still) matches
};

// kBackfillShape, with the statement's line and column but no file name, unless `statement` is one UPDATE or
// DELETE of `table` (written with the same schema, or both without) with a WHERE, without RETURNING, $
// parameters, WHERE CURRENT OF or a writing CTE, and, for an UPDATE, with a WHERE that mentions a column it
// sets: one that never looks at what it changes would change a row twice.
absl::Status CheckBackfill(const Statement& statement, const TableName& table);

// Errors: those of CheckBackfill; kBackfillKey without key columns.
absl::StatusOr<BackfillQueries> RenderBackfill(const Statement& statement, const TableName& table,
                                               const std::vector<std::string>& key_columns);

}  // namespace ferry::sql

#endif  // FERRY_CORE_SQL_BACKFILL_H_
