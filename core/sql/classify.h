// What a parsed statement is. Inside core/sql only; call inside RunOnBigStack.
#ifndef FERRY_CORE_SQL_CLASSIFY_H_
#define FERRY_CORE_SQL_CLASSIFY_H_

#include <string>
#include <vector>

#include "core/sql/statement.h"
#include "core/sql/tree.h"

namespace ferry::sql {

// Kind and command tag; tags are those of PostgreSQL's CreateCommandTag (src/backend/tcop/utility.c), with
// " CONCURRENTLY" added where the statement says so.
struct Classification {
  Kind kind = Kind::kUnclassified;
  std::string tag;
};
Classification Classify(const Node& statement);

// Whether the statement says CONCURRENTLY in a form that keeps it out of transaction blocks.
bool IsConcurrent(const Node& statement);

// False when PostgreSQL calls PreventInTransactionBlock for it (src/backend/tcop/utility.c and the commands
// it calls), as far as the text alone tells. REINDEX of a partitioned relation only the server knows.
bool IsTransactional(const Node& statement);

// Why a migration may not contain it; "" when it may.
std::string WhyForbidden(const Node& statement, const Classification& what);

// Whether it names our own schema `ferry` or anything in it.
bool TouchesLedgerSchema(const Node& statement);

// See Statement::tables.
std::vector<TableName> TargetTables(const Node& statement);

}  // namespace ferry::sql

#endif  // FERRY_CORE_SQL_CLASSIFY_H_
