#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "rpc/convert.h"

namespace ferry::rpc {
namespace {

v1::RunState ToProto(promotion::RunState state) {
  switch (state) {
    case promotion::RunState::kReady:
      return v1::RUN_STATE_READY;
    case promotion::RunState::kDispatched:
      return v1::RUN_STATE_DISPATCHED;
    case promotion::RunState::kWaiting:
      return v1::RUN_STATE_WAITING;
    case promotion::RunState::kCancelling:
      return v1::RUN_STATE_CANCELLING;
    case promotion::RunState::kHolding:
      return v1::RUN_STATE_HOLDING;
    case promotion::RunState::kHeld:
      return v1::RUN_STATE_HELD;
    case promotion::RunState::kSucceeded:
      return v1::RUN_STATE_SUCCEEDED;
    case promotion::RunState::kFailed:
      return v1::RUN_STATE_FAILED;
    case promotion::RunState::kCancelled:
      return v1::RUN_STATE_CANCELLED;
  }
  return v1::RUN_STATE_UNSPECIFIED;
}

v1::StepInfo ToProto(const promotion::StepRecord& record) {
  v1::StepInfo out;
  *out.mutable_step() = rpc::ToProto(record.step);
  out.set_state(record.state);
  out.set_attempt(record.attempt);
  if (record.started_at.has_value()) *out.mutable_started_at() = rpc::ToProto(*record.started_at);
  if (record.ended_at.has_value()) *out.mutable_ended_at() = rpc::ToProto(*record.ended_at);
  out.set_summary(record.summary);
  return out;
}

v1::RunInfo ToProto(const promotion::Run& run) {
  v1::RunInfo out;
  out.set_run_id(run.run_id);
  out.set_target_id(run.target_id);
  out.set_state(ToProto(run.state));
  out.set_from_version(run.from_version);
  for (const promotion::StepRecord& record : run.steps) *out.add_steps() = ToProto(record);
  if (!run.waiting_for.ok()) {
    out.set_waiting_for(absl::StrCat(CodeName(CodeOf(run.waiting_for)), " ", run.waiting_for.message()));
  }
  if (run.state == promotion::RunState::kHeld) {
    out.set_waiting_for(run.error.ok() ? run.held_by
                                       : absl::StrCat(CodeName(CodeOf(run.error)), " ", run.error.message()));
  }
  if (run.waiting_until.has_value()) *out.mutable_waiting_until() = rpc::ToProto(*run.waiting_until);
  if (!run.error.ok()) *out.mutable_error() = rpc::ToProto(run.error);
  out.set_backup_id(run.backup_id);
  out.set_clean(run.clean);
  return out;
}

}  // namespace

v1::Step ToProto(const promotion::Step& step) {
  v1::Step out;
  out.set_kind(static_cast<v1::StepKind>(static_cast<int>(step.kind) + 1));
  out.set_version(step.version);
  return out;
}
static_assert(static_cast<int>(promotion::StepKind::kPreflight) + 1 == v1::STEP_KIND_PREFLIGHT);
static_assert(static_cast<int>(promotion::StepKind::kSwap) + 1 == v1::STEP_KIND_SWAP);

absl::StatusOr<promotion::Step> FromProto(const v1::Step& step) {
  if (step.kind() < v1::STEP_KIND_PREFLIGHT || step.kind() > v1::STEP_KIND_SWAP) {
    return Error(ErrorCode::kProtocol, absl::StrCat("unknown step kind ", static_cast<int>(step.kind())))
        .Next("upgrade the older of controller and agent");
  }
  return promotion::Step{static_cast<promotion::StepKind>(step.kind() - 1), step.version()};
}

v1::PromotionKind ToProto(promotion::Kind kind) {
  return static_cast<v1::PromotionKind>(static_cast<int>(kind) + 1);
}
static_assert(static_cast<int>(promotion::Kind::kPromote) + 1 == v1::PROMOTION_KIND_PROMOTE);
static_assert(static_cast<int>(promotion::Kind::kBreakGlass) + 1 == v1::PROMOTION_KIND_BREAK_GLASS);

absl::StatusOr<promotion::Kind> FromProto(v1::PromotionKind kind) {
  if (kind >= v1::PROMOTION_KIND_PROMOTE && kind <= v1::PROMOTION_KIND_BREAK_GLASS) {
    return static_cast<promotion::Kind>(kind - 1);
  }
  return Error(ErrorCode::kProtocol, absl::StrCat("unknown promotion kind ", static_cast<int>(kind)))
      .Next("upgrade the older of controller and client");
}

v1::PromotionState ToProto(promotion::PromotionState state) {
  switch (state) {
    case promotion::PromotionState::kRunning:
      return v1::PROMOTION_STATE_RUNNING;
    case promotion::PromotionState::kSucceeded:
      return v1::PROMOTION_STATE_SUCCEEDED;
    case promotion::PromotionState::kFailed:
      return v1::PROMOTION_STATE_FAILED;
    case promotion::PromotionState::kCancelled:
      return v1::PROMOTION_STATE_CANCELLED;
  }
  return v1::PROMOTION_STATE_UNSPECIFIED;
}

v1::PromotionInfo ToProto(const promotion::Promotion& p) {
  v1::PromotionInfo out;
  out.set_promotion_id(p.request.promotion_id);
  out.set_kind(ToProto(p.request.kind));
  out.set_environment(p.request.environment);
  out.set_plan_name(p.request.plan_name);
  out.set_plan_digest(p.request.plan_digest);
  out.set_to_version(p.request.to_version);
  out.set_state(ToProto(p.state));
  out.set_requested_by(p.request.requested_by);
  *out.mutable_requested_at() = ToProto(p.requested_at);
  if (p.finished_at.has_value()) *out.mutable_finished_at() = ToProto(*p.finished_at);
  for (const promotion::Run& run : p.runs) *out.add_runs() = ToProto(run);
  out.set_reason(p.request.reason);
  out.set_restore_backup_id(p.request.restore_backup_id);
  return out;
}

v1::Event ToProto(int64_t id, const std::string& promotion_id, const promotion::Event& event,
                  const std::string& hash) {
  v1::Event out;
  out.set_id(id);
  out.set_promotion_id(promotion_id);
  *out.mutable_at() = ToProto(event.at);
  out.set_type(promotion::Name(event.type));
  out.set_run_id(event.run_id);
  if (!event.run_id.empty()) *out.mutable_step() = ToProto(event.step);
  out.set_attempt(event.attempt);
  out.set_rule(event.rule);
  out.set_text(event.text);
  out.set_hash(hash);
  return out;
}

}  // namespace ferry::rpc
