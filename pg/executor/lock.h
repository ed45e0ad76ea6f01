// The target's advisory lock, on the session that runs the DDL. Held means: no predecessor's backend is left,
// and the fence stands at this run's epoch. It is courtesy; safety is the ledger's.
#ifndef FERRY_PG_EXECUTOR_LOCK_H_
#define FERRY_PG_EXECUTOR_LOCK_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "pg/executor/run.h"
#include "pg/session/session.h"

namespace ferry::executor {

// The application_name that the migrating session of a run must be opened with:
// 'ferry/<target>/<run_id>/<attempt>'. PostgreSQL keeps 63 bytes: a target's id that is too long is cut and
// given a hash.
std::string ApplicationName(const RunContext& run);

class TargetLock {
 public:
  // 1. Terminates older backends of this same run (application_name of the same target and run, same role,
  // started
  //    before ours) and waits up to `bound` until they are gone. No other session is ever terminated.
  // 2. Tries the lock; never waits for it inside the server (a waiter would hold a snapshot, and CREATE INDEX
  //    CONCURRENTLY would wait for the waiter).
  // 3. Raises the fence to run.epoch.
  // `session` outside a transaction, opened with ApplicationName(run); it must outlive the lock.
  // Errors: kTargetBusy (names pid and application_name of the holder), kStaleCommand (the fence is above
  // run.epoch), kLedgerMissing, those of the connection.
  static absl::StatusOr<TargetLock> Acquire(pg::Session& session, const RunContext& run,
                                            absl::Duration bound = absl::Seconds(10));

  // OK when nobody holds it just now; takes nothing. kTargetBusy names the holder; those of the connection.
  static absl::Status CheckFree(pg::Session& session);

  TargetLock(TargetLock&& other) noexcept : session_(other.session_) { other.session_ = nullptr; }
  TargetLock& operator=(TargetLock&&) = delete;
  ~TargetLock();  // gives it back, unless the session is broken or in a transaction (then the session's end
                  // does)

 private:
  explicit TargetLock(pg::Session* session) : session_(session) {}
  pg::Session* session_;
};

}  // namespace ferry::executor

#endif  // FERRY_PG_EXECUTOR_LOCK_H_
