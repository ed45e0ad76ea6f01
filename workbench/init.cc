#include "workbench/init.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/error.h"
#include "core/migration/plan.h"
#include "core/migration/scaffold.h"
#include "core/report/escape.h"
#include "pg/scratch/build.h"
#include "pg/session/url.h"
#include "workbench/dump_script.h"
#include "workbench/text.h"

namespace ferry::workbench {
namespace {

constexpr char kName[] = "initial_schema";

std::vector<std::string> NotesOf(const Reading& live) {
  std::vector<std::string> notes;
  if (live.owners.size() > 1) {
    notes.push_back(
        absl::StrCat("owners are not in the file: what it creates will belong to the one login or "
                     "role that runs it, not to ",
                     absl::StrJoin(live.owners, ", ")));
  }
  if (live.granted > 0) {
    notes.push_back(absl::StrCat("grants are not in the file: there are some on ", live.granted,
                                 live.granted == 1 ? " object" : " objects", "; write them as a migration"));
  }
  return notes;
}

}  // namespace

absl::StatusOr<InitialMigration> InitFromDatabase(const InitRequest& request) {
  ASSIGN_OR_RETURN(const pg::ConnectSettings settings, pg::ParseUrl(request.url));
  InitialMigration out;
  ASSIGN_OR_RETURN(out.live, ReadDatabase(settings, Cover::kSchema));
  if (out.live.statements.empty()) {
    return Error(ErrorCode::kEmptyMigration, absl::StrCat("database ", out.live.database,
                                                          " has nothing in it that a migration could create"))
        .Next("ferry init without --from-db");
  }
  out.file_name = migration::MigrationFileName(request.version, kName);
  out.text =
      MigrationText({.version = request.version,
                     .name = kName,
                     .description = absl::StrCat("the schema of database ",
                                                 report::Visible(out.live.database), " as it was found"),
                     .author = request.author,
                     .date = request.date,
                     .up = ScriptText(out.live.statements),
                     .irreversible = "this is what was there before Schemaferry",
                     .verify = VerifyText(out.live)});
  out.notes = NotesOf(out.live);
  RETURN_IF_ERROR(migration::ParseMigration(out.file_name, out.text).status());
  return out;
}

absl::StatusOr<Proof> Prove(const InitialMigration& migration, const std::string& scratch_url) {
  ASSIGN_OR_RETURN(const pg::ConnectSettings server, pg::ParseUrl(scratch_url, "postgres"));
  ASSIGN_OR_RETURN(const migration::Plan plan, migration::BuildPlan({{migration.file_name, migration.text}}));
  ASSIGN_OR_RETURN(const auto database, scratch::Database::Create(server));
  RETURN_IF_ERROR(scratch::BuildPlan(*database, plan, plan.migrations.back().version).status());
  ASSIGN_OR_RETURN(const Reading built, ReadDatabase(database->settings(), Cover::kSchema));
  return Compare("database", migration.live, "file", built);
}

}  // namespace ferry::workbench
