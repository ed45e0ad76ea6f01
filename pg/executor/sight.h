// What a second session sees of the one that migrates: on whom it waits, and who waits for it. Inside the
// executor.
#ifndef FERRY_PG_EXECUTOR_SIGHT_H_
#define FERRY_PG_EXECUTOR_SIGHT_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "core/progress/phases.h"
#include "pg/executor/holders.h"
#include "pg/session/session.h"

namespace ferry::executor {

struct Sight {
  bool waiting = false;          // for a lock
  std::vector<Holder> blockers;  // who has it, or is before us in the queue
  // Clients that wait for us, for those who wait for us, and so on; without our own sessions, and without
  // background workers. The first has waited longest.
  std::vector<Holder> blocked;
  absl::Duration blocked_for;  // the first of them
  // The replica that is furthest behind, by when it will have replayed what had been written; and whether the
  // login may see any of that.
  std::string replica;
  absl::Duration replica_lag;
  bool replicas_hidden = false;
  // How far its statement is, where PostgreSQL says so; and the bytes that it has read and written so far,
  // where the agent sits on the same host and may look.
  std::optional<progress::Reading> reading;
  std::optional<int64_t> bytes;
};

// "3 sessions waited for it, the first, pid 4711 (shop), for 5.1s".
std::string BlockedText(const Sight& sight);

// Looks again and again at one backend. One thread at a time.
class Looker {
 public:
  explicit Looker(int pid) : pid_(pid) {}
  // `now`: a clock that never steps back. `replicas`, `signals`: whether they are asked for. One to six round
  // trips.
  absl::StatusOr<Sight> Look(pg::Session& session, absl::Duration now, bool replicas, bool signals = false);

 private:
  absl::Status LookAtReplicas(pg::Session& session, absl::Duration now, Sight& sight);

  const int pid_;
  std::map<int, absl::Duration> blocked_since_;  // by pid
  std::vector<std::pair<absl::Duration, int64_t>>
      written_;  // how far the log had been written when, ascending
};

// Those of `waits` (by pid, those on whom it waits) that wait for `pid`, directly or through others.
std::vector<int> WaitingFor(const std::map<int, std::vector<int>>& waits, int pid);

}  // namespace ferry::executor

#endif  // FERRY_PG_EXECUTOR_SIGHT_H_
