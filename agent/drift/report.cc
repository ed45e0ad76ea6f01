// What exactly is different, for people and for the gate.
#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "agent/drift/keeper.h"
#include "core/base/error.h"
#include "core/diff/allowed.h"
#include "core/report/escape.h"
#include "rpc/convert.h"

namespace ferry::drift {
namespace {

using schema::ObjectId;
using schema::ObjectKind;

constexpr size_t kMostNamed = 5;
constexpr size_t kMostStatements = 500;
constexpr char kLost[] =
    "which objects is not known: the agent has lost its copy of what should be there. It writes the copy "
    "again "
    "as soon as the schema is that again; ferry-agent expect-schema takes the schema as it is";

v1::ForeignStatement ToProto(const ForeignStatement& statement) {
  v1::ForeignStatement out;
  out.set_id(statement.id);
  *out.mutable_at() = rpc::ToProto(statement.at);
  out.set_login(statement.login);
  if (statement.role != statement.login) out.set_role(statement.role);
  out.set_application(statement.application);
  out.set_client(statement.client);
  out.set_tag(statement.tag);
  out.set_object(statement.object);
  out.set_statement(statement.statement);
  return out;
}

// What `id.parent` names, where it is an object at all.
std::string ParentKind(const ObjectId& id, const schema::Snapshot& a, const schema::Snapshot& b) {
  if (id.parent.empty()) return "";
  for (const ObjectKind kind : {ObjectKind::kTable, ObjectKind::kView, ObjectKind::kDomain,
                                ObjectKind::kCompositeType, ObjectKind::kForeignServer}) {
    const std::string schema = kind == ObjectKind::kForeignServer ? "" : id.schema;
    const ObjectId parent{kind, schema, "", id.parent};
    if (a.Find(parent) != nullptr || b.Find(parent) != nullptr) return std::string(schema::KindName(kind));
  }
  return std::string(schema::KindName(ObjectKind::kTable));
}

// The statements that objects name, and the newest others, ascending by id.
void PutStatements(const std::vector<ForeignStatement>& statements, const std::set<int64_t>& named,
                   v1::DriftReport& report) {
  std::vector<const ForeignStatement*> chosen;
  for (auto it = statements.rbegin(); it != statements.rend() && chosen.size() < kMostStatements; ++it) {
    if (named.count(it->id) > 0) chosen.push_back(&*it);
  }
  for (auto it = statements.rbegin(); it != statements.rend() && chosen.size() < kMostStatements; ++it) {
    if (named.count(it->id) == 0) chosen.push_back(&*it);
  }
  std::sort(chosen.begin(), chosen.end(), [](const auto* a, const auto* b) { return a->id < b->id; });
  for (const ForeignStatement* statement : chosen) *report.add_statements() = ToProto(*statement);
}

void PutObjects(const schema::Snapshot& expected, const schema::Snapshot& actual,
                const std::vector<ForeignStatement>& statements, v1::DriftReport& report) {
  std::set<int64_t> named;
  for (const DriftedObject& object : FindDrift(expected, actual, statements)) {
    v1::DriftedObject* const out = report.add_objects();
    *out->mutable_id() = rpc::ToProto(object.id);
    if (object.expected != nullptr) *out->mutable_expected() = rpc::ToProto(*object.expected);
    if (object.actual != nullptr) *out->mutable_actual() = rpc::ToProto(*object.actual);
    out->set_state(StateOf(object.actual));
    out->set_parent_kind(ParentKind(object.id, expected, actual));
    for (const ForeignStatement* statement : object.statements) {
      out->add_statement_ids(statement->id);
      named.insert(statement->id);
    }
  }
  PutStatements(statements, named, report);
}

std::string Cause(const DriftedObject& object) {
  if (object.statements.empty()) return "";
  const ForeignStatement& last = *object.statements.back();
  return absl::StrCat(" (", last.tag, " by ", last.login,
                      last.application.empty() ? "" : absl::StrCat(" with ", last.application), " at ",
                      absl::FormatTime("%Y-%m-%d %H:%M:%S UTC", last.at, absl::UTCTimeZone()), ")");
}

bool IsAccepted(const DriftedObject& object, const Accepted& accepted, absl::Time now) {
  const auto ignored = [&](const v1::IgnoredDrift& one) {
    const absl::StatusOr<ObjectId> id = rpc::FromProto(one.key().id());
    return id.ok() && *id == object.id && one.key().actual() == StateOf(object.actual) &&
           rpc::FromProto(one.until()) > now;
  };
  const auto named = [&](const std::string& pattern) { return diff::Matches(pattern, object.id); };
  return std::any_of(accepted.ignored.begin(), accepted.ignored.end(), ignored) ||
         std::any_of(accepted.named.begin(), accepted.named.end(), named);
}

absl::Status Refusal(absl::string_view what, const std::string& environment) {
  return Error(ErrorCode::kDrift, absl::StrCat("the schema is not what the ledger says it should be: ", what))
      .TargetState("unchanged: nothing was applied")
      .Next(absl::StrCat("ferry drift ", environment, " shows it, and adopts, reverts or ignores it"));
}

}  // namespace

absl::StatusOr<v1::DriftReport> Keeper::Report(pg::Session& observe, const ledger::LedgerState& state) {
  v1::DriftReport report;
  report.set_target_id(target_id_);
  report.set_state(v1::DRIFT_STATE_NOT_KNOWN);
  if (!state.fingerprint.has_value()) {
    report.set_note(Unsettled(state)
                        ? "the schema is being looked at for the first time: ask again in a moment"
                    : state.applied.empty()
                        ? "nothing was applied here"
                        : "the ledger is of an older format: the next promotion brings it up to date");
    return report;
  }
  const ledger::Fingerprint& row = *state.fingerprint;
  report.set_expected_root(row.root);
  report.set_expected_access_root(row.access_root);
  *report.mutable_expected_at() = rpc::ToProto(row.at);
  std::optional<Reading> reading;
  if (!Unsettled(state)) {
    ASSIGN_OR_RETURN(reading, ReadWithCauses(observe, state));
  }
  if (!reading.has_value()) {
    report.set_note("a run is at work here, or has just ended: ask again in a moment");
    return report;
  }
  report.set_actual_root(reading->schema.root);
  report.set_actual_access_root(reading->schema.access_root);
  report.set_note(row.note);
  MutexLock lock(&mutex_);
  Judge(row, *reading);
  report.set_state(status_.state());
  report.set_watched(status_.watched());
  if (status_.state() != v1::DRIFT_STATE_DRIFTED) return report;
  const std::optional<schema::Snapshot> expected = files_.Expected({row.root, row.access_root});
  if (expected.has_value()) {
    PutObjects(*expected, reading->schema, reading->statements, report);
  } else {
    PutStatements(reading->statements, {}, report);
    report.set_note(kLost);
  }
  return report;
}

absl::Status Keeper::Gate(pg::Session& observe, const Accepted& accepted) {
  ASSIGN_OR_RETURN(const ledger::LedgerState state, ledger::ReadLedger(observe));
  if (!state.fingerprint.has_value() && !Unsettled(state)) return absl::OkStatus();
  std::optional<Reading> reading;
  if (!Unsettled(state)) {
    RETURN_IF_ERROR(Probe(observe, state));
    if (Status().state() == v1::DRIFT_STATE_NONE) return absl::OkStatus();
    ASSIGN_OR_RETURN(reading, ReadWithCauses(observe, state));
  }
  if (!reading.has_value()) {
    return Error(ErrorCode::kTargetBusy, "another run is at work on the target")
        .TargetState("unchanged: nothing was applied");
  }
  MutexLock lock(&mutex_);
  Judge(*state.fingerprint, *reading);
  if (status_.state() == v1::DRIFT_STATE_NONE) return absl::OkStatus();
  const std::optional<schema::Snapshot> expected =
      files_.Expected({state.fingerprint->root, state.fingerprint->access_root});
  if (!expected.has_value()) return Refusal(kLost, accepted.environment);
  std::vector<std::string> named;
  size_t more = 0;
  for (const DriftedObject& object : FindDrift(*expected, reading->schema, reading->statements)) {
    if (IsAccepted(object, accepted, clock_->Now())) continue;
    if (named.size() == kMostNamed) {
      ++more;
    } else {
      named.push_back(report::Visible(absl::StrCat(diff::PlainName(object.id), Cause(object))));
    }
  }
  if (named.empty()) return absl::OkStatus();
  return Refusal(
      absl::StrCat(absl::StrJoin(named, ", "), more > 0 ? absl::StrCat(" and ", more, " more") : ""),
      accepted.environment);
}

}  // namespace ferry::drift
