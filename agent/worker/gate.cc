#include "agent/worker/gate.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "core/base/error.h"

namespace ferry::worker {

Standing StandingAt(const window::Schedule& schedule, absl::Time at) {
  const window::Verdict verdict = window::Evaluate(schedule, at);
  Standing standing{verdict.open, verdict.reason, std::nullopt, verdict.next_opening};
  if (!verdict.open) return standing;
  standing.deadline = window::Deadline(schedule, verdict);
  if (standing.deadline.has_value() && *standing.deadline <= at) {
    standing.open = false;
    standing.reason = absl::StrCat(verdict.reason, " closes within the reserve of ",
                                   absl::FormatDuration(schedule.reserve));
    standing.next_opening = window::Evaluate(schedule, *verdict.closes).next_opening;
    standing.deadline.reset();
  }
  return standing;
}

absl::Status WindowClosed(const std::string& target_id, const Standing& standing, absl::TimeZone zone) {
  const std::string when =
      standing.next_opening.has_value()
          ? absl::StrCat("it opens ", absl::FormatTime("%Y-%m-%d %H:%M:%S %Z", *standing.next_opening, zone))
          : "it does not open within five years";
  return Error(ErrorCode::kWindowClosed, absl::StrCat("the maintenance window of ", target_id, " is closed (",
                                                      standing.reason, "); ", when))
      .TargetState("unchanged by this step so far as its ledger does not say otherwise")
      .Next("wait: it goes on by itself; or ferry cancel the promotion");
}

absl::Status WindowGate::PermitNow() {
  return Permit(clock_->Now() + skew_.value_or(absl::ZeroDuration()) + absl::Seconds(1)).status();
}

absl::StatusOr<absl::Time> WindowGate::Permit(absl::Time now_db) {
  skew_ = now_db - clock_->Now();
  if (cancelled_->load()) {
    return Error(ErrorCode::kCancelled, absl::StrCat("cancelled on ", target_id_)).Next("ferry status");
  }
  const policy::TargetConfig target = policy_->Target(target_id_);
  absl::Time deadline = absl::InfiniteFuture();
  for (const absl::Time now : {clock_->Now(), now_db}) {
    const Standing standing = StandingAt(target.schedule, now);
    if (!standing.open) {
      next_opening_ = standing.next_opening;
      return WindowClosed(target_id_, standing, target.zone);
    }
    deadline = std::min(deadline, standing.deadline.value_or(absl::InfiniteFuture()));
  }
  return deadline;
}

}  // namespace ferry::worker
