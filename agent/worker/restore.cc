#include "agent/worker/restore.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "agent/worker/backups.h"
#include "core/base/error.h"
#include "core/base/fault.h"
#include "pg/backup/backup.h"
#include "pg/backup/dump.h"
#include "pg/executor/lock.h"
#include "pg/ledger/ledger.h"
#include "pg/restore/compare.h"
#include "pg/restore/lend.h"
#include "pg/restore/load.h"
#include "pg/restore/losses.h"
#include "pg/restore/swap.h"

namespace ferry::worker {
namespace {

absl::Status NoLogin(const policy::TargetConfig& target) {
  return Error(ErrorCode::kRestoreFailed,
               absl::StrCat("the agent's file names no restoring login for ", target.id))
      .TargetState("unchanged: nothing was started")
      .Next("add logins: restore: to the agent's file (docs/restore.md) and restart ferry-agent");
}

// The properties that the new database is given: the backup's, or in a backup of an older agent those that
// the target has now, if it is there.
absl::StatusOr<std::optional<pg::DatabaseProperties>> LikeWhat(const Restoring& restoring) {
  if (restoring.manifest.proof.has_value()) return restoring.manifest.proof->database;
  return pg::ReadProperties(*restoring.admin, restoring.names.target);
}

absl::Status CheckLogin(pg::Session& admin, const std::optional<pg::DatabaseProperties>& like) {
  ASSIGN_OR_RETURN(
      const pg::Rows rows,
      admin.Query(
          "SELECT r.rolsuper OR r.rolcreatedb, $1 = '' OR coalesce((SELECT"
          " pg_catalog.pg_has_role(session_user, o.oid, 'MEMBER') FROM pg_catalog.pg_roles o WHERE o.rolname"
          " = $1), false) FROM pg_catalog.pg_roles r WHERE r.rolname = session_user",
          {like.has_value() ? like->owner : ""}));
  if (!pg::IsTrue(rows.at(0, 0))) {
    return Error(ErrorCode::kPrivilege,
                 absl::StrCat("the restoring login \"", admin.user(), "\" may not create databases"))
        .TargetState("unchanged")
        .Next(absl::StrCat("ALTER ROLE \"", admin.user(), "\" CREATEDB"));
  }
  if (pg::IsTrue(rows.at(0, 1))) return absl::OkStatus();
  return Error(ErrorCode::kPrivilege,
               absl::StrCat("the restoring login \"", admin.user(),
                            "\" does not act for the database's owner \"", like->owner, "\""))
      .TargetState("unchanged")
      .Next(absl::StrCat("GRANT \"", like->owner, "\" TO \"", admin.user(), "\""));
}

absl::StatusOr<std::string> Tool(const Restoring& restoring) {
  ASSIGN_OR_RETURN(
      const pg::DumpTool tool,
      pg::FindClientTool("pg_restore", restoring.target.restoring.pg_restore,
                         std::max(restoring.admin->server_version(), restoring.manifest.server_version)));
  return tool.path;
}

v1::Progress Phase(const char* phase) {
  v1::Progress progress;
  progress.set_phase(phase);
  return progress;
}

// Fills and dresses the database that was just made.
absl::Status Fill(const Restoring& restoring, const std::optional<pg::DatabaseProperties>& like,
                  const StepContext& context) {
  restore::LoadRequest load;
  ASSIGN_OR_RETURN(load.program, Tool(restoring));
  load.connection = restoring.admin->EffectiveSettings();
  load.database = restoring.names.fresh;
  load.backup = restoring.backup_path;
  load.work_dir = context.work_dir;
  load.jobs = restoring.target.backup.jobs;
  {
    ASSIGN_OR_RETURN(const auto fresh, ConnectTo(restoring.target, restoring.target.restore,
                                                 restoring.names.fresh, "ferry/restore"));
    if (like.has_value()) RETURN_IF_ERROR(restore::LendCreate(*fresh, *like));
    RETURN_IF_ERROR(restore::Load(
        load, [&context] { return context.cancelled->load(); },
        [&context] { context.progress(Phase("restoring")); }));
    if (like.has_value()) RETURN_IF_ERROR(restore::TakeBackCreate(*fresh, *like));
  }
  FAULT_POINT("restore.loaded.after");
  if (!like.has_value()) return absl::OkStatus();
  return restore::Dress(*restoring.admin, restoring.names.fresh, *like, restoring.accepted);
}

// Statistics, and the comparison with what the manifest says.
absl::Status Prove(const Restoring& restoring, const StepContext& context) {
  const policy::TargetConfig& target = restoring.target;
  const auto stop = [&context] { return context.cancelled->load(); };
  context.progress(Phase("analyzing"));
  {
    ASSIGN_OR_RETURN(const auto owner,
                     ConnectTo(target, target.restore, restoring.names.fresh, "ferry/restore"));
    context.running(owner->canceller());
    RETURN_IF_ERROR(owner->Query("ANALYZE").status());
  }
  if (!restoring.manifest.proof.has_value()) return absl::OkStatus();
  context.progress(Phase("comparing"));
  ASSIGN_OR_RETURN(const auto observe,
                   ConnectTo(target, target.observe, restoring.names.fresh, "ferry/restore"));
  context.running(observe->canceller());
  return restore::Compare(*observe, *restoring.manifest.proof, stop);
}

absl::Status MakeAnew(const Restoring& restoring, restore::Mark mark, const StepContext& context) {
  pg::Session& admin = *restoring.admin;
  ASSIGN_OR_RETURN(const std::optional<pg::DatabaseProperties> like, LikeWhat(restoring));
  RETURN_IF_ERROR(restore::Create(admin, restoring.names, mark, like));
  FAULT_POINT("restore.created.after");
  RETURN_IF_ERROR(Fill(restoring, like, context));
  RETURN_IF_ERROR(Prove(restoring, context));
  mark.verified = true;
  return restore::SetComment(admin, restoring.names.fresh, restore::ToText(mark));
}

std::string Summary(const Restoring& restoring, absl::string_view how) {
  const std::string to = absl::StrCat(restoring.manifest.id, " in database ", restoring.names.fresh, how);
  if (!restoring.manifest.proof.has_value()) {
    return absl::StrCat(to, "; an older agent took it, so schema and rows could not be compared");
  }
  int64_t rows = 0;
  for (const auto& [table, count] : restoring.manifest.proof->rows) rows += count;
  return absl::StrCat(to, "; schema and ", rows, " rows in ", restoring.manifest.proof->rows.size(),
                      " tables are as the manifest says");
}

// Whether the target's ledger can be read; if not, why.
absl::Status TryLedger(const policy::TargetConfig& target, v1::StepDone& done) {
  ASSIGN_OR_RETURN(const auto session, Connect(target, Login::kSetup, "ferry/restore"));
  ASSIGN_OR_RETURN(const ledger::LedgerState state, ledger::ReadLedger(*session));
  PutApplied(state, done.mutable_applied());
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<pg::Session>> ConnectTo(const policy::TargetConfig& target,
                                                       const policy::LoginConfig& login,
                                                       const std::string& database,
                                                       const std::string& application_name) {
  ASSIGN_OR_RETURN(pg::ConnectSettings settings, policy::SettingsOf(target, login));
  settings.parameters["dbname"] = database;
  return pg::Session::Open(settings, application_name);
}

absl::StatusOr<Restoring> PrepareRestore(const v1::Command& command, const StepContext& context,
                                         const executor::RunContext& run) {
  Restoring out;
  out.target = context.policy->Target(command.target_id());
  if (out.target.restore.user.empty()) return NoLogin(out.target);
  ASSIGN_OR_RETURN(out.backup_path, BackupPath(out.target, command.restore_backup_id()));
  ASSIGN_OR_RETURN(out.manifest, pg::ReadManifest(out.backup_path));
  const auto of = out.manifest.facts.find("target");
  if (of == out.manifest.facts.end() || of->second != command.target_id()) {
    return Error(ErrorCode::kBackupCorrupt,
                 absl::StrCat("backup \"", command.restore_backup_id(), "\" is of another target"))
        .TargetState("unchanged: nothing was started")
        .Next(absl::StrCat("ferry backup list ", out.target.environment));
  }
  ASSIGN_OR_RETURN(out.admin,
                   ConnectTo(out.target, out.target.restore, out.target.restoring.maintenance_database,
                             executor::ApplicationName(run)));
  const auto named = out.target.connection.find("dbname");
  std::string database;
  if (named != out.target.connection.end()) {
    database = named->second;
  } else if (out.manifest.proof.has_value()) {
    database = out.manifest.proof->database.name;
  }
  if (database.empty() || database == out.target.restoring.maintenance_database) {
    return Error(ErrorCode::kRestoreFailed, absl::StrCat("which database ", out.target.id,
                                                         " is must stand in the agent's file, and be another "
                                                         "than the maintenance database"))
        .TargetState("unchanged: nothing was started")
        .Next("give connection: dbname: in the agent's file");
  }
  out.names = restore::NamesOf(database, run.run_id);
  out.accepted = {command.accepted_losses().begin(), command.accepted_losses().end()};
  return out;
}

absl::StatusOr<v1::StepDone> RestorePreflight(const v1::Command& command, const StepContext& context,
                                              const executor::RunContext& run) {
  ASSIGN_OR_RETURN(const Restoring restoring, PrepareRestore(command, context, run));
  RETURN_IF_ERROR(pg::VerifyBackup(restoring.backup_path, [&context] { return !context.cancelled->load(); }));
  RETURN_IF_ERROR(Tool(restoring).status());
  ASSIGN_OR_RETURN(const std::optional<pg::DatabaseProperties> like, LikeWhat(restoring));
  RETURN_IF_ERROR(CheckLogin(*restoring.admin, like));
  ASSIGN_OR_RETURN(std::vector<restore::Loss> losses,
                   restore::FindLosses(*restoring.admin, restoring.names.target, like));
  v1::StepDone done;
  const absl::Status ledger = TryLedger(restoring.target, done);
  if (HasCode(ledger, ErrorCode::kAuthentication)) return ledger;
  if (!ledger.ok()) {
    losses.push_back(
        {restore::kLedgerLoss, absl::StrCat("the ledger of \"", restoring.names.target,
                                            "\" cannot be read, so what happened after the backup is "
                                            "lost from its history: ",
                                            ledger.message())});
  }
  const std::vector<restore::Loss> open = restore::NotAccepted(losses, restoring.accepted);
  if (!open.empty()) return restore::Refusal(open, restoring.names.target);
  ASSIGN_OR_RETURN(const std::vector<restore::Connected> connected,
                   restore::WhoIsConnected(*restoring.admin, restoring.names.target));
  int others = 0;
  for (const restore::Connected& c : connected) others += c.application_name.rfind("ferry/", 0) == 0 ? 0 : 1;
  std::string summary = absl::StrCat(restoring.manifest.id, ": every byte is as it was written");
  if (others > 0) absl::StrAppend(&summary, "; others are connected to the database: ", others);
  if (!losses.empty()) absl::StrAppend(&summary, "; accepted losses: ", losses.size());
  done.set_summary(summary);
  return done;
}

absl::StatusOr<v1::StepDone> RunRestore(const v1::Command& command, const StepContext& context,
                                        const executor::RunContext& run) {
  ASSIGN_OR_RETURN(const Restoring restoring, PrepareRestore(command, context, run));
  pg::Session& admin = *restoring.admin;
  context.running(admin.canceller());
  v1::StepDone done;
  restore::Mark mark{command.target_id(), run.run_id, command.restore_backup_id(), true};
  ASSIGN_OR_RETURN(const std::optional<std::string> there, restore::CommentOf(admin, restoring.names.fresh));
  if (there == restore::ToText(mark)) {
    done.set_summary(Summary(restoring, " already"));
    return done;
  }
  RETURN_IF_ERROR(pg::VerifyBackup(restoring.backup_path, [&context] { return !context.cancelled->load(); }));
  RETURN_IF_ERROR(restore::DropLeftovers(admin, restoring.names, command.target_id()));
  mark.verified = false;
  const absl::Status made = MakeAnew(restoring, mark, context);
  if (!made.ok()) {
    if (!admin.broken() && restore::DropLeftovers(admin, restoring.names, command.target_id()).ok())
      return made;
    return Annotate(made, [&restoring](ErrorDetail& detail) {
      detail.target_state = absl::StrCat("unchanged: the database \"", restoring.names.fresh,
                                         "\" is left beside it, and the next restore drops it");
    });
  }
  FAULT_POINT("restore.verified.after");
  done.set_summary(Summary(restoring, ""));
  return done;
}

}  // namespace ferry::worker
