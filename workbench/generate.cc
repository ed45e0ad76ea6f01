#include "workbench/generate.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/error.h"
#include "core/migration/file_name.h"
#include "core/migration/scaffold.h"
#include "core/report/object_name.h"
#include "workbench/copy.h"
#include "workbench/text.h"
#include "workbench/verify.h"

namespace ferry::workbench {
namespace {

using render::Hazard;
using render::Mode;
using render::Statement;

constexpr char kUncheckedBodies[] =
    "-- A function's body may name what is created further down.\nSET LOCAL check_function_bodies = "
    "false;\n\n";

bool BreaksOldCode(const std::vector<Statement>& statements) {
  return std::any_of(statements.begin(), statements.end(), [](const Statement& s) {
    return s.Has(Hazard::kBreaksOldCode) || s.Has(Hazard::kDataLoss);
  });
}

// Long and under a lock that others can live with: by itself, so that it holds no stronger lock meanwhile.
bool StandsAlone(const Statement& statement) {
  return statement.Has(Hazard::kTableRewrite) ||
         (statement.Has(Hazard::kFullScan) && statement.lock < render::Lock::kAccessExclusive);
}

std::string CommentOf(const Statement& statement) {
  std::vector<std::string> words = {std::string(render::LockName(statement.lock))};
  for (const Hazard hazard : statement.hazards) words.push_back(std::string(render::HazardName(hazard)));
  return absl::StrCat("-- ", absl::StrJoin(words, "; "), "\n");
}

bool HasCode(const Statement& statement) {
  return statement.object.kind == schema::ObjectKind::kFunction && absl::StartsWith(statement.sql, "CREATE");
}

using Section = std::vector<const Statement*>;

std::string SectionText(absl::string_view directive, const Section& section) {
  std::string text = absl::StrCat(directive, "\n");
  if (std::any_of(section.begin(), section.end(), [](const Statement* s) { return HasCode(*s); })) {
    absl::StrAppend(&text, kUncheckedBodies);
  }
  for (const Statement* statement : section) {
    absl::StrAppend(&text, CommentOf(*statement), statement->sql, ";\n\n");
  }
  return text;
}

std::string UpText(const std::vector<Statement>& statements) {
  std::vector<Section> sections(1);
  for (const Statement& statement : statements) {
    if (StandsAlone(statement) && !sections.back().empty()) sections.emplace_back();
    sections.back().push_back(&statement);
    if (StandsAlone(statement) || statement.mode == Mode::kCommit) sections.emplace_back();
  }
  if (sections.back().empty()) sections.pop_back();
  std::string text;
  for (const Section& section : sections) absl::StrAppend(&text, SectionText("-- ferry:up", section));
  return text;
}

// There is one section to go back.
std::string DownText(const std::vector<Statement>& statements) {
  Section section;
  for (const Statement& statement : statements) section.push_back(&statement);
  return SectionText("-- ferry:down", section);
}

std::string LossesOf(const std::vector<Statement>& statements) {
  std::vector<std::string> lost;
  for (const Statement& statement : statements) {
    if (statement.Has(Hazard::kDataLoss)) lost.push_back(report::ObjectTitle(statement.object));
  }
  return absl::StrJoin(lost, ", ");
}

std::vector<render::Rename> Reversed(const std::vector<render::Rename>& renames) {
  std::vector<render::Rename> back;
  for (const render::Rename& rename : renames) {
    render::Rename one{rename.from, rename.from.name};
    one.from.name = rename.to;
    for (const render::Rename& table : renames) {
      if (table.from.kind == schema::ObjectKind::kTable && table.from.schema == one.from.schema &&
          table.from.name == one.from.parent) {
        one.from.parent = table.to;
      }
    }
    back.push_back(std::move(one));
  }
  return back;
}

class Generator {
 public:
  Generator(const GenerateRequest& request, const scratch::Running& running)
      : request_(request), running_(running), schemas_(request.schemas) {
    schemas_.prove = true;
    schemas_.options.repeatable = request.repeatable;
  }

