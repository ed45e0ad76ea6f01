#include <algorithm>

#include "absl/strings/str_cat.h"
#include "controller/api/api.h"
#include "core/base/error.h"
#include "rpc/convert.h"

namespace ferry::api {
namespace {

constexpr size_t kMaxPlanBytes = 32 << 20;

std::vector<migration::SourceFile> SourcesOf(const v1::PlanContent& plan) {
  std::vector<migration::SourceFile> files;
  for (const v1::MigrationFile& file : plan.files()) files.push_back({file.name(), file.content()});
  return files;
}

// Whether `squash` stands for exactly this migration.
bool StandsFor(const migration::Migration& squash, const migration::Migration& m) {
  return std::any_of(squash.squashes.begin(), squash.squashes.end(),
                     [&m](const migration::SquashedVersion& s) {
                       return s.version == m.version && s.checksum == m.checksum;
                     });
}

}  // namespace

absl::StatusOr<v1::PlanInfo> Api::PlanInfo(const store::PlanRecord& record) {
  ASSIGN_OR_RETURN(const auto plan, rollout_->PlanOf(record.digest));
  v1::PlanInfo info;
  info.set_digest(record.digest);
  info.set_name(record.name);
  *info.mutable_registered_at() = rpc::ToProto(record.registered_at);
  info.set_registered_by(record.registered_by);
  for (const auto* list : {&plan->migrations, &plan->repeatables}) {
    for (const migration::Migration& m : *list) *info.add_migrations() = rpc::ToProto(m);
  }
  return info;
}

// Values belong to the plan: what an environment lacks now could only come with another plan.
absl::Status Api::CheckEveryEnvironment(const std::vector<migration::SourceFile>& sources,
                                        const migration::Plan& plan) {
  if (plan.values.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::vector<store::EnvironmentRecord> pipeline, store_->Pipeline());
  for (const store::EnvironmentRecord& environment : pipeline) {
    const absl::Status good = migration::BuildPlan(sources, environment.name).status();
    if (good.ok()) continue;
    return Annotate(good, [](ErrorDetail& d) { d.target_state = "unchanged: nothing was registered"; });
  }
  return absl::OkStatus();
}

// A version that has ever been registered keeps its bytes for ever: some target may have run it. A squash may
// take its place when it names those very bytes.
absl::Status Api::CheckNoChangedMigration(const store::PlanRecord& record, const migration::Plan& plan) {
  ASSIGN_OR_RETURN(const std::vector<store::PlanRecord> earlier, store_->ListPlans(record.name, false));
  for (const store::PlanRecord& known : earlier) {
    ASSIGN_OR_RETURN(const auto old, rollout_->PlanOf(known.digest));
    for (const migration::Migration& m : old->migrations) {
      const std::string version = m.version.ToString();
      const migration::Migration* now = plan.Find(version);
      const migration::Migration* squash = plan.FindSquash(version);
      if (squash != nullptr && m.squashes.empty() && !StandsFor(*squash, m)) {
        return Error(ErrorCode::kPlanConflict,
                     absl::StrCat("\"", squash->file, "\" stands for a version ", version,
                                  " with other bytes than those registered with plan ",
                                  known.digest.substr(0, 12)))
            .At(squash->file, 1, 1)
            .TargetState("unchanged: nothing was registered")
            .Next("restore the files that were registered, then ferry squash again");
      }
      if (now == nullptr || now->checksum == m.checksum || StandsFor(*now, m) || StandsFor(m, *now)) continue;
      return Error(ErrorCode::kPlanConflict,
                   absl::StrCat("\"", now->file, "\" was edited after it was registered with plan ",
                                known.digest.substr(0, 12)))
          .At(now->file, 1, 1)
          .TargetState("unchanged: nothing was registered")
          .Next(absl::StrCat("restore the file, and put the change into a new migration: ferry new NAME"));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::RegisterPlanResponse> Api::RegisterPlan(const v1::RegisterPlanRequest& request) {
  if (request.plan().name().empty()) {
    return Error(ErrorCode::kConfig, "the plan has no project name").Next("set project: in ferry.yaml");
  }
  if (request.ByteSizeLong() > kMaxPlanBytes) {
    return Error(ErrorCode::kPlanTooLarge, absl::StrCat("the plan has ", request.ByteSizeLong(),
                                                        " bytes; the limit is ", kMaxPlanBytes))
        .TargetState("unchanged: nothing was registered")
        .Next("move data out of migrations");
  }
  const std::vector<migration::SourceFile> sources = SourcesOf(request.plan());
  ASSIGN_OR_RETURN(const migration::Plan plan, migration::BuildPlanWithSum(sources, request.sum()));
  RETURN_IF_ERROR(CheckEveryEnvironment(sources, plan));
  if (plan.digest != request.plan().digest()) {
    return Error(ErrorCode::kPlanDigestMismatch,
                 absl::StrCat("the plan's bytes have digest ", plan.digest, ", the client announced ",
                              request.plan().digest()))
        .TargetState("unchanged: nothing was registered")
        .Next("ferry plan register");
  }
  store::PlanRecord record{plan.digest, request.plan().name(), {}, request.requested_by(), clock_->Now()};
  for (const migration::SourceFile& file : plan.Sources()) record.files.push_back({file.name, file.bytes});
  RETURN_IF_ERROR(CheckNoChangedMigration(record, plan));
  v1::RegisterPlanResponse response;
  ASSIGN_OR_RETURN(const bool created, store_->PutPlan(record));
  response.set_created(created);
  ASSIGN_OR_RETURN(const store::PlanRecord stored, store_->GetPlan(plan.digest));
  ASSIGN_OR_RETURN(*response.mutable_plan(), PlanInfo(stored));
  return response;
}

absl::StatusOr<v1::ListPlansResponse> Api::ListPlans(const v1::ListPlansRequest& request) {
  ASSIGN_OR_RETURN(const std::vector<store::PlanRecord> plans, store_->ListPlans(request.name(), false));
  v1::ListPlansResponse response;
  for (const store::PlanRecord& plan : plans) {
    ASSIGN_OR_RETURN(*response.add_plans(), PlanInfo(plan));
  }
  return response;
}

absl::StatusOr<v1::GetPlanResponse> Api::GetPlan(const v1::GetPlanRequest& request) {
  ASSIGN_OR_RETURN(const store::PlanRecord record, Plan(request.digest()));
  v1::GetPlanResponse response;
  ASSIGN_OR_RETURN(*response.mutable_info(), PlanInfo(record));
  response.mutable_content()->set_digest(record.digest);
  response.mutable_content()->set_name(record.name);
  for (const store::PlanFile& file : record.files) {
    v1::MigrationFile* out = response.mutable_content()->add_files();
    out->set_name(file.name);
    out->set_content(file.content);
  }
  return response;
}

absl::StatusOr<v1::PreviewPlanResponse> Api::PreviewPlan(const v1::PreviewPlanRequest& request) {
  ASSIGN_OR_RETURN(const store::EnvironmentRecord environment, Environment(request.environment()));
  ASSIGN_OR_RETURN(const store::PlanRecord record, Plan(request.plan_digest()));
  ASSIGN_OR_RETURN(const auto plan, rollout_->PlanOf(record.digest));
  v1::StartPromotionRequest as_promotion;
  as_promotion.set_kind(request.kind());
  as_promotion.set_to_version(request.to_version());
  ASSIGN_OR_RETURN(const std::string to_version, TargetVersion(as_promotion, *plan));
  v1::PreviewPlanResponse response;
  ASSIGN_OR_RETURN(*response.mutable_plan(), PlanInfo(record));
  for (const std::string& target : environment.targets) {
    v1::Query query;
    query.mutable_preview()->set_plan_digest(record.digest);
    query.mutable_preview()->set_kind(request.kind());
    query.mutable_preview()->set_to_version(to_version);
    ASSIGN_OR_RETURN(const v1::QueryReply reply, fleet_->Ask(target, query, absl::Seconds(30)));
    *response.add_targets() = reply.preview();
  }
  return response;
}

}  // namespace ferry::api
