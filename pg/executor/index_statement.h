// What we can resume among the statements that cannot run in a transaction: CREATE and DROP INDEX
// CONCURRENTLY. Reads the tokens of PostgreSQL's scanner. Pure; any thread.
#ifndef FERRY_PG_EXECUTOR_INDEX_STATEMENT_H_
#define FERRY_PG_EXECUTOR_INDEX_STATEMENT_H_

#include "absl/status/statusor.h"
#include "core/sql/statement.h"

namespace ferry::executor {

struct IndexStatement {
  bool create = true;     // false: DROP
  bool unique = false;    // CREATE only
  bool tolerant = false;  // IF NOT EXISTS, IF EXISTS
  sql::TableName index;   // CREATE: without a schema, it lives in its table's
  sql::TableName table;   // CREATE only
};

// kNonTransactional, with the statement but no file, for everything else, an index without a name included.
absl::StatusOr<IndexStatement> ParseIndexStatement(const sql::Statement& statement);

}  // namespace ferry::executor

#endif  // FERRY_PG_EXECUTOR_INDEX_STATEMENT_H_
