#include "controller/rollout/commands.h"

#include "rpc/convert.h"

namespace ferry::rollout {

v1::ControllerMessage CommandFor(const promotion::Promotion& promotion, const promotion::Run& run,
                                 int64_t epoch) {
  v1::ControllerMessage message;
  v1::Command* command = message.mutable_command();
  command->set_command_id(promotion::CommandId(run));
  command->set_target_id(run.target_id);
  command->set_promotion_id(promotion.request.promotion_id);
  command->set_run_id(run.run_id);
  command->set_epoch(epoch);
  command->set_attempt(run.attempt);
  command->set_plan_digest(promotion.request.plan_digest);
  command->set_plan_name(promotion.request.plan_name);
  *command->mutable_step() = rpc::ToProto(run.step());
  command->set_backup_id(run.backup_id);
  command->set_kind(rpc::ToProto(promotion.request.kind));
  command->set_reason(promotion.request.reason);
  command->set_restore_backup_id(promotion.request.restore_backup_id);
  for (const std::string& loss : promotion.request.accepted_losses) command->add_accepted_losses(loss);
  command->set_trust_ledger(run.trust_ledger);
  if (run.step().kind == promotion::StepKind::kAnalyze) {
    for (const promotion::StepRecord& record : run.steps) {
      if (record.step.kind == promotion::StepKind::kApply) command->add_versions(record.step.version);
    }
  }
  return message;
}

bool AsksAboutDrift(const promotion::Promotion& promotion, const promotion::Run& run) {
  return promotion.request.kind == promotion::Kind::kPromote &&
         run.step().kind == promotion::StepKind::kPreflight;
}

void AddIgnoredDrift(const std::vector<store::DriftDecision>& decisions, absl::Time now,
                     v1::ControllerMessage& command) {
  for (const store::DriftDecision& decision : decisions) {
    if (decision.until > now) *command.mutable_command()->add_ignored_drift() = ToProto(decision);
  }
}

v1::IgnoredDrift ToProto(const store::DriftDecision& decision) {
  v1::IgnoredDrift out;
  out.set_id(decision.id);
  out.set_target_id(decision.target_id);
  v1::ObjectId* id = out.mutable_key()->mutable_id();
  id->set_kind(decision.kind);
  id->set_schema(decision.schema);
  id->set_parent(decision.parent);
  id->set_name(decision.name);
  out.mutable_key()->set_actual(decision.state);
  *out.mutable_until() = rpc::ToProto(decision.until);
  out.set_reason(decision.reason);
  out.set_decided_by(decision.decided_by);
  *out.mutable_decided_at() = rpc::ToProto(decision.decided_at);
  return out;
}

v1::ControllerMessage CancelFor(const promotion::Run& run) {
  v1::ControllerMessage message;
  message.mutable_cancel()->set_command_id(promotion::CommandId(run));
  message.mutable_cancel()->set_target_id(run.target_id);
  return message;
}

v1::ControllerMessage HoldFor(const promotion::Run& run) {
  v1::ControllerMessage message = CancelFor(run);
  message.mutable_cancel()->set_gently(true);
  message.mutable_cancel()->set_attempt(run.attempt);
  return message;
}

v1::ControllerMessage ThrottleFor(const promotion::Run& run, std::optional<absl::Duration> batch_pause) {
  v1::ControllerMessage message;
  v1::ThrottleCommand* throttle = message.mutable_throttle();
  throttle->set_command_id(promotion::CommandId(run));
  throttle->set_target_id(run.target_id);
  if (batch_pause.has_value()) *throttle->mutable_batch_pause() = rpc::ToProto(*batch_pause);
  return message;
}

}  // namespace ferry::rollout
