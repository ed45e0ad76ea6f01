#include "cli/records.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "rpc/convert.h"

namespace ferry::cli {
namespace {

constexpr int kPage = 200;

}  // namespace

absl::StatusOr<std::vector<v1::PromotionInfo>> AllPromotions(rpc::FerryClient& client,
                                                             const std::string& environment) {
  std::vector<v1::PromotionInfo> all;
  for (;;) {
    v1::ListHistoryRequest request;
    request.set_environment(environment);
    request.set_limit(kPage);
    if (!all.empty()) request.set_before(all.back().promotion_id());
    ASSIGN_OR_RETURN(v1::ListHistoryResponse page, client.ListHistory(request));
    for (v1::PromotionInfo& promotion : *page.mutable_promotions()) all.push_back(std::move(promotion));
    if (page.promotions_size() < kPage) return all;
  }
}

std::vector<report::Deed> DeedsOf(const std::vector<v1::PromotionInfo>& promotions) {
  std::vector<report::Deed> deeds;
  for (auto p = promotions.rbegin(); p != promotions.rend(); ++p) {
    const absl::StatusOr<promotion::Kind> kind = rpc::FromProto(p->kind());
    if (!kind.ok()) continue;  // of a newer controller
    for (const v1::RunInfo& run : p->runs()) {
      for (const v1::StepInfo& step : run.steps()) {
        const absl::StatusOr<promotion::Step> what = rpc::FromProto(step.step());
        if (step.state() != "done" || !what.ok()) continue;
        deeds.push_back({what->kind, what->version, *kind, p->environment(), run.target_id(),
                         p->promotion_id(), p->requested_by(), p->reason(), rpc::FromProto(step.ended_at())});
      }
    }
  }
  std::stable_sort(deeds.begin(), deeds.end(),
                   [](const report::Deed& a, const report::Deed& b) { return a.at < b.at; });
  return deeds;
}

report::MigrationNote NoteOf(const v1::MigrationInfo& m) {
  return {m.version(), m.name(),        m.description(), m.author(),
          m.date(),    m.reviewed_by(), m.breaking(),    m.irreversible()};
}

const v1::PlanInfo* PlanWith(const v1::ListPlansResponse& plans, const std::string& version) {
  for (const v1::PlanInfo& plan : plans.plans()) {
    for (const v1::MigrationInfo& m : plan.migrations()) {
      if (m.version() == version) return &plan;
    }
  }
  return nullptr;
}

absl::StatusOr<FullPlan> FetchPlan(rpc::FerryClient& client, const std::string& digest) {
  v1::GetPlanRequest request;
  request.set_digest(digest);
  ASSIGN_OR_RETURN(const v1::GetPlanResponse response, client.GetPlan(request));
  std::vector<migration::SourceFile> files;
  for (const v1::MigrationFile& file : response.content().files()) {
    files.push_back({file.name(), file.content()});
  }
  FullPlan out{response.info(), response.content(), {}};
  ASSIGN_OR_RETURN(out.plan, migration::BuildPlan(files));
  if (out.plan.digest == response.info().digest()) return out;
  return Error(ErrorCode::kPlanDigestMismatch,
               absl::StrCat("the controller's bytes of plan ", response.info().digest(), " have digest ",
                            out.plan.digest))
      .Next("ferry version: are this program and the controller of one version?");
}

}  // namespace ferry::cli
