#include "cli/drifted.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "core/base/error.h"
#include "core/diff/allowed.h"
#include "core/drift/select.h"
#include "rpc/convert.h"

namespace ferry::cli {
namespace {

using schema::ObjectKind;

absl::StatusOr<DriftedObject> ObjectFrom(const v1::DriftedObject& message, const v1::TargetDrift& target,
                                         absl::Time now) {
  DriftedObject out;
  ASSIGN_OR_RETURN(out.id, rpc::FromProto(message.id()));
  out.parent_kind = schema::KindFromName(message.parent_kind()).value_or(ObjectKind::kTable);
  if (message.has_expected()) {
    ASSIGN_OR_RETURN(out.expected, rpc::FromProto(message.expected()));
  }
  if (message.has_actual()) {
    ASSIGN_OR_RETURN(out.actual, rpc::FromProto(message.actual()));
  }
  for (const int64_t id : message.statement_ids()) {
    const auto& all = target.report().statements();
    const auto found = std::find_if(all.begin(), all.end(), [id](const auto& s) { return s.id() == id; });
    if (found != all.end()) out.causes.push_back(*found);
  }
  for (const v1::IgnoredDrift& decision : target.ignored()) {
    ASSIGN_OR_RETURN(const schema::ObjectId about, rpc::FromProto(decision.key().id()));
    if (!(about == out.id) || decision.key().actual() != message.state()) continue;
    out.decision = decision;
    out.ignored = rpc::FromProto(decision.until()) > now;
  }
  return out;
}

bool Selected(const DriftedObject& object, const std::vector<std::string>& patterns) {
  return patterns.empty() || std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
           return drift::Selects(pattern, object.id, object.parent_kind);
         });
}

auto ScreenOrder(const DriftedObject& object) {
  const bool child = !object.id.parent.empty();
  return std::make_tuple(child ? drift::ParentOf(object.id, object.parent_kind) : object.id, child,
                         object.id);
}

}  // namespace

std::string DriftedObject::word() const { return diff::PlainName(id); }

std::vector<diff::FieldChange> DriftedObject::fields() const {
  std::vector<diff::FieldChange> out;
  if (!expected.has_value() || !actual.has_value()) {
    for (auto& [name, value] : schema::FieldsToSend(actual.has_value() ? *actual : *expected)) {
      out.push_back({name, {expected.has_value() ? value : "", actual.has_value() ? value : ""}});
    }
    return out;
  }
  std::map<std::string, std::string> now;
  for (auto& [name, value] : schema::ComparedFields(*actual)) now[name] = value;
  for (auto& [name, value] : schema::ComparedFields(*expected)) {
    if (now[name] != value) out.push_back({name, {value, now[name]}});
  }
  return out;
}

bool DriftedTarget::drifted() const {
  if (message.report().state() != v1::DRIFT_STATE_DRIFTED) return false;
  return objects.empty() ? message.report().objects().empty() : ignored() < objects.size();
}

size_t DriftedTarget::ignored() const {
  return static_cast<size_t>(
      std::count_if(objects.begin(), objects.end(), [](const DriftedObject& o) { return o.ignored; }));
}

bool DriftedEnvironment::drifted() const {
  return std::any_of(targets.begin(), targets.end(), [](const DriftedTarget& t) { return t.drifted(); });
}

bool DriftedEnvironment::answered() const {
  return std::all_of(targets.begin(), targets.end(), [](const DriftedTarget& t) { return t.answered(); });
}

absl::StatusOr<DriftedEnvironment> DriftedFrom(const std::string& environment,
                                               const v1::GetDriftResponse& response,
                                               const std::vector<std::string>& patterns, absl::Time now) {
  DriftedEnvironment out;
  out.name = environment;
  for (const v1::TargetDrift& message : response.targets()) {
    DriftedTarget target;
    for (const v1::DriftedObject& object : message.report().objects()) {
      ASSIGN_OR_RETURN(DriftedObject converted, ObjectFrom(object, message, now));
      if (Selected(converted, patterns)) target.objects.push_back(std::move(converted));
    }
    std::stable_sort(
        target.objects.begin(), target.objects.end(),
        [](const DriftedObject& a, const DriftedObject& b) { return ScreenOrder(a) < ScreenOrder(b); });
    target.message = message;
    out.targets.push_back(std::move(target));
  }
  return out;
}

}  // namespace ferry::cli
