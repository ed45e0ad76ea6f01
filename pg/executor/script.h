// The statements of a migration in the order in which the executor sends them. For transactional segments,
// batches of a backfill or transform and ledger rows the executor walks the very list that `RenderScript`
// prints, so what a DBA reads is what runs. Printed in words only, because they depend on what the server
// answers: the loop of a backfill or transform (keys and answers are parameters), the intent row and probe
// around a standalone statement, each statement's own timeout.
#ifndef FERRY_PG_EXECUTOR_SCRIPT_H_
#define FERRY_PG_EXECUTOR_SCRIPT_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "core/migration/migration.h"
#include "core/sql/backfill.h"
#include "core/sql/transform.h"
#include "pg/executor/run.h"
#include "pg/ledger/write.h"

namespace ferry::executor {

// As psql text with comments, runnable in order; what is known only at run time stands as a psql variable
// (`:'run_id'`) and the loop of a backfill as a comment. Errors: kNonTransactional, kIrreversible.
absl::StatusOr<std::string> RenderScript(const migration::Migration& migration, ledger::Direction direction,
                                         const Limits& limits);

// One message to the server. A parameter that is known only at run time is bound by its name then.
struct Message {
  enum class Kind {
    kBegin,
    kSettings,
    kOurs,
    kCheck,
    kMigration,
    kBound,  // backfill
    kRead,
    kFill,
    kLockRows,
    kWriteRows,
    kStill,  // transform, see sql::TransformQueries
    kCheckpoint,
    kLedger,
    kCommit
  };
  Kind kind = Kind::kOurs;
  ledger::Write write;                        // empty for kBegin and kCommit
  const sql::Statement* statement = nullptr;  // kMigration: points into the migration
};

// BEGIN … COMMIT of a transactional segment, or of the record that ends a segment of another kind:
// that has none of the migration's statements, and for a backfill or transform `remaining` as its kCheck. The
// last segment of a direction also records the version.
std::vector<Message> SegmentMessages(const migration::Migration& migration, const migration::Segment& segment,
                                     ledger::Direction direction, const Limits& limits,
                                     absl::string_view remaining = "");

// BEGIN … COMMIT of one batch of a backfill: the slice's upper bound (kBound), the statement, the checkpoint.
// `first`: from the table's start. Parameters: lower_1…n, upper_1…n, rows.
std::vector<Message> BatchMessages(const migration::Migration& migration, const migration::Segment& segment,
                                   ledger::Direction direction, const Limits& limits,
                                   const sql::BackfillQueries& queries, size_t key_columns, bool first);

// The two transactions of a transform's batch: one that only reads the next rows (kRead; `first`: from the
// start; parameters lower_1…n, rows), and, when the program has answered, one that stages the answers, writes
// them and moves the checkpoint (kFill: answers, seen; kStill: places).
std::vector<Message> ReadMessages(const migration::Migration& migration, const migration::Segment& segment,
                                  const Limits& limits, const sql::TransformQueries& queries, bool first);
std::vector<Message> WriteMessages(const migration::Migration& migration, const migration::Segment& segment,
                                   ledger::Direction direction, const Limits& limits,
                                   const sql::TransformQueries& queries);

}  // namespace ferry::executor

#endif  // FERRY_PG_EXECUTOR_SCRIPT_H_
