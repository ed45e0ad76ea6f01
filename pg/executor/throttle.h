// Why a backfill should go slower just now: replicas that fall behind, sessions that wait for locks, or what
// the agent's own query says. Inside the executor.
#ifndef FERRY_PG_EXECUTOR_THROTTLE_H_
#define FERRY_PG_EXECUTOR_THROTTLE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "pg/executor/step.h"

namespace ferry::executor {

class Throttle {
 public:
  // `step` must outlive it.
  explicit Throttle(Step& step) : step_(step) {}

  // Waits, outside a transaction, until nothing speaks against the next batch; looks at most once a second,
  // and not at all without a limit. Says why it waits. What the gate says ends it; kConfig: the agent's query
  // cannot be run, or does not answer with one boolean; those of the connection.
  absl::Status Wait();

 private:
  // The first reason, for people; "" when there is none.
  absl::StatusOr<std::string> Look();
  absl::StatusOr<std::string> ReplicaLag();
  absl::StatusOr<std::string> LockWaits();
  absl::StatusOr<std::string> OwnQuery();

  Step& step_;
  absl::Duration looked_ = -absl::InfiniteDuration();  // by our clock
};

}  // namespace ferry::executor

#endif  // FERRY_PG_EXECUTOR_THROTTLE_H_
