#include "core/promotion/steps.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "core/base/error.h"

namespace ferry::promotion {
namespace {

absl::StatusOr<std::vector<Step>> PromoteSteps(const migration::Plan& plan,
                                               const std::vector<migration::AppliedMigration>& applied,
                                               const std::string& to_version,
                                               migration::OutOfOrder out_of_order) {
  ASSIGN_OR_RETURN(const migration::Version to, migration::Version::Parse(to_version));
  ASSIGN_OR_RETURN(std::vector<const migration::Migration*> pending,
                   migration::PendingUp(plan, applied, to, out_of_order));
  const std::vector<const migration::Migration*> repeatables =
      migration::PendingRepeatables(plan, applied, to);
  pending.insert(pending.end(), repeatables.begin(), repeatables.end());
  if (pending.empty()) return std::vector<Step>{{StepKind::kVerify, to_version}};
  std::vector<Step> steps = {{StepKind::kBackup, ""}};
  for (const migration::Migration* m : pending) {
    steps.push_back({StepKind::kApply, m->id()});
    steps.push_back({StepKind::kVerify, m->id()});
  }
  steps.push_back({StepKind::kAnalyze, ""});
  return steps;
}

absl::StatusOr<std::vector<Step>> RollbackSteps(const migration::Plan& plan,
                                                const std::vector<migration::AppliedMigration>& applied,
                                                const std::string& to_version) {
  std::vector<const migration::Migration*> down;
  if (to_version.empty()) {
    ASSIGN_OR_RETURN(down, migration::PendingDown(plan, applied, std::nullopt));
  } else {
    ASSIGN_OR_RETURN(const migration::Version to,
                     migration::Version::Parse(to_version == "0" ? "0.0.0" : to_version));
    ASSIGN_OR_RETURN(down, migration::PendingDown(plan, applied, to));
  }
  if (down.empty()) return std::vector<Step>{};
  std::vector<Step> steps = {{StepKind::kBackup, ""}};
  for (const migration::Migration* m : down) steps.push_back({StepKind::kRollback, m->id()});
  return steps;
}

// What a target lacks of the plan up to a version, as the end of a sentence; "" when nothing.
std::string Lacks(const migration::Plan& plan, const std::vector<migration::AppliedMigration>& applied,
                  const std::string& to_version) {
  const bool there = std::any_of(applied.begin(), applied.end(), [&](const migration::AppliedMigration& a) {
    return a.version == to_version;
  });
  if (!there) return absl::StrCat("is not at ", to_version);
  const absl::StatusOr<migration::Version> to = migration::Version::Parse(to_version);
  if (!to.ok()) return "";
  const std::vector<const migration::Migration*> repeatables =
      migration::PendingRepeatables(plan, applied, *to);
  return repeatables.empty()
             ? ""
             : absl::StrCat("does not have ", repeatables.front()->id(), " as it is in this plan");
}

}  // namespace

absl::StatusOr<std::vector<Step>> PlanSteps(Kind kind, const migration::Plan& plan,
                                            const std::vector<migration::AppliedMigration>& applied,
                                            const std::string& to_version,
                                            migration::OutOfOrder out_of_order) {
  switch (kind) {
    case Kind::kPromote:
      return PromoteSteps(plan, applied, to_version, out_of_order);
    case Kind::kRollback:
      return RollbackSteps(plan, applied, to_version);
    case Kind::kBaseline: {
      ASSIGN_OR_RETURN(const migration::Version to, migration::Version::Parse(to_version));
      ASSIGN_OR_RETURN(const std::vector<const migration::Migration*> missing,
                       migration::PendingUp(plan, applied, to));
      if (missing.empty()) return std::vector<Step>{};
      return std::vector<Step>{{StepKind::kBaseline, to_version}};
    }
    case Kind::kRestore:
      return std::vector<Step>{{StepKind::kRestore, ""}, {StepKind::kSwap, ""}};
    case Kind::kBreakGlass:
      break;
  }
  return std::vector<Step>{};
}

absl::Status CheckPipeline(const std::vector<EnvironmentPosition>& pipeline, const std::string& environment,
                           const std::string& to_version, const migration::Plan& plan) {
  const auto found = std::find_if(pipeline.begin(), pipeline.end(),
                                  [&](const EnvironmentPosition& e) { return e.name == environment; });
  if (found == pipeline.end()) {
    return Error(ErrorCode::kEnvironmentUnknown, absl::StrCat("no environment \"", environment, "\""))
        .Next("ferry status");
  }
  if (found == pipeline.begin()) return absl::OkStatus();
  const EnvironmentPosition& before = *std::prev(found);
  for (const std::vector<migration::AppliedMigration>& applied : before.applied) {
    const std::string lacks = Lacks(plan, applied, to_version);
    if (lacks.empty()) continue;
    return Error(ErrorCode::kPipelineOrder, absl::StrCat("\"", before.name, "\", which comes before \"",
                                                         environment, "\" in the pipeline, ", lacks))
        .TargetState("unchanged: nothing was started")
        .Next(absl::StrCat("ferry promote ", to_version, " --to ", before.name));
  }
  return absl::OkStatus();
}

}  // namespace ferry::promotion
