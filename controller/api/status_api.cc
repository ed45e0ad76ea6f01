#include <algorithm>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "controller/api/api.h"
#include "core/base/error.h"
#include "rpc/convert.h"

namespace ferry::api {
namespace {

// What of the plan is missing on a target, in the order of the plan.
std::set<std::string> MissingOn(const v1::TargetInfo& target, const migration::Plan& plan) {
  const std::vector<migration::AppliedMigration> applied = rpc::FromProto(target.status().applied());
  std::set<std::string> out;
  for (const migration::Migration& m : plan.migrations) out.insert(m.id());
  for (const migration::AppliedMigration& a : applied) out.erase(a.version);
  for (const migration::Migration* m :
       migration::PendingRepeatables(plan, applied, plan.migrations.back().version)) {
    out.insert(m->id());
  }
  return out;
}

// Whether the newest plan has every version that a host applied without the controller.
bool RegisteredBreakGlass(const v1::EnvironmentStatus& status, const migration::Plan* plan) {
  for (const v1::TargetInfo& target : status.targets()) {
    for (const v1::AppliedMigration& a : target.status().applied()) {
      const bool version = migration::Version::Parse(a.version()).ok();
      if (!version || !absl::StartsWith(a.promotion_id(), "bg-")) continue;
      if (plan == nullptr || plan->Find(a.version()) == nullptr) return false;
    }
  }
  return true;
}

// Drift that would have a promotion refused: nobody lives with it, and no pending version is about it.
bool HeldBackByDrift(const v1::EnvironmentStatus& status, const migration::Plan* plan) {
  for (const std::string& pending : status.pending()) {
    const migration::Migration* m = plan->Find(pending);
    if (m != nullptr && !m->drift.empty()) return false;
  }
  return std::any_of(status.targets().begin(), status.targets().end(), [](const v1::TargetInfo& target) {
    const v1::DriftStatus& drift = target.status().drift();
    return drift.state() == v1::DRIFT_STATE_DRIFTED &&
           (drift.objects() == 0 || drift.objects() > target.ignored_drift());
  });
}

bool FailedOverDrift(const v1::PromotionInfo& promotion) {
  return std::any_of(promotion.runs().begin(), promotion.runs().end(), [](const v1::RunInfo& run) {
    return run.error().code() == CodeName(ErrorCode::kDrift);
  });
}

bool AnyOutOfOrder(const v1::EnvironmentStatus& status) {
  for (const v1::TargetInfo& target : status.targets()) {
    const absl::StatusOr<migration::Version> at = migration::Version::Parse(target.current_version());
    for (const std::string& pending : status.pending()) {
      const absl::StatusOr<migration::Version> version = migration::Version::Parse(pending);
      if (at.ok() && version.ok() && *version < *at) return true;
    }
  }
  return false;
}

// The command that makes sense next, for an environment that is neither busy nor up to date.
std::string NextCommand(const v1::EnvironmentStatus& status, const v1::EnvironmentStatus* before,
                        const migration::Plan* plan) {
  for (const v1::TargetInfo& target : status.targets()) {
    if (!target.agent_online()) return "ferry agent list";
  }
  if (status.has_active()) {
    const auto& runs = status.active().runs();
    const bool held = std::any_of(runs.begin(), runs.end(),
                                  [](const v1::RunInfo& run) { return run.state() == v1::RUN_STATE_HELD; });
    return absl::StrCat(held ? "ferry resume " : "ferry watch ", status.name());
  }
  if (!RegisteredBreakGlass(status, plan)) return "ferry plan register";
  const bool held_back = HeldBackByDrift(status, plan);
  if (status.last().state() == v1::PROMOTION_STATE_FAILED && !(held_back && FailedOverDrift(status.last()))) {
    return absl::StrCat("ferry history --events ", status.last().promotion_id());
  }
  if (held_back) return absl::StrCat("ferry drift ", status.name());
  if (status.pending().empty()) return "";
  // What the environment before does not have either cannot be promoted here yet.
  if (before != nullptr && !before->pending().empty()) return "";
  return absl::StrCat("ferry promote --to ", status.name(), AnyOutOfOrder(status) ? " --hotfix \"why\"" : "");
}

}  // namespace

absl::StatusOr<v1::EnvironmentStatus> Api::StatusOf(const store::EnvironmentRecord& environment,
                                                    const migration::Plan* plan) {
  v1::EnvironmentStatus out;
  out.set_name(environment.name);
  std::set<std::string> missing;
  for (const std::string& id : environment.targets) {
    v1::TargetInfo* target = out.add_targets();
    target->set_target_id(id);
    target->set_agent_id(fleet_->AgentOf(id));
    target->set_agent_online(fleet_->Online(id));
    const std::optional<v1::TargetStatus> status = fleet_->StatusOf(id);
    if (status.has_value()) {
      *target->mutable_status() = *status;
      target->set_current_version(migration::NewestVersion(rpc::FromProto(status->applied())));
      ASSIGN_OR_RETURN(const int ignored, IgnoredDrift(*status));
      target->set_ignored_drift(ignored);
    }
    if (plan != nullptr) missing.merge(MissingOn(*target, *plan));
  }
  if (plan != nullptr) {
    for (const auto* list : {&plan->migrations, &plan->repeatables}) {
      for (const migration::Migration& m : *list) {
        if (missing.count(m.id()) > 0) out.add_pending(m.id());
      }
    }
  }
  ASSIGN_OR_RETURN(std::vector<store::PromotionRecord> records,
                   store_->ListPromotions(environment.name, true, 1));
  ASSIGN_OR_RETURN(const std::vector<store::PromotionRecord> newest,
                   store_->ListPromotions(environment.name, false, 2));
  records.insert(records.end(), newest.begin(), newest.end());
  for (const store::PromotionRecord& record : records) {
    ASSIGN_OR_RETURN(const promotion::Promotion promotion, rollout_->Get(record.request.promotion_id));
    ASSIGN_OR_RETURN(const v1::PromotionInfo info, Info(promotion));
    if (info.state() == v1::PROMOTION_STATE_RUNNING) {
      *out.mutable_active() = info;
    } else if (!out.has_last()) {
      *out.mutable_last() = info;
    }
  }
  return out;
}

absl::StatusOr<v1::GetStatusResponse> Api::GetStatus(const v1::GetStatusRequest& request) {
  v1::GetStatusResponse response;
  std::shared_ptr<const migration::Plan> plan;
  const absl::StatusOr<store::PlanRecord> newest = Plan("");
  if (newest.ok()) {
    ASSIGN_OR_RETURN(plan, rollout_->PlanOf(newest->digest));
    ASSIGN_OR_RETURN(*response.mutable_plan(), PlanInfo(*newest));
  } else if (!HasCode(newest.status(), ErrorCode::kPlanUnknown)) {
    return newest.status();
  }
  for (const std::string& name : request.environments()) RETURN_IF_ERROR(Environment(name).status());
  std::optional<v1::EnvironmentStatus> before;
  for (const store::EnvironmentRecord& environment : options_.pipeline) {
    const auto& asked = request.environments();
    ASSIGN_OR_RETURN(v1::EnvironmentStatus status, StatusOf(environment, plan.get()));
    status.set_next(NextCommand(status, before.has_value() ? &*before : nullptr, plan.get()));
    before = status;
    if (!asked.empty() && std::find(asked.begin(), asked.end(), environment.name) == asked.end()) continue;
    *response.add_environments() = std::move(status);
  }
  return response;
}

absl::StatusOr<v1::ListAgentsResponse> Api::ListAgents(const v1::ListAgentsRequest&) {
  v1::ListAgentsResponse response;
  for (v1::AgentInfo& agent : fleet_->Agents()) *response.add_agents() = std::move(agent);
  for (const store::EnvironmentRecord& environment : options_.pipeline) {
    for (const std::string& target : environment.targets) {
      if (fleet_->AgentOf(target).empty()) response.add_unserved_targets(target);
    }
  }
  return response;
}

}  // namespace ferry::api
