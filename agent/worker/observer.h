// Looks at one target without changing it: its status for heartbeats, and the answers to questions. One
// thread a target uses it, but for Stop; it keeps one session of the observing login open.
#ifndef FERRY_AGENT_WORKER_OBSERVER_H_
#define FERRY_AGENT_WORKER_OBSERVER_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "agent/drift/keeper.h"
#include "agent/worker/current_policy.h"
#include "agent/worker/outward.h"
#include "agent/worker/plans.h"
#include "core/base/clock.h"
#include "core/base/mutex.h"
#include "core/schema/snapshot.h"
#include "ferry/v1/agent.pb.h"
#include "pg/ledger/break_glass.h"
#include "pg/ledger/ledger.h"
#include "pg/session/session.h"

namespace ferry::worker {

class Observer {
 public:
  // All pointers must outlive the observer.
  Observer(std::string target_id, const CurrentPolicy* policy, Plans* plans, drift::Keeper* drift,
           Outward* outward, const Clock* clock)
      : target_id_(std::move(target_id)),
        policy_(policy),
        plans_(plans),
        drift_(drift),
        outward_(outward),
        clock_(clock) {}

  // Never fails: what went wrong is in the status.
  v1::TargetStatus Status();
  // Whether the last look found changes of our own that nobody has settled (drift::Keeper::Settle).
  bool unsettled() const { return unsettled_; }
  // The part of the status that needs no database.
  v1::TargetStatus WindowStatus() const;
  // Answers through `outward`, errors included. `go_on` is asked now and then during a long answer, on this
  // thread; false ends it.
  void Answer(const v1::Query& query, const std::function<bool()>& go_on);
  // Closes its session; the next look opens one.
  void LetGo() { session_.reset(); }
  // Cancels a plan that is being built for an answer, now and later. Any thread.
  void Stop();

 private:
  absl::Status Reach();  // session_ is usable afterwards
  void PutBreakGlass(const ledger::LedgerState& state, v1::TargetStatus& status);
  absl::StatusOr<v1::QueryReply> Reply(const v1::Query& query, const std::function<bool()>& go_on);
  absl::StatusOr<v1::QueryReply> Drift();
  absl::Status SendSnapshot(const v1::Query& query);
  absl::Status SendSnapshotOfPlan(const v1::Query& query);
  void Say(std::vector<v1::SnapshotChunk> chunks);
  void Keep(const pg::Canceller& canceller);
  absl::StatusOr<v1::WindowVerdict> Window(const v1::WindowQuery& query) const;

  const std::string target_id_;
  const CurrentPolicy* const policy_;
  Plans* const plans_;
  drift::Keeper* const drift_;
  Outward* const outward_;
  const Clock* const clock_;
  std::unique_ptr<pg::Session> session_;
  bool unsettled_ = false;
  ledger::BreakGlassRuns break_glass_;  // as of the ledger's head `break_glass_at_`
  ledger::Head break_glass_at_;

  Mutex mutex_;
  std::optional<pg::Canceller> building_ ABSL_GUARDED_BY(mutex_);
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace ferry::worker

#endif  // FERRY_AGENT_WORKER_OBSERVER_H_