  absl::StatusOr<Generated> Run() {
    ASSIGN_OR_RETURN(Converged up, Converge(schemas_, running_));
    const std::vector<Statement>& statements = up.script.statements;
    if (statements.empty()) {
      return Error(ErrorCode::kNothingToDo, absl::StrCat("there is no difference between ",
                                                         schemas_.from_name, " and ", schemas_.to_name))
          .Next("ferry diff shows what is compared");
    }
    AddNotes(up);
    out_.statements = statements.size();
    RETURN_IF_ERROR(Write(statements));
    ASSIGN_OR_RETURN(const migration::Migration migration,
                     migration::ParseMigration(out_.file_name, out_.text));
    RETURN_IF_ERROR(Prove(migration));
    if (request_.repeatable) RETURN_IF_ERROR(ProveRepeatable(migration, statements));
    return std::move(out_);
  }

 private:
  void AddNotes(const Converged& converged) {
    out_.notes.insert(out_.notes.end(), converged.notes.begin(), converged.notes.end());
    out_.notes.insert(out_.notes.end(), converged.script.remarks.begin(), converged.script.remarks.end());
  }

  absl::Status Write(const std::vector<Statement>& statements) {
    MigrationParts parts;
    parts.breaking = BreaksOldCode(statements);
    ASSIGN_OR_RETURN(parts.version, Version(parts.breaking));
    parts.name = request_.name;
    parts.description = request_.description.empty()
                            ? absl::StrCat("from ", schemas_.from_name, " to ", schemas_.to_name)
                            : request_.description;
    parts.header = request_.header;
    parts.author = request_.author;
    parts.date = request_.date;
    parts.up = UpText(statements);
    const std::string lost = LossesOf(statements);
    if (!lost.empty()) {
      parts.irreversible = out_.irreversible = absl::StrCat("the data of ", lost, " is gone");
    } else if (!request_.no_way_back.empty()) {
      parts.irreversible = out_.irreversible = request_.no_way_back;
    } else {
      ASSIGN_OR_RETURN(parts.down, Down());
    }
    parts.verify = VerifyChangesText(*schemas_.from, *schemas_.to);
    out_.file_name = migration::MigrationFileName(parts.version, request_.name);
    out_.text = MigrationText(parts);
    return absl::OkStatus();
  }

  // The way back may drop what up added.
  absl::StatusOr<std::string> Down() {
    ConvergeRequest back = schemas_;
    std::swap(back.from, back.to);
    std::swap(back.from_name, back.to_name);
    back.renames = Reversed(schemas_.renames);
    back.options.allow_data_loss = true;
    back.options.repeatable = false;
    back.prove = false;  // with the migration
    ASSIGN_OR_RETURN(const Converged down, Converge(back, running_));
    return DownText(down.script.statements);
  }

  absl::StatusOr<migration::Version> Version(bool breaking) const {
    ASSIGN_OR_RETURN(migration::Version next, migration::NextVersion(request_.files));
    if (!breaking || next == migration::Version(1, 0, 0)) return next;
    return migration::Version(next.breaking_number() + 1, 0, 0);
  }

