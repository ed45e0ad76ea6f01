// Runs one migration, up or down, on one target: each segment takes effect at most once, and exactly once
// when the call returns OK.
//
// A transactional segment commits together with its ledger row, which is the last statement before COMMIT; a
// batch of a backfill or transform commits together with its checkpoint; a standalone statement has an intent
// row before it and is judged by the catalog afterwards. Calling again on a fresh session after any failure,
// a killed process included, is always safe: the ledger is read first, segments it holds are skipped, and a
// recorded segment whose checksum differs from the plan's is refused.
//
// Hold a TargetLock (lock.h) on the same session while calling, and raise the fence: both are done by its
// Acquire. `migrate` must be outside a transaction; it is again on return, unless it is broken. One thread a
// session.
#ifndef FERRY_PG_EXECUTOR_EXECUTOR_H_
#define FERRY_PG_EXECUTOR_EXECUTOR_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/migration/migration.h"
#include "pg/executor/run.h"
#include "pg/session/session.h"

namespace ferry::executor {

// Runs `up` and records the version as applied with its last segment. Already applied (a repeatable file:
// with this checksum): OK, everything skipped. Errors, each with file, line, statement, SQLSTATE and the
// state the target is in:
//   kStatementFailed, kLockTimeout (names the blockers), kDeadlineExceeded, kGuardRefused, kCancelled: the
//   segment is
//     rolled back; segments before it stay and are recorded; calling again goes on there
//   kEmbeddedTransaction: a statement ended our transaction
//   kNonTransactional: a standalone statement that we cannot resume; refused before anything runs
//   kTransformProgram (also before anything runs: unknown, or not the one that was pinned),
//   kTransformRejected,
//     kTransformShape: committed batches of the transform stay; calling again goes on after them
//   kBackfillKey, kBackfillStuck, kInvalidIndex (in the way, and not ours)
//   kLedgerMissing, kLedgerMismatch (checksum differs; or a rollback of this version was begun and not
//   finished) kDatabaseUnreachable: the connection was lost before COMMIT was sent: rolled back
//   kOutcomeUnknown: lost at COMMIT: ResolveOutcome, or just call again
//   whatever the gate answered
absl::StatusOr<ApplyResult> ApplyMigration(pg::Session& migrate, const migration::Migration& migration,
                                           const RunContext& run, const Limits& limits, Gate& gate,
                                           const ProgressSink& progress);

// Runs `down` and records the version as rolled back. Also for a version whose `up` was begun and not
// finished. Not there at all: OK, nothing run. Errors as above, and kIrreversible.
absl::StatusOr<ApplyResult> RollBackMigration(pg::Session& migrate, const migration::Migration& migration,
                                              const RunContext& run, const Limits& limits, Gate& gate,
                                              const ProgressSink& progress);

enum class Outcome { kCommitted, kAborted };

// Whether a transaction whose COMMIT was never answered has taken effect. `fresh`: a new session to the same
// cluster, holding the TargetLock, so that the old backend is gone. Waits up to `bound` while the server says
// "in progress" (a commit waiting for a synchronous standby). Errors: kOutcomeUnknown (neither the server nor
// the ledger can tell: hold), kLedgerMismatch (they disagree: hold and alarm).
absl::StatusOr<Outcome> ResolveOutcome(pg::Session& fresh, const CommitIntent& intent, absl::Duration bound);

}  // namespace ferry::executor

#endif  // FERRY_PG_EXECUTOR_EXECUTOR_H_
