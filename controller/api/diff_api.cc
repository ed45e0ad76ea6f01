#include <future>
#include <set>

#include "absl/strings/str_cat.h"
#include "controller/api/api.h"
#include "core/base/error.h"
#include "core/diff/diff.h"
#include "rpc/convert.h"

namespace ferry::api {
namespace {

struct Source {
  std::string name, target_id;
};

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
    for (const std::string& target : environment.targets) {
      sources.push_back({environment.targets.size() == 1 ? name : absl::StrCat(name, "/", target), target});
    }
  }
  std::vector<std::future<absl::StatusOr<schema::Snapshot>>> asked;
  for (const Source& source : sources) {
    asked.push_back(std::async(std::launch::async, [this, target = source.target_id] {
      return fleet_->AskSnapshot(target, absl::Seconds(60));
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
  for (const diff::Difference& difference : diff::Compare(compared).differences) {
    *response.add_differences() = rpc::ToProto(difference);
  }
  return response;
}

}  // namespace ferry::api
