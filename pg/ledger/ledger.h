// Reads a target's ledger. The ledger is the only judge of what has been applied.
//
// Generation: counts a version's fresh starts: finished rollbacks, restores that went back behind an event of
// it, and, of a repeatable file, applications (ferry.generation_of). Within one generation of a version each
// segment can be recorded once in each direction, whichever run records it (unique index over version,
// direction, segment, generation; the insert trigger computes the generation while it holds the fence row).
// So a second application fails and takes its DDL with it, a later run of an unfinished migration sees what
// an earlier one finished, and a version that was rolled back can be applied again.
#ifndef FERRY_PG_LEDGER_LEDGER_H_
#define FERRY_PG_LEDGER_LEDGER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "pg/ledger/fingerprint.h"
#include "pg/session/session.h"

namespace ferry::ledger {

enum class Direction { kUp, kDown };
absl::string_view DirectionName(Direction direction);  // "up", "down": as stored

// One row of ferry.schema_version.
struct AppliedVersion {
  std::string version;
  std::string checksum;  // of the whole migration
  std::string plan_digest;
  absl::Time applied_at;  // the database's clock
  std::string description;
  absl::Duration duration;  // all its segments together
  std::string agent, backup_id, run_id, promotion_id;
  bool baseline = false;  // recorded, never run here
  int64_t event_id = 0;   // the event by which it is applied
};

// A segment that is committed and belongs to a version's current generation.
struct SegmentDone {
  std::string version;
  Direction direction = Direction::kUp;
  int segment = 0;
  std::string checksum;  // of the segment
  std::string xid;       // that committed it
  absl::Duration duration;
};

// How far a backfill has come. An empty `last_key` means: at the start of pass `pass`.
struct Checkpoint {
  std::string version;
  Direction direction = Direction::kUp;
  int segment = 0;
  int pass = 1;
  std::vector<std::string> last_key;
  int64_t rows_done = 0;
  int64_t batches = 0;
  absl::Time updated_at;
};

// The newest event; id 0 and an empty hash when there is none. Two ledgers with one head have one history:
// ids have no gaps and each hash covers the one before it. An older head than one seen before means a
// restored database.
struct Head {
  int64_t id = 0;
  std::string hash;
  friend bool operator==(const Head&, const Head&) = default;
};

// The newest event that says: this database was replaced by a backup of itself.
struct Restored {
  int64_t event_id = 0, restored_to = 0;  // restored_to: the newest event that the backup held
  std::string backup_id, run_id, promotion_id, description;
  absl::Time at;  // the database's clock
};

struct LedgerState {
  bool exists = false;  // false: no schema `ferry`; everything below is then empty
  int format = 0;
  std::vector<AppliedVersion> applied;  // in the order of their application
  std::vector<SegmentDone> unfinished;  // segments of migrations begun (either way) and not finished
  // Standalone statements begun and not recorded as done, of the current generations; they may have taken
  // effect or not. `xid` and `duration` are the intent's, not the statement's.
  std::vector<SegmentDone> intents;
  std::vector<Checkpoint> checkpoints;  // of the current generations, of unfinished backfills
  int64_t epoch = 0;                    // the fence
  Head head;
  std::optional<Restored> restored;
  std::optional<Fingerprint> fingerprint;  // the newest
  bool guard_advisory = false;             // the session's login could defeat the commit guard
};

// Everything, in one REPEATABLE READ READ ONLY transaction; of an older format, which Install brings up to
// date, what is applied, the epoch and the head only. `session` outside a transaction, any of the three
// logins. Errors: kPrivilege, kLedgerMismatch (a newer program's format), those of the connection. A missing
// ledger is no error.
absl::StatusOr<LedgerState> ReadLedger(pg::Session& session);
// The same inside the caller's transaction.
absl::StatusOr<LedgerState> ReadLedgerInTransaction(pg::Session& session);

// What one version's current generation holds; the executor's question before it starts.
struct VersionState {
  bool applied = false;  // of a repeatable file: whether any text of it is
  std::string applied_checksum;
  std::vector<SegmentDone> done;
  struct Intent {
    Direction direction;
    int segment;
    std::string checksum;
  };
  std::vector<Intent> intents;  // standalone statements begun
};

// Errors: kLedgerMissing, kPrivilege, those of the connection.
absl::StatusOr<VersionState> ReadVersion(pg::Session& session, absl::string_view version);
// Nothing when there is none. Works inside a transaction too.
absl::StatusOr<std::optional<Checkpoint>> ReadCheckpoint(pg::Session& session, absl::string_view version,
                                                         Direction direction, int segment);
// The epoch in the fence. kLedgerMissing.
absl::StatusOr<int64_t> ReadEpoch(pg::Session& session);
// Recomputes the chain on the server. kLedgerMismatch names the first event that does not fit.
absl::Status VerifyChain(pg::Session& session);

}  // namespace ferry::ledger

#endif  // FERRY_PG_LEDGER_LEDGER_H_
