// The limits of the agent's file as the executor takes them.
#ifndef FERRY_AGENT_WORKER_LIMITS_H_
#define FERRY_AGENT_WORKER_LIMITS_H_

#include "agent/policy/policy.h"
#include "pg/executor/run.h"

namespace ferry::worker {

inline executor::Limits LimitsOf(const policy::TargetConfig& target) {
  executor::Limits limits;
  limits.lock_timeout = target.limits.lock_timeout;
  limits.lock_retries = target.limits.lock_retries;
  limits.lock_wait = target.limits.lock_wait;
  limits.blocked_time = target.limits.blocked_time;
  limits.blocked_sessions = target.limits.blocked_sessions;
  limits.replica_lag = target.limits.replica_lag;
  limits.end_idle_after = target.limits.terminate_idle;
  limits.end_any_after = target.limits.terminate_any;
  limits.batch_pause = target.limits.batch_pause;
  limits.snapshot_wait = target.limits.snapshot_wait;
  limits.batch_time = target.backfill.batch_time;
  limits.async_commit = target.backfill.async_commit;
  limits.throttle_replica_lag = target.backfill.throttle_replica_lag;
  limits.throttle_lock_waits = target.backfill.throttle_lock_waits;
  limits.throttle_query = target.backfill.throttle_query;
  return limits;
}

}  // namespace ferry::worker

#endif  // FERRY_AGENT_WORKER_LIMITS_H_
