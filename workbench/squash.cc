#include "workbench/squash.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "core/migration/scaffold.h"
#include "pg/scratch/build.h"
#include "pg/session/url.h"
#include "workbench/dump_script.h"
#include "workbench/text.h"

namespace ferry::workbench {
namespace {

using migration::Migration;

// The migrations to replace, ascending.
absl::StatusOr<std::vector<const Migration*>> History(const migration::Plan& plan,
                                                      const migration::Version& up_to) {
  if (plan.Find(up_to.ToString()) == nullptr) {
    return Error(ErrorCode::kVersionUnknown, absl::StrCat("there is no version ", up_to.ToString(), " here"))
        .Next("ferry squash --up-to a version that a file has");
  }
  std::vector<const Migration*> history;
  for (const Migration& m : plan.migrations) {
    if (m.version > up_to) break;
    history.push_back(&m);
    if (!m.squashes.empty()) {
      return Error(ErrorCode::kSquashShape,
                   absl::StrCat("\"", m.file,
                                "\" is a squash itself: targets that ran it and targets that ran "
                                "what it stands for could not both be told to have a second one"))
          .At(m.file)
          .Next("leave it, and let the newer migrations stand beside it");
    }
    if (!m.uses.empty()) {
      return Error(ErrorCode::kSquashShape,
                   absl::StrCat("\"", m.file, "\" uses the value \"", *m.uses.begin(),
                                "\": one text cannot stand for what differs between environments"))
          .At(m.file)
          .Next("squash up to a version before it");
    }
    if (m.role == history.front()->role) continue;
    return Error(ErrorCode::kSquashShape, absl::StrCat("\"", m.file, "\" creates as another role than \"",
                                                       history.front()->file, "\": one file has one role"))
        .At(m.file)
        .Next("squash up to a version before it");
  }
  if (history.size() > 1) return history;
  return Error(ErrorCode::kNothingToDo, absl::StrCat("there is but one migration up to ", up_to.ToString()))
      .Next("ferry squash --up-to a later version");
}

// `plan` up to `to`, built and read.
absl::StatusOr<Reading> Built(const pg::ConnectSettings& server, const migration::Plan& plan,
                              const migration::Version& to, std::vector<std::string>& notes) {
  ASSIGN_OR_RETURN(const auto database, scratch::Database::Create(server));
  ASSIGN_OR_RETURN(const scratch::Built built, scratch::BuildPlan(*database, plan, to));
  notes.insert(notes.end(), built.notes.begin(), built.notes.end());
  return ReadDatabase(database->settings(), Cover::kEverything);
}

absl::Status CheckGrants(const Reading& old) {
  for (const sql::Statement& statement : old.statements) {
    if (statement.tag != "ALTER DEFAULT PRIVILEGES") continue;
    return Error(ErrorCode::kSquashShape,
                 "the history sets default privileges, which belong to the role that ran it: one file cannot "
                 "say for whom")
        .Statement(statement.text)
        .Next("squash up to a version before that");
  }
  return absl::OkStatus();
}

std::string HeaderLines(const std::vector<const Migration*>& history) {
  std::string text = "-- squashes: ";
  for (const Migration* m : history) {
    absl::StrAppend(&text, m == history.front() ? "" : ", ", m->version.ToString(), "=", m->checksum);
  }
  absl::StrAppend(&text, "\n");
  if (!history.front()->role.empty()) absl::StrAppend(&text, "-- role: ", history.front()->role, "\n");
  return text;
}

std::string TextOf(const SquashRequest& request, const std::vector<const Migration*>& history,
                   const Reading& old) {
  const std::string range =
      absl::StrCat(history.front()->version.ToString(), " to ", request.up_to.ToString());
  return MigrationText(
      {.version = request.up_to,
       .name = request.name,
       .description = absl::StrCat("squashed history: ", history.size(), " migrations, ", range),
       .author = request.author,
       .date = request.date,
       .header = HeaderLines(history),
       .up = ScriptText(old.statements),
       .irreversible = absl::StrCat("it stands for ", history.size(), " migrations, ", range),
       .verify = VerifyText(old)});
}

}  // namespace

absl::StatusOr<Squashed> Squash(const SquashRequest& request) {
  ASSIGN_OR_RETURN(const migration::Plan plan, migration::BuildPlan(request.files));
  ASSIGN_OR_RETURN(const std::vector<const Migration*> history, History(plan, request.up_to));
  ASSIGN_OR_RETURN(const pg::ConnectSettings server, pg::ParseUrl(request.scratch_url, "postgres"));
  Squashed out;
  ASSIGN_OR_RETURN(const Reading old, Built(server, plan, request.up_to, out.notes));
  RETURN_IF_ERROR(CheckGrants(old));
  out.file_name = migration::MigrationFileName(request.up_to, request.name);
  out.text = TextOf(request, history, old);
  out.statements = old.statements.size();
  out.with_rows =
      static_cast<size_t>(std::count_if(old.statements.begin(), old.statements.end(),
                                        [](const sql::Statement& s) { return s.tag == "INSERT"; }));
  for (const Migration* m : history) out.replaced.push_back(m->file);
  std::vector<migration::SourceFile> after = {{out.file_name, out.text}};
  for (const migration::SourceFile& file : request.files) {
    if (std::find(out.replaced.begin(), out.replaced.end(), file.name) == out.replaced.end())
      after.push_back(file);
  }
  ASSIGN_OR_RETURN(const migration::Plan squashed, migration::BuildPlan(after));
  ASSIGN_OR_RETURN(const Reading built, Built(server, squashed, request.up_to, out.notes));
  out.proof = Compare("history", old, "squash", built);
  return out;
}

}  // namespace ferry::workbench
