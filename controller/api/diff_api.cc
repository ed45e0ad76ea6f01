#include <future>
#include <set>

#include "absl/strings/str_cat.h"
#include "controller/api/api.h"
#include "core/base/error.h"
#include "core/diff/diff.h"
#include "core/diff/filtered.h"
#include "rpc/convert.h"

namespace ferry::api {
namespace {

struct Source {
  std::string name, target_id;
  v1::SnapshotQuery query = {};  // of the target itself, or of a plan that its agent builds
};

// One a target.
std::vector<Source> SourcesOf(const store::EnvironmentRecord& environment,
                              const v1::SnapshotScope& scope = {}) {
  std::vector<Source> sources;
  for (const std::string& target : environment.targets) {
    const std::string suffix = environment.targets.size() == 1 ? "" : absl::StrCat("/", target);
    sources.push_back({absl::StrCat(environment.name, suffix), target, {}});
    if (scope.ByteSizeLong() > 0) *sources.back().query.mutable_scope() = scope;
  }
  return sources;
}

// Asks for all of them side by side.
absl::StatusOr<std::vector<schema::Snapshot>> AskAll(fleet::Fleet* fleet, const std::vector<Source>& sources,
                                                     absl::Duration timeout) {
  std::vector<std::future<absl::StatusOr<schema::Snapshot>>> asked;
  for (const Source& source : sources) {
    asked.push_back(std::async(std::launch::async, [fleet, &source, timeout] {
      return fleet->AskSnapshot(source.target_id, source.query, timeout);
    }));
  }
  std::vector<schema::Snapshot> snapshots;
  absl::Status failed;
  for (auto& answer : asked) {  // every answer is waited for, also after an error
    absl::StatusOr<schema::Snapshot> snapshot = answer.get();
    if (snapshot.ok()) {
      snapshots.push_back(*std::move(snapshot));
    } else if (failed.ok()) {
      failed = snapshot.status();
    }
  }
  RETURN_IF_ERROR(failed);
  return snapshots;
}

absl::StatusOr<v1::DiffResponse> CompareSources(fleet::Fleet* fleet, const std::vector<Source>& sources,
                                                const diff::CompareOptions& options, absl::Duration timeout,
                                                const schema::Filter& filter = {}) {
  ASSIGN_OR_RETURN(const std::vector<schema::Snapshot> snapshots, AskAll(fleet, sources, timeout));
  v1::DiffResponse response;
  std::vector<std::pair<std::string, const schema::Snapshot*>> compared;
  for (size_t i = 0; i < sources.size(); ++i) {
    compared.emplace_back(sources[i].name, &snapshots[i]);
    v1::DiffSource* out = response.add_sources();
    out->set_name(sources[i].name);
    out->set_target_id(sources[i].target_id);
    out->set_root(snapshots[i].root);
    out->set_server_version(snapshots[i].server_version);
    out->set_objects(static_cast<int32_t>(snapshots[i].objects.size()));
    *out->mutable_taken_at() = rpc::ToProto(snapshots[i].taken_at);
  }
  RETURN_IF_ERROR(diff::CheckSchemas(filter, compared));
  for (const diff::Difference& difference :
       diff::Only(diff::Compare(compared, options), filter).differences) {
    *response.add_differences() = rpc::ToProto(difference);
  }
  return response;
}

}  // namespace

absl::StatusOr<v1::DiffResponse> Api::Diff(const v1::DiffRequest& request) {
  if (request.environments_size() < 2) {
    return Error(ErrorCode::kUsage, "a diff needs two or more environments").Next("ferry diff dev prod");
  }
  std::vector<Source> sources;
  std::set<std::string> seen;
  for (const std::string& name : request.environments()) {
    ASSIGN_OR_RETURN(const store::EnvironmentRecord environment, Environment(name));
    if (!seen.insert(name).second) {
      return Error(ErrorCode::kUsage, absl::StrCat("\"", name, "\" is named twice"))
          .Next("ferry diff dev prod");
    }
    for (Source& source : SourcesOf(environment, request.scope())) sources.push_back(std::move(source));
  }
  ASSIGN_OR_RETURN(const diff::CompareOptions options,
                   diff::Without({request.ignore().begin(), request.ignore().end()}));
  ASSIGN_OR_RETURN(const schema::Filter filter, rpc::FilterFrom(request.scope()));
  return CompareSources(fleet_, sources, options, absl::Seconds(60), filter);
}

absl::Status Api::GetSnapshots(const v1::GetSnapshotsRequest& request,
                               const std::function<bool(const v1::GetSnapshotsResponse&)>& write) {
  ASSIGN_OR_RETURN(const store::EnvironmentRecord environment, Environment(request.environment()));
  RETURN_IF_ERROR(rpc::FilterFrom(request.scope()).status());
  const std::vector<Source> sources = SourcesOf(environment, request.scope());
  ASSIGN_OR_RETURN(const std::vector<schema::Snapshot> snapshots, AskAll(fleet_, sources, absl::Seconds(60)));
  for (size_t i = 0; i < sources.size(); ++i) {
    v1::GetSnapshotsResponse piece;
    piece.set_name(sources[i].name);
    piece.set_target_id(sources[i].target_id);
    for (v1::SnapshotChunk& chunk : rpc::ToChunks(sources[i].target_id, snapshots[i])) {
      *piece.mutable_chunk() = std::move(chunk);
      if (!write(piece)) return absl::OkStatus();
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::DiffResponse> Api::PreviewBaseline(const v1::PreviewBaselineRequest& request) {
  ASSIGN_OR_RETURN(const store::EnvironmentRecord environment, Environment(request.environment()));
  ASSIGN_OR_RETURN(const store::PlanRecord record, Plan(request.plan_digest()));
  ASSIGN_OR_RETURN(const auto plan, rollout_->PlanOf(record.digest));
  if (plan->Find(request.version()) == nullptr) {
    return Error(ErrorCode::kVersionUnknown, absl::StrCat("plan ", record.digest.substr(0, 12),
                                                          " has no version \"", request.version(), "\""))
        .TargetState("unchanged: nothing was recorded")
        .Next("ferry plan show");
  }
  std::vector<Source> sources;
  for (const Source& live : SourcesOf(environment)) {
    v1::SnapshotQuery built;
    built.set_plan_digest(record.digest);
    built.set_version(request.version());
    const std::string suffix = live.name.substr(environment.name.size());
    sources.push_back(live);
    sources.push_back({absl::StrCat("plan:", request.version(), suffix), live.target_id, built});
  }
  return CompareSources(fleet_, sources, diff::CompareOptions::StructureOnly(), absl::Seconds(110));
}

}  // namespace ferry::api
