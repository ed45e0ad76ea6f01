// The motion of promotions: hears what happened, asks core/promotion what follows, writes that durably, then
// takes it as the state, then sends. In that order, always; after a restart the stored events are all there
// is, and enough.
//
// Every public method is thread-safe and takes the one mutex for its whole decision, so that decisions about
// a promotion are made one after the other.
#ifndef FERRY_CONTROLLER_ROLLOUT_ROLLOUT_H_
#define FERRY_CONTROLLER_ROLLOUT_ROLLOUT_H_

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "controller/fleet/fleet.h"
#include "controller/store/store.h"
#include "core/base/clock.h"
#include "core/base/mutex.h"
#include "core/migration/plan.h"
#include "core/promotion/machine.h"
#include "ferry/v1/promotion.pb.h"

namespace ferry::rollout {

// What a watcher sees of a promotion at one moment.
struct Observation {
  promotion::Promotion promotion;
  std::vector<v1::Progress> progress;  // of runs whose progress is newer than the caller has seen
  uint64_t progress_version = 0;
};

class Rollout final : public fleet::FleetListener {
 public:
  // All pointers must outlive the rollout.
  Rollout(store::Store* store, fleet::Fleet* fleet, const Clock* clock, int64_t epoch);
  ~Rollout() override;

  // Replays every promotion that has not ended and starts the timer. Once, before the fleet's first session.
  absl::Status Start();
  // Stops the timer and wakes every watcher for good. Idempotent.
  void Shutdown();

  // Stores and begins a promotion; `created` false when the request id had begun it before. kPromotionActive.
  struct Started {
    promotion::Promotion promotion;
    bool created = false;
  };
  absl::StatusOr<Started> Begin(const promotion::Request& request);
  // Asks for a stop. kPromotionUnknown, kPromotionFinished.
  absl::StatusOr<promotion::Promotion> Cancel(const std::string& promotion_id, const std::string& by);
  // Asks its runs to stop before their next segment or batch and to stay there. `by`: who and why.
  // kPromotionUnknown, kPromotionFinished.
  absl::StatusOr<promotion::Promotion> Hold(const std::string& promotion_id, const std::string& by);
  // Lets the held runs go on, or ends them where they are. Also kNotHeld.
  absl::StatusOr<promotion::Promotion> Resume(const std::string& promotion_id, const std::string& by,
                                              bool trust_ledger);
  absl::StatusOr<promotion::Promotion> Abort(const std::string& promotion_id, const std::string& by);
  // Tells the agents whose runs are at work how long to pause between two batches; nothing: as their files
  // say. The targets told; the controller's log says who asked. kPromotionUnknown, kPromotionFinished,
  // kAgentOffline (none could be told).
  absl::StatusOr<std::vector<std::string>> Throttle(const std::string& promotion_id, const std::string& by,
                                                    std::optional<absl::Duration> batch_pause);
  // As it stands; ended ones are replayed from the store. kPromotionUnknown.
  absl::StatusOr<promotion::Promotion> Get(const std::string& promotion_id);

  // Blocks until the promotion has more than `events_seen` events, or progress newer than `progress_seen`, or
  // one second has passed, or the rollout shuts down. kPromotionUnknown.
  absl::StatusOr<Observation> Observe(const std::string& promotion_id, int64_t events_seen,
                                      uint64_t progress_seen);
  bool stopping() const { return stopping_.load(); }

  // The parsed plan. kPlanUnknown.
  absl::StatusOr<std::shared_ptr<const migration::Plan>> PlanOf(const std::string& digest);

  void OnAgentReady(const std::vector<std::string>& target_ids) override;
  absl::Status OnReport(const store::ReportKey& key, const v1::Report& report) override;
  void OnTargetStatus(const v1::TargetStatus& status) override;
  void OnProgress(const v1::Progress& progress) override;
  void OnRefused(const std::string& command_id, const absl::Status& why) override;

 private:
  struct Active {
    promotion::Promotion promotion;
    std::map<std::string, std::pair<uint64_t, v1::Progress>> progress;  // by run id
  };

  // What somebody wants of all runs of a promotion.
  absl::StatusOr<promotion::Promotion> Tell(const std::string& promotion_id, const promotion::Input& input);
  // kPromotionUnknown, kPromotionFinished.
  absl::StatusOr<Active*> Running(const std::string& promotion_id) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status Step(Active& active, const promotion::Input& input,
                    const std::optional<store::ReportKey>& report) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // How long the run's step took on another environment, where it was done last; zero: not known.
  absl::Duration ExpectedOf(const promotion::Promotion& promotion, const promotion::Run& run)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Act(const Active& active, const promotion::Action& action) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Dispatches what is ready and whose agent is there.
  void Advance(Active& active) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Wake(Active& active, const promotion::Run& run, const std::string& why)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::StatusOr<promotion::Input> InputOf(const Active& active, const v1::Report& report)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::StatusOr<std::shared_ptr<const migration::Plan>> PlanLocked(const std::string& digest)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Puts the runs that a target's own host made without a controller on record, each once.
  void RecordBreakGlass(const v1::TargetStatus& status) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void DropEnded() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Tick();
  void TimerLoop();

  store::Store* const store_;
  fleet::Fleet* const fleet_;
  const Clock* const clock_;
  const int64_t epoch_;

  Mutex mutex_;
  CondVar changed_;
  std::map<std::string, Active> active_ ABSL_GUARDED_BY(mutex_);  // by promotion id
  std::map<std::string, std::shared_ptr<const migration::Plan>> plans_ ABSL_GUARDED_BY(mutex_);
  std::set<std::string> recorded_ ABSL_GUARDED_BY(mutex_);  // break-glass runs known to be in the store
  uint64_t progress_version_ ABSL_GUARDED_BY(mutex_) = 0;
  std::atomic<bool> stopping_{false};
  std::thread timer_;
};

}  // namespace ferry::rollout

#endif  // FERRY_CONTROLLER_ROLLOUT_ROLLOUT_H_
