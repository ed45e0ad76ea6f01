// Knows of one target what its schema should be, and whether it is: drift. What should be there is recorded
// in the target's ledger as fingerprints (ferry.fingerprint) and kept here as a file with all objects.
//
// Changes of our own move the ledger's head. Until Settle has looked at what they left, nothing is judged
// (Unsettled). So what is judged is always a schema that was read while the newest fingerprint covered the
// ledger's head, before and after the reading: a run of ours is never taken for drift.
//
// The schema is read by the observing login only: what a login may see of user mappings and subscriptions
// depends on who it is. Any thread; while the schema is read, others go on.
#ifndef FERRY_AGENT_DRIFT_KEEPER_H_
#define FERRY_AGENT_DRIFT_KEEPER_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "agent/drift/files.h"
#include "core/base/clock.h"
#include "core/base/mutex.h"
#include "core/drift/drift.h"
#include "ferry/v1/drift.pb.h"
#include "pg/ledger/ledger.h"
#include "pg/session/session.h"
#include "pg/watch/watch.h"

namespace ferry::drift {

// Whether something was done here that no fingerprint covers yet. False where nothing was ever applied.
bool Unsettled(const ledger::LedgerState& state);

using NamedObjects =
    std::function<absl::StatusOr<std::vector<std::string>>(const std::vector<ledger::AppliedVersion>&)>;

// Drift that does not refuse a promotion.
struct Accepted {
  std::vector<v1::IgnoredDrift> ignored;  // the same object in the same state, before `until`
  std::vector<std::string> named;  // objects that the promotion deals with, as diff::Matches reads them
  std::string environment;         // for what to do next
};

class Keeper {
 public:
  // `folder`: of the agent's copies, private to it. `clock` must outlive the keeper.
  Keeper(std::string target_id, std::string folder, const Clock* clock)
      : target_id_(std::move(target_id)), clock_(clock), files_(std::move(folder), target_id_) {}

  // What was seen last. `checked_at` says when.
  v1::DriftStatus Status() const;

  // Looks when it is time: `every` after the last look, and never more than a twentieth of the time; without
  // `every` it does not look. With a DDL watch in place (pg/watch) first at what that has recorded; else, and
  // once a minute, at a digest of the catalogs; and only where that has changed at the schema. `observe`
  // outside a transaction; `state` as it has just read it. Errors are in the answer.
  v1::DriftStatus Look(pg::Session& observe, const ledger::LedgerState& state,
                       std::optional<absl::Duration> every);

  // Takes what changes of our own have left as what should be there, but for what had drifted before and
  // still is as it was, and but for what the DDL watch knows that others did since (drift::Settle). `named`
  // (may be empty) says of versions applied since the newest fingerprint which objects they deal with, as
  // diff::Matches reads them: those are taken as they are. Does nothing when the newest fingerprint covers
  // the ledger's head. Not while a session holds the target's advisory lock, unless `locked` says that it is
  // the caller's own. Both sessions outside a transaction. Errors: kTargetBusy, kCatalogChanging,
  // kFileSystem, kLedgerMismatch (another session wrote to the ledger just then), `named`'s, those of the
  // connection. After any of them, and after a kill at any moment, call it again.
  absl::Status Settle(pg::Session& migrate, pg::Session& observe, const NamedObjects& named = nullptr,
                      bool locked = false);

  // Records the schema as it is as what should be there, because somebody says so: `note` says who and why.
  // Drift that was there is none any more. Errors as Settle, and kLedgerMissing where nothing was applied.
  absl::Status TakeAsItIs(pg::Session& migrate, pg::Session& observe, const std::string& note);

  // Reads the schema afresh and says what exactly is different. `state` as `observe` has just read it; the
  // caller knows `expected_version` from it. While something of our own is not settled, nothing is known, and
  // `note` says so. Errors: those of ReadSnapshot and of the connection.
  absl::StatusOr<v1::DriftReport> Report(pg::Session& observe, const ledger::LedgerState& state);

  // Whether a promotion may start: OK where the schema is what it should be, where nothing is known of what
  // it should be, and where all drift is `accepted`. kDrift names up to five objects with their causes, as
  // far as they are known. kTargetBusy: something of our own is not settled. Those of the connection.
  absl::Status Gate(pg::Session& observe, const Accepted& accepted);

 private:
  struct Reading {
    ledger::LedgerState state;
    schema::Snapshot schema;
    std::string position, digest;              // both taken before the schema
    std::vector<ForeignStatement> statements;  // of others, as far as they are needed
    std::vector<std::string> named;            // to settle: what our own changes dealt with
    std::string by_hand;                       // not empty: taken as it is, and who says so
  };
  // Nothing when the ledger moved meanwhile.
  absl::StatusOr<std::optional<Reading>> Read(pg::Session& observe, const ledger::LedgerState& state) const;
  absl::Status Probe(pg::Session& observe, const ledger::LedgerState& state);
  // With the causes of what has drifted.
  absl::StatusOr<std::optional<Reading>> ReadWithCauses(pg::Session& observe,
                                                        const ledger::LedgerState& state);
  absl::Status AddWhatOthersDid(pg::Session& observe, const NamedObjects& named, Reading& reading);
  // The positions (watch::Position) after which the causes of the drift from `row` are, and where the schema
  // was last read before changes of our own.
  std::string CausesSince(const ledger::Fingerprint& row);
  std::string LastRead(const ledger::Fingerprint& row) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Judge(const ledger::Fingerprint& row, const Reading& reading) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void SayDrifted(const ledger::Fingerprint& row, const Reading& reading)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status Conclude(pg::Session& migrate, const Reading& reading) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  schema::Snapshot NextExpected(const Reading& reading, ledger::Fingerprint& row)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void SayNotKnown() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::string target_id_;
  const Clock* const clock_;

  mutable Mutex mutex_;
  Files files_ ABSL_GUARDED_BY(mutex_);
  v1::DriftStatus status_ ABSL_GUARDED_BY(mutex_);
  // What `status_` was judged by; 0 and "": nothing yet.
  int64_t judged_row_ ABSL_GUARDED_BY(mutex_) = 0;
  std::string judged_digest_ ABSL_GUARDED_BY(mutex_);
  // The position of the last reading that was as row `clean_row_` says.
  int64_t clean_row_ ABSL_GUARDED_BY(mutex_) = 0;
  std::string clean_position_ ABSL_GUARDED_BY(mutex_);
  watch::Mark mark_ ABSL_GUARDED_BY(mutex_);
  absl::Duration next_digest_ ABSL_GUARDED_BY(mutex_);
  absl::Duration next_look_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace ferry::drift

#endif  // FERRY_AGENT_DRIFT_KEEPER_H_
