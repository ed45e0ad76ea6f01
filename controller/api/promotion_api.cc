#include <algorithm>

#include "absl/strings/str_cat.h"
#include "controller/api/api.h"
#include "controller/api/reason.h"
#include "core/base/error.h"
#include "core/promotion/steps.h"
#include "rpc/convert.h"

namespace ferry::api {
namespace {

constexpr int kMostPromotions = 1'000'000;

}  // namespace

absl::StatusOr<std::string> Api::TargetVersion(const v1::StartPromotionRequest& request,
                                               const migration::Plan& plan) {
  const std::string& asked = request.to_version();
  if (request.kind() == v1::PROMOTION_KIND_RESTORE) return std::string();  // what the backup holds
  const bool known = migration::Version::Parse(asked).ok() && plan.Find(asked) != nullptr;
  if (request.kind() == v1::PROMOTION_KIND_ROLLBACK) {
    // A squashed version is refused as irreversible, later and in better words.
    const bool squashed = plan.FindSquash(asked) != nullptr;
    if (asked.empty() || asked == "0" || known || squashed) return asked;
  } else {
    if (request.kind() == v1::PROMOTION_KIND_BASELINE && asked.empty()) {
      return Error(ErrorCode::kUsage, "a baseline needs the version that the database is at")
          .Next("ferry baseline ENV --at VERSION");
    }
    if (asked.empty()) return plan.migrations.back().version.ToString();
    if (known) return asked;
  }
  return Error(ErrorCode::kVersionUnknown,
               absl::StrCat("plan ", plan.digest.substr(0, 12), " has no version \"", asked, "\""))
      .TargetState("unchanged: nothing was started")
      .Next("ferry plan show");
}

absl::StatusOr<v1::PromotionInfo> Api::Info(const promotion::Promotion& promotion) {
  v1::PromotionInfo info = rpc::ToProto(promotion);
  for (v1::RunInfo& run : *info.mutable_runs()) {
    run.set_agent_online(fleet_->Online(run.target_id()));
    if (run.state() == v1::RUN_STATE_READY && !run.agent_online()) {
      const std::string agent = fleet_->AgentOf(run.target_id());
      run.set_waiting_for(agent.empty()
                              ? absl::StrCat("no agent has ever served target \"", run.target_id(), "\"")
                              : absl::StrCat("agent \"", agent, "\" is not connected"));
    }
  }
  return info;
}

absl::StatusOr<v1::StartPromotionResponse> Api::StartPromotion(const v1::StartPromotionRequest& request) {
  RETURN_IF_ERROR(CheckReason(request.reason()));
  if (request.request_id().empty()) return Error(ErrorCode::kProtocol, "a promotion needs a request id");
  ASSIGN_OR_RETURN(const promotion::Kind kind, rpc::FromProto(request.kind()));
  ASSIGN_OR_RETURN(const store::EnvironmentRecord environment, Environment(request.environment()));
  ASSIGN_OR_RETURN(const store::PlanRecord record, Plan(request.plan_digest()));
  ASSIGN_OR_RETURN(const auto plan, rollout_->PlanOf(record.digest));
  ASSIGN_OR_RETURN(const std::string to_version, TargetVersion(request, *plan));
  if (kind == promotion::Kind::kPromote) {
    std::vector<promotion::EnvironmentPosition> pipeline;
    for (const store::EnvironmentRecord& e : options_.pipeline) {
      promotion::EnvironmentPosition position{e.name, {}};
      for (const std::string& target : e.targets) {
        const std::optional<v1::TargetStatus> status = fleet_->StatusOf(target);
        position.applied.emplace_back();
        if (status.has_value()) position.applied.back() = rpc::FromProto(status->applied());
      }
      pipeline.push_back(std::move(position));
    }
    RETURN_IF_ERROR(promotion::CheckPipeline(pipeline, environment.name, to_version, *plan));
  }
  promotion::Request wanted;
  wanted.promotion_id = NewId("prm", clock_->Now(), *random_);
  wanted.request_id = request.request_id();
  wanted.kind = kind;
  wanted.environment = environment.name;
  wanted.plan_name = record.name;
  wanted.plan_digest = record.digest;
  wanted.to_version = to_version;
  wanted.requested_by = request.requested_by();
  wanted.targets = environment.targets;
  wanted.reason = request.reason();
  if (kind == promotion::Kind::kRestore) {
    // The one target that the backup is of.
    ASSIGN_OR_RETURN(const v1::BackupInfo backup, Backup(environment.name, request.restore_backup_id()));
    wanted.restore_backup_id = backup.backup_id();
    wanted.to_version = backup.version();
    wanted.targets = {backup.target_id()};
    wanted.accepted_losses = {request.accepted_losses().begin(), request.accepted_losses().end()};
  }
  ASSIGN_OR_RETURN(const rollout::Rollout::Started started, rollout_->Begin(wanted));
  v1::StartPromotionResponse response;
  ASSIGN_OR_RETURN(*response.mutable_promotion(), Info(started.promotion));
  response.set_created(started.created);
  return response;
}

absl::StatusOr<v1::CancelPromotionResponse> Api::CancelPromotion(const v1::CancelPromotionRequest& request) {
  ASSIGN_OR_RETURN(const std::string id, PromotionId(request.promotion_id()));
  ASSIGN_OR_RETURN(const promotion::Promotion promotion, rollout_->Cancel(id, request.requested_by()));
  v1::CancelPromotionResponse response;
  ASSIGN_OR_RETURN(*response.mutable_promotion(), Info(promotion));
  return response;
}

absl::StatusOr<v1::GetPromotionResponse> Api::GetPromotion(const v1::GetPromotionRequest& request) {
  ASSIGN_OR_RETURN(const std::string id, PromotionId(request.promotion_id()));
  ASSIGN_OR_RETURN(const promotion::Promotion promotion, rollout_->Get(id));
  ASSIGN_OR_RETURN(const std::vector<store::StoredEvent> events, store_->LoadEvents(id));
  v1::GetPromotionResponse response;
  ASSIGN_OR_RETURN(*response.mutable_promotion(), Info(promotion));
  for (const store::StoredEvent& e : events) *response.add_events() = rpc::ToProto(e.id, id, e.event, e.hash);
  return response;
}

absl::StatusOr<v1::ListHistoryResponse> Api::ListHistory(const v1::ListHistoryRequest& request) {
  if (!request.environment().empty()) RETURN_IF_ERROR(Environment(request.environment()).status());
  const int limit = request.limit() > 0 ? request.limit() : 50;
  const bool page = !request.before().empty();
  ASSIGN_OR_RETURN(const std::vector<store::PromotionRecord> records,
                   store_->ListPromotions(request.environment(), false, page ? kMostPromotions : limit));
  v1::ListHistoryResponse response;
  bool wanted = !page;
  for (const store::PromotionRecord& record : records) {
    if (!wanted) {
      wanted = record.request.promotion_id == request.before();
      continue;
    }
    if (response.promotions_size() == limit) break;
    ASSIGN_OR_RETURN(const promotion::Promotion promotion, rollout_->Get(record.request.promotion_id));
    ASSIGN_OR_RETURN(*response.add_promotions(), Info(promotion));
  }
  return response;
}

}  // namespace ferry::api
