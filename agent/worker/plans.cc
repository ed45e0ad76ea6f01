#include "agent/worker/plans.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/error.h"

namespace ferry::worker {

absl::Status Plans::Keep(const migration::Plan& plan, const std::string& environment) {
  ASSIGN_OR_RETURN(migration::Plan here, migration::BuildPlan(plan.Sources(), environment));
  MutexLock lock(&mutex_);
  parsed_[{plan.digest, environment}] = std::make_shared<const migration::Plan>(std::move(here));
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<const migration::Plan>> Plans::Get(const std::string& digest,
                                                                  const std::string& environment) {
  {
    MutexLock lock(&mutex_);
    const auto known = parsed_.find({digest, environment});
    if (known != parsed_.end()) return known->second;
  }
  v1::PlanContent content;
  ASSIGN_OR_RETURN(const std::optional<std::string> kept, journal_->GetPlan(digest));
  const bool from_journal = kept.has_value() && content.ParseFromString(*kept);
  if (!from_journal) {
    ASSIGN_OR_RETURN(content, outward_->FetchPlan(digest));
  }
  std::vector<migration::SourceFile> files;
  for (const v1::MigrationFile& file : content.files()) files.push_back({file.name(), file.content()});
  ASSIGN_OR_RETURN(migration::Plan plan, migration::BuildPlan(files, environment));
  if (plan.digest != digest) {
    return Error(ErrorCode::kPlanDigestMismatch,
                 absl::StrCat("the bytes received have digest ", plan.digest, ", not ", digest))
        .TargetState("unchanged: nothing was started")
        .Next("find out who changed the plan on its way; ferry audit verify");
  }
  if (!from_journal) RETURN_IF_ERROR(journal_->PutPlan(digest, content.SerializeAsString()));
  auto shared = std::make_shared<const migration::Plan>(std::move(plan));
  MutexLock lock(&mutex_);
  parsed_[{digest, environment}] = shared;
  return shared;
}

absl::StatusOr<std::vector<std::string>> Plans::DriftNamedBy(
    const std::vector<ledger::AppliedVersion>& applied, const std::string& environment) {
  std::vector<std::string> names;
  for (const ledger::AppliedVersion& version : applied) {
    const absl::StatusOr<std::shared_ptr<const migration::Plan>> plan = Get(version.plan_digest, environment);
    if (HasCode(plan.status(), ErrorCode::kPlanUnknown)) continue;
    RETURN_IF_ERROR(plan.status());
    const migration::Migration* const m = (*plan)->Find(version.version);
    if (m != nullptr) names.insert(names.end(), m->drift.begin(), m->drift.end());
  }
  return names;
}

}  // namespace ferry::worker
