#include <algorithm>
#include <future>
#include <map>
#include <tuple>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "controller/api/api.h"
#include "controller/rollout/commands.h"
#include "core/base/error.h"
#include "core/drift/select.h"
#include "rpc/convert.h"

namespace ferry::api {
namespace {

constexpr absl::Duration kReading = absl::Seconds(60);
constexpr absl::Duration kLongest = absl::Hours(24 * 90);

using ObjectState = std::tuple<std::string, std::string, std::string, std::string, std::string>;
ObjectState Of(const v1::ObjectId& id, const std::string& state) {
  return {id.kind(), id.schema(), id.parent(), id.name(), state};
}

std::map<ObjectState, const store::DriftDecision*> ByObject(const std::vector<store::DriftDecision>& all) {
  std::map<ObjectState, const store::DriftDecision*> out;
  for (const store::DriftDecision& d : all) out[{d.kind, d.schema, d.parent, d.name, d.state}] = &d;
  return out;
}

absl::StatusOr<v1::DriftReport> AskDrift(fleet::Fleet* fleet, const std::string& target) {
  v1::Query query;
  query.mutable_drift();
  ASSIGN_OR_RETURN(v1::QueryReply reply, fleet->Ask(target, query, kReading));
  if (reply.has_drift()) return std::move(*reply.mutable_drift());
  return Error(ErrorCode::kProtocol, absl::StrCat("the agent of ", target, " does not know what drift is"))
      .Next("upgrade that agent: ferry agent list shows its version");
}

// Side by side, in the order of `targets`.
std::vector<absl::StatusOr<v1::DriftReport>> AskAll(fleet::Fleet* fleet,
                                                    const std::vector<std::string>& targets) {
  std::vector<std::future<absl::StatusOr<v1::DriftReport>>> asked;
  for (const std::string& target : targets) {
    asked.push_back(std::async(std::launch::async, [fleet, &target] { return AskDrift(fleet, target); }));
  }
  std::vector<absl::StatusOr<v1::DriftReport>> out;
  for (auto& answer : asked) out.push_back(answer.get());
  return out;
}

// The decisions about what is there now: by the report, or without one by what the agent said last.
void AddDecisions(const std::vector<store::DriftDecision>& all, v1::TargetDrift& target) {
  const auto decisions = ByObject(all);
  const auto add = [&](const v1::ObjectId& id, const std::string& state) {
    const auto found = decisions.find(Of(id, state));
    if (found != decisions.end()) *target.add_ignored() = rollout::ToProto(*found->second);
  };
  if (target.has_report()) {
    for (const v1::DriftedObject& object : target.report().objects()) add(object.id(), object.state());
  } else {
    for (const v1::DriftKey& key : target.status().keys()) add(key.id(), key.actual());
  }
}

absl::Status CheckDecision(const v1::IgnoreDriftRequest& request, absl::Time now) {
  const std::string& reason = request.reason();
  const bool good = !absl::StripAsciiWhitespace(reason).empty() && reason.size() <= 300 &&
                    std::none_of(reason.begin(), reason.end(),
                                 [](char c) { return absl::ascii_iscntrl(static_cast<unsigned char>(c)); });
  const auto refuse = [](absl::string_view message) -> absl::Status {
    return Error(ErrorCode::kUsage, message)
        .TargetState("unchanged: nothing was decided")
        .Next("ferry drift ENV --ignore OBJECT --until YYYY-MM-DD --reason \"why\"");
  };
  if (!good) return refuse("to live with drift needs a reason: one line of at most 300 bytes");
  if (request.objects().empty()) return refuse("to live with drift needs the objects that it is about");
  const absl::Time until = rpc::FromProto(request.until());
  if (!request.has_until() || until <= now) return refuse("to live with drift needs a time in the future");
  if (until > now + kLongest) return refuse("drift is ignored for at most 90 days");
  return absl::OkStatus();
}

bool SelectsObject(const std::string& pattern, const v1::DriftedObject& object) {
  const absl::StatusOr<schema::ObjectId> id = rpc::FromProto(object.id());
  if (!id.ok()) return false;
  return drift::Selects(pattern, *id,
                        schema::KindFromName(object.parent_kind()).value_or(schema::ObjectKind::kTable));
}

store::DriftDecision DecisionAbout(const v1::DriftedObject& object, const std::string& target,
                                   const v1::IgnoreDriftRequest& request, absl::Time now) {
  store::DriftDecision d;
  d.environment = request.environment();
  d.target_id = target;
  d.kind = object.id().kind();
  d.schema = object.id().schema();
  d.parent = object.id().parent();
  d.name = object.id().name();
  d.state = object.state();
  d.until = rpc::FromProto(request.until());
  d.reason = request.reason();
  d.decided_by = request.requested_by();
  d.decided_at = now;
  return d;
}

}  // namespace

absl::StatusOr<int> Api::IgnoredDrift(const v1::TargetStatus& status) {
  if (status.drift().keys().empty()) return 0;
  ASSIGN_OR_RETURN(const std::vector<store::DriftDecision> all, store_->DriftDecisions(status.target_id()));
  const auto decisions = ByObject(all);
  const absl::Time now = clock_->Now();
  int ignored = 0;
  for (const v1::DriftKey& key : status.drift().keys()) {
    const auto found = decisions.find(Of(key.id(), key.actual()));
    if (found != decisions.end() && found->second->until > now) ++ignored;
  }
  return ignored;
}

absl::StatusOr<v1::GetDriftResponse> Api::GetDrift(const v1::GetDriftRequest& request) {
  ASSIGN_OR_RETURN(const store::EnvironmentRecord environment, Environment(request.environment()));
  std::vector<absl::StatusOr<v1::DriftReport>> reports = AskAll(fleet_, environment.targets);
  v1::GetDriftResponse response;
  for (size_t i = 0; i < reports.size(); ++i) {
    v1::TargetDrift* target = response.add_targets();
    target->set_target_id(environment.targets[i]);
    if (reports[i].ok()) {
      *target->mutable_report() = *std::move(reports[i]);
    } else {
      *target->mutable_error() = rpc::ToProto(reports[i].status());
    }
    const std::optional<v1::TargetStatus> status = fleet_->StatusOf(environment.targets[i]);
    if (status.has_value() && status->has_drift()) *target->mutable_status() = status->drift();
    ASSIGN_OR_RETURN(const std::vector<store::DriftDecision> decisions,
                     store_->DriftDecisions(environment.targets[i]));
    AddDecisions(decisions, *target);
  }
  return response;
}

absl::StatusOr<v1::IgnoreDriftResponse> Api::IgnoreDrift(const v1::IgnoreDriftRequest& request) {
  const absl::Time now = clock_->Now();
  ASSIGN_OR_RETURN(const store::EnvironmentRecord environment, Environment(request.environment()));
  RETURN_IF_ERROR(CheckDecision(request, now));
  std::vector<std::string> targets = environment.targets;
  if (!request.target_id().empty()) {
    if (std::find(targets.begin(), targets.end(), request.target_id()) == targets.end()) {
      return Error(ErrorCode::kUsage,
                   absl::StrCat("\"", environment.name, "\" has no target \"", request.target_id(), "\""))
          .Next(absl::StrCat("ferry status ", environment.name));
    }
    targets = {request.target_id()};
  }
  const std::vector<absl::StatusOr<v1::DriftReport>> reports = AskAll(fleet_, targets);
  std::vector<store::DriftDecision> decisions;
  std::vector<bool> used(static_cast<size_t>(request.objects_size()), false);
  for (size_t i = 0; i < reports.size(); ++i) {
    RETURN_IF_ERROR(reports[i].status());  // what is there now is not known
    for (const v1::DriftedObject& object : reports[i]->objects()) {
      bool selected = false;
      for (int pattern = 0; pattern < request.objects_size(); ++pattern) {
        if (!SelectsObject(request.objects(pattern), object)) continue;
        selected = used[static_cast<size_t>(pattern)] = true;
      }
      if (selected) decisions.push_back(DecisionAbout(object, targets[i], request, now));
    }
  }
  for (int pattern = 0; pattern < request.objects_size(); ++pattern) {
    if (used[static_cast<size_t>(pattern)]) continue;
    return Error(ErrorCode::kUsage, absl::StrCat("nothing that has drifted in \"", environment.name,
                                                 "\" is called \"", request.objects(pattern), "\""))
        .TargetState("unchanged: nothing was decided")
        .Next(absl::StrCat("ferry drift ", environment.name, " shows the names"));
  }
  ASSIGN_OR_RETURN(decisions, store_->IgnoreDrift(std::move(decisions)));
  v1::IgnoreDriftResponse response;
  for (const store::DriftDecision& d : decisions) *response.add_ignored() = rollout::ToProto(d);
  return response;
}

}  // namespace ferry::api
