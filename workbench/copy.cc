#include "workbench/copy.h"

#include <algorithm>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "core/base/error.h"
#include "core/render/render.h"
#include "core/report/object_name.h"
#include "pg/session/url.h"

namespace ferry::workbench {
namespace {

constexpr char kPrepare[] =
    "SELECT pg_catalog.set_config('check_function_bodies', 'false', false),"
    " pg_catalog.set_config('lock_timeout', '0', false)";
constexpr size_t kMostNamed = 10;

absl::Status Refuse(const absl::Status& status, const render::Statement& statement) {
  if (HasCode(status, ErrorCode::kCancelled) || HasCode(status, ErrorCode::kDatabaseUnreachable))
    return status;
  const absl::Status told = Annotate(status, [&statement](ErrorDetail& detail) {
    detail.code = ErrorCode::kNotConverging;
    detail.statement = statement.sql;
    detail.target_state = "unchanged: only a scratch database was touched";
    detail.next = "the scratch server needs the extensions, roles and version of the databases compared";
  });
  return StatusFrom(absl::StrCat("tried in a scratch database, the statement for ",
                                 report::ObjectTitle(statement.object), " fails: ", told.message()),
                    DetailOf(told));
}

// The role of "grantee=PRIVILEGE*/grantor"; "" for PUBLIC and the owner. Quoted as quote_ident() does.
void AddGrantRoles(const std::string& grant, std::set<std::string>& roles) {
  bool quoted = false;
  std::string name;
  const auto end = [&] {
    if (!name.empty() && name != "PUBLIC" && name[0] != '@') roles.insert(name);
    name.clear();
  };
  bool in_name = true;
  for (size_t i = 0; i < grant.size(); ++i) {
    const char c = grant[i];
    if (c == '"') {
      if (quoted && i + 1 < grant.size() && grant[i + 1] == '"')
        name += grant[i++];
      else
        quoted = !quoted;
    } else if (!quoted && (c == '=' || c == '/')) {
      if (in_name) end();
      in_name = c == '/';
    } else if (in_name) {
      name += c;
    }
  }
  if (in_name && grant != "nobody") end();
}

}  // namespace

absl::StatusOr<std::unique_ptr<scratch::Database>> CopyOf(const std::string& scratch_url,
                                                          const schema::Snapshot& wanted,
                                                          absl::string_view name,
                                                          const diff::CompareOptions& compare,
                                                          const scratch::Running& running) {
  ASSIGN_OR_RETURN(const pg::ConnectSettings server, pg::ParseUrl(scratch_url, "postgres"));
  ASSIGN_OR_RETURN(auto database, scratch::Database::Create(server));
  ASSIGN_OR_RETURN(const schema::Snapshot empty, scratch::SnapshotOf(*database, running));
  render::Options options;
  options.compare = compare;
  options.online = false;
  options.allow_data_loss = true;
  ASSIGN_OR_RETURN(const render::Script script, render::Render(empty, wanted, options));
  RETURN_IF_ERROR(RunStatements(*database, script.statements, running));
  ASSIGN_OR_RETURN(const schema::Snapshot made, scratch::SnapshotOf(*database, running));
  RETURN_IF_ERROR(
      CheckNothingLeft(diff::Compare({{std::string(name), &wanted}, {"scratch copy", &made}}, compare),
                       absl::StrCat("a scratch copy of ", name, " is not the same")));
  return database;
}

absl::Status RunStatements(const scratch::Database& database,
                           const std::vector<render::Statement>& statements,
                           const scratch::Running& running) {
  ASSIGN_OR_RETURN(const auto session, database.Open());
  if (running) running(session->canceller());
  RETURN_IF_ERROR(session->Query(kPrepare).status());
  for (const render::Statement& statement : statements) {
    const absl::Status done = session->Query(statement.sql).status();
    if (!done.ok()) return Refuse(done, statement);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> MissingRoles(const std::string& scratch_url,
                                                      const std::vector<const schema::Snapshot*>& snapshots) {
  std::set<std::string> roles;
  for (const schema::Snapshot* snapshot : snapshots) {
    for (const schema::Object& object : snapshot->objects) {
      if (!object.traits.owner.empty()) roles.insert(object.traits.owner);
      for (const std::string& grant : object.traits.grants) AddGrantRoles(grant, roles);
      for (const std::string& grant : object.traits.beneath->sequence_grants) AddGrantRoles(grant, roles);
    }
  }
  ASSIGN_OR_RETURN(const pg::ConnectSettings server, pg::ParseUrl(scratch_url, "postgres"));
  ASSIGN_OR_RETURN(const auto session, pg::Session::Open(server, "ferry/workbench"));
  ASSIGN_OR_RETURN(const pg::Rows rows,
                   session->Query("SELECT r.rolname::pg_catalog.text FROM pg_catalog.pg_roles r"));
  for (size_t row = 0; row < rows.size(); ++row) roles.erase(rows.at(row, 0).value_or(""));
  return std::vector<std::string>(roles.begin(), roles.end());
}

absl::Status CheckNothingLeft(const diff::DiffResult& left, absl::string_view what) {
  if (left.equal()) return absl::OkStatus();
  std::vector<std::string> names;
  for (const diff::Difference& difference : left.differences) {
    if (names.size() == kMostNamed) break;
    const std::string fields = absl::StrJoin(
        difference.fields, ", ",
        [](std::string* out, const diff::FieldChange& change) { absl::StrAppend(out, change.field); });
    names.push_back(absl::StrCat(report::ObjectTitle(difference.id), fields.empty() ? "" : " (", fields,
                                 fields.empty() ? "" : ")"));
  }
  if (left.differences.size() > names.size()) {
    names.push_back(absl::StrCat(left.differences.size() - names.size(), " more"));
  }
  return Error(ErrorCode::kNotConverging, absl::StrCat(what, ": ", absl::StrJoin(names, ", ")))
      .TargetState("unchanged: only a scratch database was touched")
      .Next("write these by hand, and report them: this is a fault of ferry");
}

}  // namespace ferry::workbench
