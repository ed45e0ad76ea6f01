// What a transform's query must be, and the statements that carry its rows to a program and the answers back.
// The query is judged by PostgreSQL's parse tree and stays, byte for byte, a sub-select of ours. Pure; any
// thread.
#ifndef FERRY_CORE_SQL_TRANSFORM_H_
#define FERRY_CORE_SQL_TRANSFORM_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/sql/statement.h"

namespace ferry::sql {

// The options of a transform that concern SQL.
struct TransformOptions {
  TableName table;               // empty: whichever the query reads
  std::vector<std::string> key;  // columns that name a row of the table
  std::vector<std::string> set;  // columns that the answers may write
};

// With n key columns, in the order given. Staging is the temporary table `ferry_transform`, which goes with
// its transaction; its columns have the table's own types.
struct TransformQueries {
  // The next rows in key order: the row as JSON on one line, then the key's columns.
  std::string read;        // after the key ($1..$n); $n+1 = most rows
  std::string read_first;  // from the start; $1 = most rows
  std::string create;      // staging, empty
  std::string fill;        // $1 = answers, $2 = the rows as they were read; text[] of the same length
  std::string lock;        // the rows of the table that staging names, in its order
  // Writes the answers into those rows whose JSON is still what was read. Returns the places (1, 2, …) in $1
  // and $2 of `fill` that were written.
  std::string update;
  std::string still;              // $1 = places: how many of these rows still match, and the lowest place
  std::string remaining;          // count(*) of the rows that (still) match
  std::string remaining_example;  // the key columns of one row that (still) matches, or no row
};

// The table that the query reads. kTransformShape, with the statement's line and column but no file name,
// unless `statement` is one plain SELECT from one table (`options.table`, if that is given, written with the
// same schema): no sub-select, join, aggregate, window, DISTINCT, GROUP BY, set operation, LIMIT, ORDER BY,
// FOR UPDATE or $ parameter, every column of its list with a name of its own, the key's columns among them as
// they are, and a WHERE that mentions a column of `set`: one that never looks at what is written would match
// a row again. A column of the key cannot be written.
absl::StatusOr<TableName> CheckTransform(const Statement& statement, const TransformOptions& options);

// Errors: those of CheckTransform.
absl::StatusOr<TransformQueries> RenderTransform(const Statement& statement, const TransformOptions& options);

}  // namespace ferry::sql

#endif  // FERRY_CORE_SQL_TRANSFORM_H_
