#include "controller/rollout/rollout.h"
#include "core/base/error.h"

namespace ferry::rollout {
namespace {

constexpr int kLookAt = 20;  // promotions, the newest ones

// How long `step` took in that promotion; zero where it was not done.
absl::Duration TookIn(const promotion::Promotion& promotion, const promotion::Step& step) {
  for (const promotion::Run& run : promotion.runs) {
    for (const promotion::StepRecord& record : run.steps) {
      const bool done = record.step == step && record.started_at.has_value() && record.ended_at.has_value();
      if (done && record.state == "done") return *record.ended_at - *record.started_at;
    }
  }
  return absl::ZeroDuration();
}

}  // namespace

absl::Duration Rollout::ExpectedOf(const promotion::Promotion& promotion, const promotion::Run& run) {
  const promotion::Step& step = run.step();
  if (step.kind != promotion::StepKind::kApply && step.kind != promotion::StepKind::kRollback)
    return absl::ZeroDuration();
  const absl::StatusOr<std::vector<store::PromotionRecord>> records =
      store_->ListPromotions("", false, kLookAt);
  if (!records.ok()) return absl::ZeroDuration();  // it is only for people who watch
  for (const store::PromotionRecord& record : *records) {
    const promotion::Request& request = record.request;
    if (request.environment == promotion.request.environment ||
        request.plan_name != promotion.request.plan_name ||
        record.state != promotion::PromotionState::kSucceeded)
      continue;
    const absl::StatusOr<std::vector<store::StoredEvent>> stored = store_->LoadEvents(request.promotion_id);
    if (!stored.ok()) continue;
    std::vector<promotion::Event> events;
    for (const store::StoredEvent& e : *stored) events.push_back(e.event);
    const absl::StatusOr<promotion::Promotion> earlier = promotion::Replay(events);
    const absl::Duration took = earlier.ok() ? TookIn(*earlier, step) : absl::ZeroDuration();
    if (took > absl::ZeroDuration()) return took;
  }
  return absl::ZeroDuration();
}

}  // namespace ferry::rollout
