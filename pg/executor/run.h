// What every step of a run on one target is given, and what it gives back. Values and two seams, `Gate` and
// `ProgressSink`; the gate is called on the thread that runs the step.
#ifndef FERRY_PG_EXECUTOR_RUN_H_
#define FERRY_PG_EXECUTOR_RUN_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/sql/parser.h"
#include "pg/ledger/ledger.h"

namespace ferry::executor {

// A transaction that is about to be committed: what `ResolveOutcome` needs when the answer is lost.
struct CommitIntent {
  std::string xid;
  std::string version;
  ledger::Direction direction = ledger::Direction::kUp;
  int segment = 0;
};

class RowPrograms;  // row_program.h
class Watchdog;     // watchdog.h

struct RunContext {
  std::string run_id, promotion_id, target_id, command_id, agent, plan_digest, backup_id;
  int attempt = 1;
  int64_t epoch = 0;
  std::string reason;  // for the ledger; may be empty
  // Called right before each COMMIT of a segment, so that the agent's journal can hold it durably; an error
  // ends the segment, rolled back. May be empty.
  std::function<absl::Status(const CommitIntent&)> before_commit;
  // Called outside a transaction before each segment that may take long: a standalone statement, a backfill,
  // a transform. May be empty.
  std::function<void()> before_long;
  // The programs that answer the rows of transforms. Null: there are none, and a transform whose query has
  // rows fails with kTransformProgram; one without rows is done, as on an empty copy of a schema.
  RowPrograms* programs = nullptr;
  // Told of each session that was ended because it held a lock, as it happens. May be empty.
  std::function<void(const std::string&)> ended;
  // How long this step took where it was run before; zero: not known.
  absl::Duration expected;
  // Looks on from a second session while statements run. Null: nobody does, and only what the migrating
  // session itself can find out is known.
  Watchdog* watch = nullptr;
};

struct Limits {
  // For every lock of a migration's statement. While it waits, whoever comes later waits behind it.
  absl::Duration lock_timeout = absl::Milliseconds(50);
  int lock_retries = 30;  // after the first try; each try is the whole segment or batch
  // The pause after a failed try: doubles up to 5 s, with jitter; ends early when whoever held the lock has
  // gone.
  absl::Duration lock_retry_pause = absl::Milliseconds(200);
  // For each segment or batch: waiting, outside any transaction, for those who hold its locks for long.
  absl::Duration lock_wait = absl::Minutes(5);
  // The watchdog cancels a statement once somebody has waited for it that long, or more sessions than that
  // do; of a segment or batch at most three times. Nothing: no limit.
  std::optional<absl::Duration> blocked_time = absl::Seconds(5);
  std::optional<int> blocked_sessions;
  // Likewise once a replica has been behind for that long since the statement began. Nothing: no limit.
  std::optional<absl::Duration> replica_lag;
  // Whoever is waited for is ended when it has been idle in its transaction for that long, or its transaction
  // is that old; never a prepared transaction or what is no client. Nothing: nobody is.
  std::optional<absl::Duration> end_idle_after, end_any_after;
  absl::Duration batch_pause = absl::ZeroDuration();   // between two batches of a backfill or transform
  absl::Duration batch_time = absl::Milliseconds(35);  // how long a batch of a backfill should take;
                                                       // infinite: always the rows that the migration says
  bool async_commit = true;  // batches of a backfill or transform do not wait for the disk (script.cc)
  // What makes a backfill or transform wait between two batches, looked at at most once a second:
  absl::Duration throttle_replica_lag = absl::InfiniteDuration();  // a replica is further behind
  int throttle_lock_waits = 0;  // so many sessions of the database wait for locks; 0: whatever they do
  std::string throttle_query;   // a query whose one value is true; empty: none
  absl::Duration snapshot_wait = absl::Minutes(10);  // for older transactions, before a concurrent statement
  absl::Duration cleanup = absl::Seconds(30);        // for dropping what a failed concurrent index build left
  const Clock* clock = &SystemClock();
  RandomSource* random = &SystemRandom();
};

// Whether the step may go on. Asked outside any transaction: before a step, before each segment, each retry
// and each batch of a backfill;
// of a transform's batch before its rows are read and before its answers are written.
class Gate {
 public:
  virtual ~Gate() = default;
  // `now_db`: the database's clock. Returns the instant by which what is about to start must have committed,
  // by that clock; InfiniteFuture means none. An error (kWindowClosed, kCancelled, …) ends the step there, as
  // it is.
  virtual absl::StatusOr<absl::Time> Permit(absl::Time now_db) = 0;
  // True once Permit would refuse whatever the time is (a cancel): pauses end early then. Cheap; asked often.
  virtual bool Stopping() const { return false; }
  // The pause between two batches of a backfill or transform: `configured`, unless somebody wants another.
  virtual absl::Duration BatchPause(absl::Duration configured) const { return configured; }
};

// Lets everything pass, without a deadline.
class OpenGate final : public Gate {
 public:
  absl::StatusOr<absl::Time> Permit(absl::Time) override { return absl::InfiniteFuture(); }
};

struct Progress {
  std::string version;
  int segment = 0, segments = 0;          // segment is 0-based
  std::string phase;                      // "waiting for lock", "running", "backfill", "transform",
                                          // "cleaning up"
  std::string statement;                  // shortened to one line of 80 characters
  int64_t rows_done = 0, rows_total = 0;  // backfill and transform only; the total is an estimate
  std::optional<absl::Duration> eta;
  std::optional<double> percent;  // of the statement, 0 to 100; never goes back within it
  std::string signal;             // what it is taken from, or "no signal"; empty: too early to say
  std::string throttled_by;       // why the next batch waits
  std::string blocked_by;         // "pid 4711 (psql), idle in transaction for 31s", several joined by "; "
  std::optional<absl::Time> waiting_since;     // for a lock, by our clock
  int blocking = 0;                            // sessions that wait for us …
  std::optional<absl::Duration> blocking_for;  // … the first of them
};
// May be empty. Called on the thread that runs the step or on the watchdog's, by one at a time.
using ProgressSink = std::function<void(const Progress&)>;

struct ApplyResult {
  std::string version;
  int segments_run = 0, segments_skipped = 0;  // skipped: the ledger says they are done
  int64_t rows = 0;                            // changed by backfills and transforms in this call
  absl::Duration duration;
  std::vector<sql::TableName> touched;  // qualified, existing, each once
  int lock_retries = 0;
  std::vector<std::string> ended;  // sessions that were ended because they held a lock, as sentences
};

}  // namespace ferry::executor

#endif  // FERRY_PG_EXECUTOR_RUN_H_
