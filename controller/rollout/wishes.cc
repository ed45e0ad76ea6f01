// What people want of a promotion that runs: to cancel, hold, resume, abort it, or to make it slower.
#include <spdlog/spdlog.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "controller/rollout/commands.h"
#include "controller/rollout/rollout.h"
#include "core/base/error.h"

namespace ferry::rollout {
namespace {

using promotion::InputKind;
using promotion::RunState;

bool IsAtWork(const promotion::Run& run) {
  return run.state == RunState::kDispatched || run.state == RunState::kHolding;
}

absl::Status NotHeld(const promotion::Promotion& p) {
  return Error(ErrorCode::kNotHeld, absl::StrCat("nothing of promotion ", p.request.promotion_id,
                                                 " is held: it goes on by itself"))
      .TargetState("unchanged by this")
      .Next(absl::StrCat("ferry watch ", p.request.promotion_id, "; ferry cancel ", p.request.promotion_id,
                         " stops it"));
}

}  // namespace

absl::StatusOr<Rollout::Active*> Rollout::Running(const std::string& promotion_id) {
  const auto found = active_.find(promotion_id);
  if (found != active_.end() && !Ended(found->second.promotion.state)) return &found->second;
  RETURN_IF_ERROR(store_->GetPromotion(promotion_id).status());
  return Error(ErrorCode::kPromotionFinished, absl::StrCat("promotion ", promotion_id, " has ended"))
      .Next(absl::StrCat("ferry history --events ", promotion_id));
}

absl::StatusOr<promotion::Promotion> Rollout::Tell(const std::string& promotion_id,
                                                   const promotion::Input& input) {
  MutexLock lock(&mutex_);
  ASSIGN_OR_RETURN(Active* const active, Running(promotion_id));
  const bool needs_held = input.kind == InputKind::kResume || input.kind == InputKind::kAbort;
  const auto& runs = active->promotion.runs;
  const bool held = std::any_of(runs.begin(), runs.end(),
                                [](const promotion::Run& run) { return run.state == RunState::kHeld; });
  if (needs_held && !held) return NotHeld(active->promotion);
  RETURN_IF_ERROR(Step(*active, input, std::nullopt));
  return active->promotion;
}

absl::StatusOr<promotion::Promotion> Rollout::Cancel(const std::string& promotion_id, const std::string& by) {
  promotion::Input input;
  input.kind = InputKind::kCancel;
  input.detail = by;
  return Tell(promotion_id, input);
}

absl::StatusOr<promotion::Promotion> Rollout::Hold(const std::string& promotion_id, const std::string& by) {
  promotion::Input input;
  input.kind = InputKind::kHold;
  input.detail = by;
  return Tell(promotion_id, input);
}

absl::StatusOr<promotion::Promotion> Rollout::Resume(const std::string& promotion_id, const std::string& by,
                                                     bool trust_ledger) {
  promotion::Input input;
  input.kind = InputKind::kResume;
  input.detail = trust_ledger ? absl::StrCat(by, ", who has looked: the ledger is true") : by;
  input.trust_ledger = trust_ledger;
  return Tell(promotion_id, input);
}

absl::StatusOr<promotion::Promotion> Rollout::Abort(const std::string& promotion_id, const std::string& by) {
  promotion::Input input;
  input.kind = InputKind::kAbort;
  input.detail = by;
  return Tell(promotion_id, input);
}

absl::StatusOr<std::vector<std::string>> Rollout::Throttle(const std::string& promotion_id,
                                                           const std::string& by,
                                                           std::optional<absl::Duration> batch_pause) {
  MutexLock lock(&mutex_);
  ASSIGN_OR_RETURN(const Active* const active, Running(promotion_id));
  std::vector<std::string> told;
  for (const promotion::Run& run : active->promotion.runs) {
    if (!IsAtWork(run) || !fleet_->Can(run.target_id, "throttle")) continue;
    if (fleet_->Send(run.target_id, ThrottleFor(run, batch_pause))) told.push_back(run.target_id);
  }
  if (!told.empty()) {
    spdlog::info(
        "{}: {} asks {} for {} between two batches", promotion_id, by, absl::StrJoin(told, ", "),
        batch_pause.has_value() ? absl::FormatDuration(*batch_pause) : "the pause of the agent's file");
    return told;
  }
  return Error(ErrorCode::kAgentOffline,
               absl::StrCat("no agent that can be told is at work on promotion ", promotion_id))
      .TargetState("unchanged by this")
      .Next(absl::StrCat("ferry watch ", promotion_id));
}

}  // namespace ferry::rollout
