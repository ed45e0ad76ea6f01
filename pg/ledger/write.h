// The ledger's writes. Those of a migration belong into the transaction of what they record, last, after
// `DeferGuard`; the guard then judges epoch and deadline at COMMIT (kGuardRefused, SQLSTATE FE604).
// Each write exists as a statement (`…Row`, what RenderScript prints) and as a function that sends exactly
// that.
#ifndef FERRY_PG_LEDGER_WRITE_H_
#define FERRY_PG_LEDGER_WRITE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "pg/ledger/ledger.h"
#include "pg/session/session.h"

namespace ferry::ledger {

// A statement with $1…$n; each parameter has a name for people.
struct Parameter {
  std::string name;
  std::optional<std::string> value;
};
struct Write {
  std::string sql;
  std::vector<Parameter> parameters;
};

// Who writes: the same for all events of a step.
struct Author {
  std::string run_id, promotion_id, target_id, command_id, agent, plan_digest, backup_id;
  int attempt = 0;
  int64_t epoch = 0;
  std::string reason;  // of what is unusual; "" is stored as null
};

// What happened to one version. The server adds id, generation, xid, backend pid, time and hash.
struct Event {
  std::string version;
  Direction direction = Direction::kUp;
  int segment = 0;
  std::string checksum;  // of the segment; of the migration for applied and rolled_back
  std::string description;
  absl::Duration duration;                       // of the segment; of all of them for applied and rolled_back
  absl::Time deadline = absl::InfiniteFuture();  // by the database's clock; InfiniteFuture: none
};

// Parameter names are the fields' names; a duration's is duration_ms, or total_ms for applied and
// rolled_back.
Write DeferGuardStatement();
Write SegmentRow(const Author& author, const Event& event);  // a segment's change is in this transaction
Write IntentRow(const Author& author, const Event& event);   // a standalone statement is about to be sent
Write AppliedRow(const Author& author, const Event& event);  // also writes schema_version
// The version is here already and was never run here; also writes schema_version.
Write BaselineRow(const Author& author, const Event& event);
Write RolledBackRow(const Author& author,
                    const Event& event);  // also deletes from schema_version; next generation
// Moves the checkpoint from `expected_batches` batches to `to`; 0 creates it.
Write CheckpointRow(const Author& author, const Checkpoint& to, int64_t expected_batches,
                    absl::Time deadline);

// Sends one of the above. Errors: kLedgerMissing, kLedgerMismatch (recorded already, or against the state of
// the version: the transaction is aborted and must be rolled back), kGuardRefused, those of the connection.
absl::Status Send(pg::Session& session, const Write& write);

inline absl::Status DeferGuard(pg::Session& session) { return Send(session, DeferGuardStatement()); }
inline absl::Status InsertSegment(pg::Session& session, const Author& author, const Event& event) {
  return Send(session, SegmentRow(author, event));
}
inline absl::Status InsertApplied(pg::Session& session, const Author& author, const Event& event) {
  return Send(session, AppliedRow(author, event));
}
inline absl::Status InsertBaseline(pg::Session& session, const Author& author, const Event& event) {
  return Send(session, BaselineRow(author, event));
}
inline absl::Status InsertRolledBack(pg::Session& session, const Author& author, const Event& event) {
  return Send(session, RolledBackRow(author, event));
}
// kLedgerMismatch when another writer moved the checkpoint meanwhile.
absl::Status UpsertCheckpoint(pg::Session& session, const Author& author, const Checkpoint& to,
                              int64_t expected_batches, absl::Time deadline);

// In transactions of their own; `session` outside one.
absl::Status RecordIntent(pg::Session& session, const Author& author, const Event& event);
// `backup_id` and `description` of a verified backup.
absl::Status RecordBackup(pg::Session& session, const Author& author, absl::string_view backup_id,
                          absl::string_view description);

// Raises the fence to `epoch` (never lowers it) and returns what it is now; waits for a transaction that is
// about to commit under the old one. Errors: kStaleCommand when the fence is above `epoch`, kLedgerMissing.
absl::Status RaiseFence(pg::Session& session, int64_t epoch);

// `status` with the code that our own SQLSTATEs mean: FE604 kGuardRefused, FE507 kLedgerMismatch. Others
// unchanged.
absl::Status Translate(const absl::Status& status);

}  // namespace ferry::ledger

#endif  // FERRY_PG_LEDGER_WRITE_H_
