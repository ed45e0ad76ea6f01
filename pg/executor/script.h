// The statements of a migration in the order in which the executor sends them. For transactional segments,
// batches of a backfill and ledger rows the executor walks the very list that `RenderScript` prints, so what
// a DBA reads is what runs. Printed in words only, because they depend on what the server answers: the loop
// of a backfill (its keys and bounds are parameters), the intent row and probe around a standalone statement,
// each statement's own timeout.
#ifndef FERRY_PG_EXECUTOR_SCRIPT_H_
#define FERRY_PG_EXECUTOR_SCRIPT_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "core/migration/migration.h"
#include "core/sql/backfill.h"
#include "pg/executor/run.h"
#include "pg/ledger/write.h"

namespace ferry::executor {

// As psql text with comments, runnable in order; what is known only at run time stands as a psql variable
// (`:'run_id'`) and the loop of a backfill as a comment. Errors: kNonTransactional, kIrreversible.
absl::StatusOr<std::string> RenderScript(const migration::Migration& migration, ledger::Direction direction,
                                         const Limits& limits);

// One message to the server. A parameter that is known only at run time is bound by its name then.
struct Message {
  enum class Kind { kBegin, kSettings, kOurs, kCheck, kMigration, kBound, kCheckpoint, kLedger, kCommit };
  Kind kind = Kind::kOurs;
  ledger::Write write;                        // empty for kBegin and kCommit
  const sql::Statement* statement = nullptr;  // kMigration: points into the migration
};

// BEGIN … COMMIT of a transactional segment, or of the record that ends a standalone or backfill segment:
// that has none of the migration's statements, and for a backfill `remaining` as its kCheck. The last segment
// of a direction also records the version.
std::vector<Message> SegmentMessages(const migration::Migration& migration, const migration::Segment& segment,
                                     ledger::Direction direction, const Limits& limits,
                                     absl::string_view remaining = "");

// BEGIN … COMMIT of one batch of a backfill: the slice's upper bound (kBound), the statement, the checkpoint.
// `first`: from the table's start. Parameters: lower_1…n, upper_1…n, rows.
std::vector<Message> BatchMessages(const migration::Migration& migration, const migration::Segment& segment,
                                   ledger::Direction direction, const Limits& limits,
                                   const sql::BackfillQueries& queries, size_t key_columns, bool first);

}  // namespace ferry::executor

#endif  // FERRY_PG_EXECUTOR_SCRIPT_H_
