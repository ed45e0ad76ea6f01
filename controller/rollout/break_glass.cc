#include "core/promotion/break_glass.h"

#include <spdlog/spdlog.h>

#include "controller/rollout/rollout.h"
#include "core/base/error.h"
#include "core/base/fault.h"
#include "rpc/convert.h"

namespace ferry::rollout {
namespace {

promotion::Request RequestOf(const v1::TargetStatus& status, const v1::BreakGlassRun& run) {
  promotion::Request request;
  request.promotion_id = run.promotion_id();
  request.request_id = run.promotion_id();  // unique: the store takes it once
  request.kind = promotion::Kind::kBreakGlass;
  request.environment = status.environment();
  request.plan_digest = run.plan_digest();
  request.to_version = run.versions().empty() ? run.unfinished() : *run.versions().rbegin();
  request.requested_by = run.requested_by();
  request.targets = {status.target_id()};
  request.reason = run.reason();
  return request;
}

}  // namespace

void Rollout::RecordBreakGlass(const v1::TargetStatus& status) {
  for (auto run = status.break_glass().rbegin(); run != status.break_glass().rend(); ++run) {  // oldest first
    if (recorded_.count(run->promotion_id()) > 0) continue;
    if (run->versions().empty() && run->unfinished().empty()) continue;
    promotion::Request request = RequestOf(status, *run);
    const absl::StatusOr<store::PlanRecord> plan = store_->GetPlan(request.plan_digest);
    if (plan.ok()) request.plan_name = plan->name;
    promotion::BreakGlassRun happened;
    for (const std::string& version : run->versions()) happened.versions.push_back(version);
    happened.unfinished = run->unfinished();
    happened.at = rpc::FromProto(run->at());
    const absl::Time now = clock_->Now();
    const std::vector<promotion::Event> events =
        promotion::BreakGlassEvents(request, happened, plan.ok(), now);
    const absl::StatusOr<promotion::Promotion> ended = promotion::Replay(events);
    if (!ended.ok()) {
      spdlog::error("{} cannot be recorded: {}", request.promotion_id, std::string(ended.status().message()));
      continue;
    }
    FAULT_POINT("controller.breakglass.before");
    const absl::StatusOr<bool> fresh = store_->RecordEnded(request, now, events, ended->state);
    if (!fresh.ok()) {  // the next status tries again
      spdlog::error("{} is not recorded yet: {}", request.promotion_id,
                    std::string(fresh.status().message()));
      continue;
    }
    FAULT_POINT("controller.breakglass.after");
    recorded_.insert(request.promotion_id);
    if (*fresh) spdlog::warn("{} {}", request.promotion_id, events.front().text);
  }
}

}  // namespace ferry::rollout
