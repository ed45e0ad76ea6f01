#include "controller/api/api.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "core/base/version.h"
#include "rpc/convert.h"

namespace ferry::api {

Api::Api(ApiOptions options, store::Store* store, fleet::Fleet* fleet, rollout::Rollout* rollout,
         const Clock* clock, RandomSource* random)
    : options_(std::move(options)),
      store_(store),
      fleet_(fleet),
      rollout_(rollout),
      clock_(clock),
      random_(random),
      started_at_(clock->Now()) {}

absl::StatusOr<store::EnvironmentRecord> Api::Environment(const std::string& name) const {
  std::string known;
  for (const store::EnvironmentRecord& environment : options_.pipeline) {
    if (environment.name == name) return environment;
    absl::StrAppend(&known, known.empty() ? "" : ", ", environment.name);
  }
  return Error(ErrorCode::kEnvironmentUnknown,
               absl::StrCat("no environment \"", name, "\"; there are ", known))
      .TargetState("unchanged: nothing was started")
      .Next("ferry status");
}

absl::StatusOr<store::PlanRecord> Api::Plan(const std::string& digest) {
  ASSIGN_OR_RETURN(const std::vector<store::PlanRecord> plans, store_->ListPlans("", false));
  std::vector<std::string> found;
  for (const store::PlanRecord& plan : plans) {
    if (digest.empty() || absl::StartsWith(plan.digest, digest)) found.push_back(plan.digest);
    if (digest.empty() && !found.empty()) break;
  }
  if (found.size() == 1) return store_->GetPlan(found[0]);
  const std::string what = digest.empty() ? "no plan is registered"
                           : found.empty()
                               ? absl::StrCat("no plan has a digest that begins with \"", digest, "\"")
                               : absl::StrCat("several plans begin with \"", digest, "\"");
  return Error(ErrorCode::kPlanUnknown, what)
      .TargetState("unchanged: nothing was started")
      .Next(digest.empty() ? "ferry plan register migrations/" : "ferry plan list");
}

absl::StatusOr<std::string> Api::PromotionId(const std::string& asked) {
  ASSIGN_OR_RETURN(const std::vector<store::PromotionRecord> all, store_->ListPromotions("", false, 10'000));
  for (const store::PromotionRecord& record :
       all) {  // one that runs comes before what was recorded beside it
    const bool active = record.state == promotion::PromotionState::kRunning;
    if (active && record.request.environment == asked) return record.request.promotion_id;
  }
  std::vector<std::string> found;
  for (const store::PromotionRecord& record : all) {
    const std::string& id = record.request.promotion_id;
    if (id == asked || record.request.environment == asked) return id;
    if (!asked.empty() && absl::EndsWith(id, asked)) found.push_back(id);
  }
  if (found.size() == 1) return found[0];
  return Error(ErrorCode::kPromotionUnknown,
               found.empty() ? absl::StrCat("no promotion \"", asked, "\"")
                             : absl::StrCat("several promotions end with \"", asked, "\""))
      .Next("ferry history");
}

absl::StatusOr<v1::GetVersionResponse> Api::GetVersion(const v1::GetVersionRequest&) {
  v1::GetVersionResponse response;
  response.set_software(options_.software);
  response.set_protocol(kProtocolVersion);
  response.set_epoch(options_.epoch);
  *response.mutable_started_at() = rpc::ToProto(started_at_);
  return response;
}

absl::StatusOr<v1::VerifyAuditResponse> Api::VerifyAudit(const v1::VerifyAuditRequest&) {
  v1::VerifyAuditResponse response;
  const absl::StatusOr<store::ChainReport> report = store_->VerifyChain();
  if (report.ok()) {
    response.set_events(report->events);
    response.set_head(report->head);
  } else if (HasCode(report.status(), ErrorCode::kStoreCorrupt)) {
    *response.mutable_error() = rpc::ToProto(report.status());
  } else {
    return report.status();
  }
  return response;
}

absl::StatusOr<v1::TestWindowResponse> Api::TestWindow(const v1::TestWindowRequest& request) {
  ASSIGN_OR_RETURN(const store::EnvironmentRecord environment, Environment(request.environment()));
  v1::TestWindowResponse response;
  for (const std::string& target : environment.targets) {
    v1::Query query;
    query.mutable_window()->set_at(request.at());
    ASSIGN_OR_RETURN(const v1::QueryReply reply, fleet_->Ask(target, query, absl::Seconds(10)));
    *response.add_verdicts() = reply.window();
  }
  return response;
}

}  // namespace ferry::api