  absl::Status Prove(const migration::Migration& migration) {
    const diff::CompareOptions structure = diff::CompareOptions::StructureOnly();
    ASSIGN_OR_RETURN(const auto copy,
                     CopyOf(schemas_.scratch_url, *schemas_.from, schemas_.from_name, structure, running_));
    RETURN_IF_ERROR(scratch::RunMigration(*copy, migration, scratch::Way::kUp, running_));
    RETURN_IF_ERROR(Same(*copy, *schemas_.to, schemas_.to_name, "up"));
    ASSIGN_OR_RETURN(const std::vector<bool> after_up, scratch::RunVerify(*copy, migration, running_));
    const auto wrong = std::find(after_up.begin(), after_up.end(), false);
    if (wrong != after_up.end()) {
      return Error(ErrorCode::kNotConverging,
                   "a verify query is false after the migration that it belongs to")
          .Statement(migration.verify[static_cast<size_t>(wrong - after_up.begin())].text)
          .TargetState("unchanged: only a scratch database was touched");
    }
    if (migration.irreversible) return absl::OkStatus();
    RETURN_IF_ERROR(scratch::RunMigration(*copy, migration, scratch::Way::kDown, running_));
    RETURN_IF_ERROR(Same(*copy, *schemas_.from, schemas_.from_name, "down"));
    ASSIGN_OR_RETURN(const std::vector<bool> after_down, scratch::RunVerify(*copy, migration, running_));
    if (std::count(after_down.begin(), after_down.end(), false) == 0) {
      out_.notes.push_back(
          "its verify queries are true without it too: they cannot tell this change; write one that can");
    }
    return absl::OkStatus();
  }

  // Where it has been done already.
  absl::Status ProveRepeatable(const migration::Migration& migration,
                               const std::vector<Statement>& statements) {
    const diff::CompareOptions structure = diff::CompareOptions::StructureOnly();
    ASSIGN_OR_RETURN(const auto copy,
                     CopyOf(schemas_.scratch_url, *schemas_.to, schemas_.to_name, structure, running_));
    const absl::Status ran = scratch::RunMigration(*copy, migration, scratch::Way::kUp, running_);
    if (HasCode(ran, ErrorCode::kCancelled)) return ran;
    if (!ran.ok()) return NotRepeatable(ran);
    ASSIGN_OR_RETURN(const schema::Snapshot left, scratch::SnapshotOf(*copy, running_));
    const absl::Status same = CheckNothingLeft(
        diff::Compare({{schemas_.to_name, schemas_.to}, {"up", &left}}, structure),
        absl::StrCat("run where it has been done already, the migration does not leave ", schemas_.to_name));
    if (!same.ok()) return NotRepeatable(same);
    AddMadeAgain(statements);
    return absl::OkStatus();
  }

  static absl::Status NotRepeatable(const absl::Status& why) {
    const ErrorDetail detail = DetailOf(why);
    return Error(ErrorCode::kNotRepeatable,
                 absl::StrCat("this cannot be written so that it does nothing where it has been done: ",
                              why.message()))
        .Statement(detail.statement)
        .Sqlstate(detail.sqlstate)
        .TargetState("unchanged: only scratch databases were touched")
        .Next("write the migration by hand: ferry new NAME");
  }

  // What is dropped for a moment where it has been done already.
  void AddMadeAgain(const std::vector<Statement>& statements) {
    std::vector<std::string> again;
    for (const Statement& statement : statements) {
      if (!statement.Has(Hazard::kGap)) continue;
      std::string title = report::ObjectTitle(statement.object);
      if (std::find(again.begin(), again.end(), title) == again.end()) again.push_back(std::move(title));
    }
    if (again.empty()) return;
    out_.notes.push_back(absl::StrCat("where it has been done already, this is dropped and made again: ",
                                      absl::StrJoin(again, ", ")));
  }

  absl::Status Same(const scratch::Database& database, const schema::Snapshot& wanted,
                    const std::string& name, absl::string_view section) const {
    ASSIGN_OR_RETURN(const schema::Snapshot made, scratch::SnapshotOf(database, running_));
    return CheckNothingLeft(diff::Compare({{name, &wanted}, {std::string(section), &made}},
                                          diff::CompareOptions::StructureOnly()),
                            absl::StrCat("the migration's ", section, " does not lead to ", name));
  }

  const GenerateRequest& request_;
  const scratch::Running& running_;
  ConvergeRequest schemas_;
  Generated out_;
};

}  // namespace

absl::StatusOr<Generated> Generate(const GenerateRequest& request, const scratch::Running& running) {
  return Generator(request, running).Run();
}

}  // namespace ferry::workbench
