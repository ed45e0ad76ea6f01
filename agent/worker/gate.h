// The agent's own word on whether a change may start or go on: its windows by its own clock and by the
// database's, and the operator's cancel. The controller cannot open what is closed here.
#ifndef FERRY_AGENT_WORKER_GATE_H_
#define FERRY_AGENT_WORKER_GATE_H_

#include <atomic>
#include <optional>
#include <string>

#include "agent/worker/current_policy.h"
#include "core/base/clock.h"
#include "core/window/window.h"
#include "pg/executor/run.h"

namespace ferry::worker {

// A schedule at one moment, with the reserve before closing counted as closed.
struct Standing {
  bool open = false;
  std::string reason;
  std::optional<absl::Time> deadline;      // open: until when a change must have committed; nothing = no end
  std::optional<absl::Time> next_opening;  // closed: nothing = not within five years
};
Standing StandingAt(const window::Schedule& schedule, absl::Time at);

// kWindowClosed in words, with the next opening in `zone`.
absl::Status WindowClosed(const std::string& target_id, const Standing& standing, absl::TimeZone zone);

// For one step of one target. `cancelled` is set from another thread. Re-reads the policy each time.
class WindowGate final : public executor::Gate {
 public:
  WindowGate(const CurrentPolicy* policy, std::string target_id, const Clock* clock,
             const std::atomic<bool>* cancelled, const std::atomic<int64_t>* batch_pause_ms = nullptr)
      : policy_(policy),
        target_id_(std::move(target_id)),
        clock_(clock),
        cancelled_(cancelled),
        batch_pause_ms_(batch_pause_ms) {}

  // kCancelled; kWindowClosed when either clock says closed. The deadline is the earlier of the two.
  absl::StatusOr<absl::Time> Permit(absl::Time now_db) override;
  // Permit at the database's clock as it must stand now, by what it was at the last Permit; a second is
  // added, because a deadline that cut a statement off is a moment old. OK when the window is still open.
  absl::Status PermitNow();
  bool Stopping() const override { return cancelled_->load(); }
  absl::Duration BatchPause(absl::Duration configured) const override {
    const int64_t wanted = batch_pause_ms_ == nullptr ? kAsConfigured : batch_pause_ms_->load();
    return wanted == kAsConfigured ? configured : absl::Milliseconds(wanted);
  }
  static constexpr int64_t kAsConfigured = -1;
  // When it makes sense to ask again; set once Permit has said kWindowClosed.
  std::optional<absl::Time> next_opening() const { return next_opening_; }

 private:
  const CurrentPolicy* const policy_;
  const std::string target_id_;
  const Clock* const clock_;
  const std::atomic<bool>* const cancelled_;
  const std::atomic<int64_t>* const batch_pause_ms_;  // kAsConfigured, or what somebody asked for
  std::optional<absl::Time> next_opening_;
  std::optional<absl::Duration> skew_;  // the database's clock minus ours, at the last Permit
};

}  // namespace ferry::worker

#endif  // FERRY_AGENT_WORKER_GATE_H_
