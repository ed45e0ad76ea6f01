#include "workbench/source.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "core/base/error.h"
#include "core/migration/search_path.h"
#include "core/sql/renamed.h"
#include "pg/catalog/snapshot.h"
#include "pg/scratch/script.h"
#include "pg/session/url.h"
#include "workbench/dump_script.h"

namespace ferry::workbench {
namespace {

constexpr char kDefaultPort[] = "5432";

std::string Get(const pg::ConnectSettings& settings, const std::string& keyword) {
  const auto found = settings.parameters.find(keyword);
  return found == settings.parameters.end() ? std::string() : found->second;
}

absl::StatusOr<std::unique_ptr<scratch::Database>> Scratch(const std::string& url) {
  ASSIGN_OR_RETURN(const pg::ConnectSettings server, pg::ParseUrl(url, "postgres"));
  return scratch::Database::Create(server);
}

// A migration's sections are comments to a server.
absl::Status CheckNoMigration(absl::string_view text, absl::string_view file) {
  int number = 0;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    ++number;
    if (!absl::StartsWith(line, "-- ferry:") || absl::StartsWith(line, "-- ferry:renamed ")) continue;
    return Error(ErrorCode::kUsage, "this is a migration: read as plain SQL, its up and down would both run")
        .At(file, number, 1)
        .Next("compare its folder: dir:PATH");
  }
  return absl::OkStatus();
}

// A table without a schema is taken to be in the first one of the search_path.
std::vector<render::RenameStep> RenamedBy(const migration::Plan& plan,
                                          const std::optional<migration::Version>& to) {
  std::vector<render::RenameStep> steps;
  for (const migration::Migration& migration : plan.migrations) {
    if (to.has_value() && *to < migration.version) break;
    absl::string_view path = migration.search_path;
    const std::string first = migration::TakeIdentifier(path).value_or("");
    for (const migration::Segment& segment : migration.up) {
      for (const sql::Statement& statement : segment.statements) {
        if (statement.tag != "ALTER TABLE") continue;
        std::optional<sql::Renamed> renamed = sql::ReadRename(statement.text);
        if (!renamed.has_value()) continue;
        std::string& schema = renamed->table.schema;
        steps.push_back({schema.empty() ? first : schema, renamed->table.name, renamed->column, renamed->to});
      }
    }
  }
  return steps;
}

}  // namespace

absl::StatusOr<std::string> NameOfUrl(const std::string& url) {
  ASSIGN_OR_RETURN(const pg::ConnectSettings settings, pg::ParseUrl(url));
  const std::string service = Get(settings, "service");
  if (!service.empty() && Get(settings, "dbname").empty()) return absl::StrCat("service=", service);
  std::string host = Get(settings, "host");
  if (host.empty()) host = Get(settings, "hostaddr");
  if (host.empty() || host[0] == '/') host = "local";
  const std::string port = Get(settings, "port");
  return absl::StrCat(Get(settings, "user"), "@", host,
                      port.empty() || port == kDefaultPort ? "" : absl::StrCat(":", port), "/",
                      Get(settings, "dbname"));
}

absl::StatusOr<Taken> TakeDatabase(const std::string& url, const scratch::Running& running,
                                   const TakeOptions& options) {
  ASSIGN_OR_RETURN(const pg::ConnectSettings settings, pg::ParseUrl(url));
  const auto opened = pg::Session::Open(settings, "ferry/workbench");
  if (!opened.ok()) {
    return Annotate(opened.status(), [](ErrorDetail& detail) {
      if (detail.next.empty()) detail.next = "try host, port, user and database of the URL with psql";
    });
  }
  const auto& session = *opened;
  if (running) running(session->canceller());
  Taken out;
  ASSIGN_OR_RETURN(out.snapshot, pg::ReadSnapshot(*session, {options.cluster_objects, options.filter}));
  return out;
}

absl::StatusOr<Taken> TakePlan(const std::string& scratch_url, const migration::Plan& plan,
                               const std::optional<migration::Version>& to, const scratch::Running& running,
                               const TakeOptions& options) {
  ASSIGN_OR_RETURN(const auto database, Scratch(scratch_url));
  ASSIGN_OR_RETURN(scratch::Built built, to.has_value() ? scratch::BuildPlan(*database, plan, *to, running)
                                                        : scratch::BuildWhole(*database, plan, running));
  Taken out;
  ASSIGN_OR_RETURN(out.snapshot, scratch::SnapshotOf(*database, running, {false, options.filter}));
  out.notes = std::move(built.notes);
  out.renamed = RenamedBy(plan, to);
  return out;
}

absl::StatusOr<Taken> TakeSql(const std::string& scratch_url, const std::string& text,
                              const std::string& file, const scratch::Running& running,
                              const TakeOptions& options) {
  RETURN_IF_ERROR(CheckNoMigration(text, file));
  ASSIGN_OR_RETURN(const auto database, Scratch(scratch_url));
  Taken out;
  ASSIGN_OR_RETURN(out.notes, scratch::RunScript(*database, WithoutRestrict(text), file, running));
  ASSIGN_OR_RETURN(out.snapshot, scratch::SnapshotOf(*database, running, {false, options.filter}));
  return out;
}

}  // namespace ferry::workbench
