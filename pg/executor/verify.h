// What is checked after a migration: its own queries, indexes that are not valid, fresh statistics.
#ifndef FERRY_PG_EXECUTOR_VERIFY_H_
#define FERRY_PG_EXECUTOR_VERIFY_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/migration/migration.h"
#include "core/sql/parser.h"
#include "pg/executor/run.h"
#include "pg/session/session.h"

namespace ferry::executor {

// Runs the verify queries in one READ ONLY transaction under the metadata's search_path. Each must return
// exactly one row of one boolean column, true. Errors with file, line and statement: kVerifyFalse (false or
// null), kVerifyRows, kVerifyError (SQLSTATE).
absl::Status VerifyMigration(pg::Session& session, const migration::Migration& migration);

// Tries the verify queries before the change, when what they ask about may not exist yet: each in a READ ONLY
// transaction of two seconds. kVerifyRows, with place, for one that returns several rows, several columns, or
// something that is not boolean. One that fails, returns no row, or false says nothing yet: OK. Otherwise
// only errors of the connection.
absl::Status CheckVerifyShape(pg::Session& session, const migration::Migration& migration);

// The tables that `up` names and that exist, qualified, each once. `session` outside a transaction.
absl::StatusOr<std::vector<sql::TableName>> TouchedTables(pg::Session& session,
                                                          const migration::Migration& migration);

// kInvalidLeftover names every index of `tables` that is not valid, but for a partitioned table's own: that
// one is not valid until every partition's is attached, as ON ONLY asks. Names as in ApplyResult::touched.
absl::Status CheckNothingInvalid(pg::Session& session, const std::vector<sql::TableName>& tables);

// ANALYZE on each of `tables` that exists, each in a transaction of its own that ends by the gate's deadline.
// Safe to repeat. Returns those, qualified and quoted, that somebody else's lock kept from it. Errors:
// whatever the gate answered, kDeadlineExceeded, those of the connection; tables before it stay analyzed.
absl::StatusOr<std::vector<std::string>> AnalyzeTables(pg::Session& migrate,
                                                       const std::vector<sql::TableName>& tables, Gate& gate);

}  // namespace ferry::executor

#endif  // FERRY_PG_EXECUTOR_VERIFY_H_
