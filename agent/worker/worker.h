// Takes commands for the agent's targets and sees that each takes effect at most once: journal first, then
// act, then journal the outcome, then say it. Two threads a target: one runs steps, one after the other; one
// looks at the target for heartbeats and questions, so that both go on while a step runs. Thread-safe.
#ifndef FERRY_AGENT_WORKER_WORKER_H_
#define FERRY_AGENT_WORKER_WORKER_H_

#include <atomic>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "agent/journal/journal.h"
#include "agent/worker/current_policy.h"
#include "agent/worker/observer.h"
#include "agent/worker/outcome.h"
#include "agent/worker/outward.h"
#include "agent/worker/plans.h"
#include "agent/worker/steps.h"
#include "core/base/clock.h"
#include "core/base/mutex.h"

namespace ferry::worker {

class Worker {
 public:
  // All pointers must outlive the worker. `work_dir`: a private folder that exists.
  Worker(CurrentPolicy* policy, journal::Journal* journal, Outward* outward, const Clock* clock,
         std::string work_dir);
  ~Worker();

  void Start();
  // Asks running steps to stop at their next safe point, and after 20 s cancels the statement that runs,
  // which rolls its segment back (as a cancel would, but nothing is reported: the controller sends the
  // command again) and joins all threads. Idempotent.
  void Shutdown();

  // Journals the command and starts it, unless it is running or has an outcome, which is said again then.
  void OnCommand(const v1::Command& command);
  // Also holds: then what runs may end, and nothing is remembered beyond this process.
  void OnCancel(const v1::CancelCommand& cancel);
  void OnThrottle(const v1::ThrottleCommand& throttle);
  void OnQuery(const v1::Query& query);
  void SetHeartbeatEvery(absl::Duration every);
  // Says the status of every target as soon as it has been looked at again.
  void LookNow();

  // The newest known status of every target, for Hello. Right after Start: windows only.
  std::vector<v1::TargetStatus> Statuses() const;

 private:
  struct Target {
    std::string id;
    std::unique_ptr<drift::Keeper> drift;
    std::unique_ptr<Observer> observer;
    Steps steps;
    std::thread step_thread, look_thread;
    // Guarded by Worker::mutex_.
    std::deque<v1::Command> commands;
    std::deque<v1::Query> queries;
    std::string running;  // command id
    int running_attempt = 0;
    std::shared_ptr<std::atomic<bool>> cancelled;
    std::optional<pg::Canceller> canceller;                // of the session that runs statements now
    std::set<std::string> cancel_first;                    // cancelled before their delivery to this process
    std::map<std::string, int> hold_first;                 // held before their delivery, up to this attempt
    std::shared_ptr<std::atomic<int64_t>> batch_pause_ms;  // of the command that runs
    bool look_now = false;
    absl::Duration next_look;
    // The step thread is to settle what was done here, when no command waits; not before `settle_after`.
    bool settle = false;
    absl::Duration settle_after;
    std::string settle_failure;  // of the last try, so that it is logged once
    // While keep_away, the observer holds no session; away once it has let go of the last one.
    bool keep_away = false, away = false;
    v1::TargetStatus status;
  };

  void StepLoop(Target* target);
  void LookLoop(Target* target);
  // Takes what our own changes left as what should be there, on the step thread.
  void Settle(Target* target);
  void Look(Target* target);
  bool LookDue(const Target& target) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Makes the observer let go of the database, and waits until it has; or lets it look again. kTargetBusy
  // when it does not let go in time.
  absl::Status KeepAway(Target* target, bool away);
  void RunCommand(Target* target, const v1::Command& command, const std::atomic<bool>* cancelled,
                  const std::atomic<int64_t>* batch_pause_ms);
  // Whether this process runs the attempt or is about to.
  bool Has(const Target& target, const v1::Command& command) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Counts an attempt that an earlier life of the agent began; true, and said, when that was once too often.
  bool HeldAsCrashLoop(const v1::Command& command);
  std::optional<Retry> WhetherToWait(const v1::Command& command, WindowGate& gate, bool lost,
                                     absl::Status& error) const;
  // Says the outcome that the journal holds of this attempt; false when there is none.
  bool SayEarlier(const v1::Command& command);
  void Finish(const v1::Command& command, v1::Report report,
              const std::optional<journal::SeenEvent>& seen = std::nullopt);
  void OnHold(Target* target, const v1::CancelCommand& hold);
  void SayRefused(const std::string& command_id, const absl::Status& why);
  bool AnyRunning() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Target* Find(const std::string& target_id);

  CurrentPolicy* const policy_;
  journal::Journal* const journal_;
  Outward* const outward_;
  const Clock* const clock_;
  const std::string work_dir_;
  Plans plans_;

  mutable Mutex mutex_;
  CondVar wake_;
  std::atomic<bool> stopping_{false};
  bool started_ = false;
  absl::Duration heartbeat_every_ ABSL_GUARDED_BY(mutex_) = absl::Seconds(2);
  std::vector<std::unique_ptr<Target>> targets_;  // fixed after construction
};

}  // namespace ferry::worker

#endif  // FERRY_AGENT_WORKER_WORKER_H_
