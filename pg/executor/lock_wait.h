// Waiting for locks outside any transaction. Whoever queues for an ACCESS EXCLUSIVE lock makes everybody who
// comes later wait behind him, so a try is only made when those in the way can be expected to leave within
// its lock_timeout. Inside the executor.
#ifndef FERRY_PG_EXECUTOR_LOCK_WAIT_H_
#define FERRY_PG_EXECUTOR_LOCK_WAIT_H_

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "core/sql/locks.h"
#include "pg/executor/holders.h"
#include "pg/executor/step.h"

namespace ferry::executor {

// Of one segment, or of one batch: all its tries share one budget, limits.lock_wait.
class LockWait {
 public:
  explicit LockWait(Step& step);

  // Looks who holds what the segment's statements lock against others, and returns once none of them has been
  // there for long: no transaction older than half a second (or than lock_timeout, when that is longer), no
  // prepared one, no pg_dump, no autovacuum against wraparound. Asks for nothing in the meantime, so it
  // stands in nobody's way; says on whom it waits. A plain autovacuum is made to give way. Returns at once
  // for statements that disturb nobody while they wait. Located errors: kLockTimeout when the budget is
  // spent, and the gate's.
  absl::Status BeforeTry();

  // After a try that failed for a lock: returns when whoever held it then has gone, or `pause` is over.
  // `blockers`: on whom the try was seen to wait; none: those who hold anything on the tables now.
  absl::Status AfterFailure(std::vector<Holder> blockers, absl::Duration pause);

  bool spent() const;
  // kLockTimeout, naming who holds what now. `failure`: of the last of `tries`; OK when there was none.
  absl::Status GiveUp(const absl::Status& failure, int tries);

 private:
  absl::StatusOr<std::vector<Holder>> Look();
  absl::StatusOr<std::vector<Holder>> LookAfterwards();
  absl::Status Describe(std::vector<Holder>& holders);
  bool IsLong(const Holder& holder) const;
  void EndWhoMayBe(const std::vector<Holder>& holders);
  absl::Status MakeVacuumGiveWay(const Holder& vacuum);
  absl::Status Stand(const std::vector<Holder>& holders);
  void Say(const std::vector<Holder>& holders);
  absl::Duration Now() const { return step_.limits.clock->Elapsed(); }

  Step& step_;
  std::vector<sql::RelationLock> strong_;  // of the statements: what disturbs others while it waits
  const sql::Statement* first_strong_ = nullptr;
  absl::Duration waited_;            // so far, for locks
  std::optional<absl::Time> since_;  // of the wait that goes on
  absl::Duration said_at_ = -absl::InfiniteDuration();
  bool looked_ = false;
  std::set<std::string> from_the_start_;        // transactions that the first look has seen
  std::map<std::string, absl::Duration> seen_;  // when the others were first seen
  std::string not_ended_;                       // why somebody who may be ended was not
  std::set<std::string> asked_;                 // vacuums that were asked to give way
};

}  // namespace ferry::executor

#endif  // FERRY_PG_EXECUTOR_LOCK_WAIT_H_
