#include "agent/worker/steps.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "agent/program/program.h"
#include "agent/worker/baseline.h"
#include "agent/worker/doubt.h"
#include "agent/worker/limits.h"
#include "agent/worker/next.h"
#include "agent/worker/restore.h"
#include "core/base/error.h"
#include "core/base/fault.h"
#include "pg/backup/backup.h"
#include "pg/executor/executor.h"
#include "pg/executor/lock.h"
#include "pg/executor/preflight.h"
#include "pg/executor/verify.h"
#include "pg/executor/watchdog.h"
#include "pg/ledger/install.h"
#include "pg/ledger/ledger.h"
#include "rpc/convert.h"

namespace ferry::worker {
namespace {

executor::RunContext RunOf(const v1::Command& command, const std::string& agent_id) {
  executor::RunContext run;
  run.run_id = command.run_id();
  run.promotion_id = command.promotion_id();
  run.target_id = command.target_id();
  run.command_id = command.command_id();
  run.agent = agent_id;
  run.plan_digest = command.plan_digest();
  run.backup_id = command.backup_id();
  run.attempt = command.attempt();
  run.epoch = command.epoch();
  run.reason = command.reason();
  run.expected = rpc::FromProto(command.expected());
  return run;
}

v1::Progress ToProto(const executor::Progress& p) {
  v1::Progress out;
  out.set_phase(p.phase);
  out.set_segment(p.segment + 1);
  out.set_segments(p.segments);
  out.set_statement(p.statement);
  out.set_done(p.rows_done);
  out.set_total(p.rows_total);
  if (p.eta.has_value()) *out.mutable_eta() = rpc::ToProto(*p.eta);
  out.set_blocked_by(p.blocked_by);
  if (p.waiting_since.has_value()) *out.mutable_waiting_since() = rpc::ToProto(*p.waiting_since);
  out.set_blocking(p.blocking);
  if (p.blocking_for.has_value()) *out.mutable_blocking_for() = rpc::ToProto(*p.blocking_for);
  out.set_throttled_by(p.throttled_by);
  out.set_percent(p.percent.value_or(-1));
  out.set_signal(p.signal);
  return out;
}

absl::StatusOr<const migration::Migration*> MigrationOf(const migration::Plan& plan,
                                                        const std::string& version) {
  const migration::Migration* found = plan.Find(version);
  if (found != nullptr) return found;
  return Error(ErrorCode::kVersionUnknown,
               absl::StrCat("plan ", plan.digest.substr(0, 12), " has no version \"", version, "\""))
      .TargetState("unchanged: nothing was started");
}

absl::StatusOr<std::string> RoleOf(pg::Session& session) {
  ASSIGN_OR_RETURN(const pg::Rows rows, session.Query("SELECT current_user"));
  return rows.at(0, 0).value_or("");
}

// `status`, and the mark that a person has to look when it is not OK. An unreachable server is no such case.
absl::Status OrHold(const StepContext& context, const absl::Status& status) {
  const bool unclear =
      HasCode(status, ErrorCode::kLedgerMismatch) || HasCode(status, ErrorCode::kOutcomeUnknown);
  if (unclear && context.held != nullptr) *context.held = true;
  return status;
}

// What this agent must know before it changes anything: it is the same database, and nothing is in doubt.
absl::Status LookBack(pg::Session& session, const ledger::LedgerState& state, const v1::Command& command,
                      const StepContext& context) {
  if (context.journal == nullptr) return absl::OkStatus();
  const bool trust = command.trust_ledger();
  RETURN_IF_ERROR(OrHold(context, CheckSeen(session, state, *context.journal, command.target_id(), trust)));
  return OrHold(context, SettleDoubt(session, *context.journal, command, trust));
}

drift::NamedObjects NamedBy(const StepContext& context, const std::string& environment) {
  return [plans = context.plans, environment](const std::vector<ledger::AppliedVersion>& applied) {
    return plans->DriftNamedBy(applied, environment);
  };
}

// `locked`: by the session of this step.
absl::Status SettleNow(const v1::Command& command, const StepContext& context, bool locked = false) {
  if (context.drift == nullptr) return absl::OkStatus();
  const policy::TargetConfig target = context.policy->Target(command.target_id());
  ASSIGN_OR_RETURN(const auto observe, Connect(target, Login::kObserve, "ferry/drift"));
  context.running(observe->canceller());
  ASSIGN_OR_RETURN(const auto migrate, Connect(target, Login::kMigrate, "ferry/drift"));
  return context.drift->Settle(*migrate, *observe, NamedBy(context, target.environment), locked);
}

// The gate of a promotion: whoever changed the schema decides, or the promotion itself does.
absl::Status CheckDrift(const v1::Command& command, const StepContext& context,
                        const std::string& environment,
                        const std::vector<const migration::Migration*>& pending, pg::Session& migrate,
                        pg::Session& observe) {
  if (context.drift == nullptr || command.kind() != v1::PROMOTION_KIND_PROMOTE) return absl::OkStatus();
  RETURN_IF_ERROR(context.drift->Settle(migrate, observe, NamedBy(context, environment)));
  drift::Accepted accepted;
  accepted.ignored.assign(command.ignored_drift().begin(), command.ignored_drift().end());
  for (const migration::Migration* m : pending) {
    accepted.named.insert(accepted.named.end(), m->drift.begin(), m->drift.end());
  }
  accepted.environment = environment;
  return context.drift->Gate(observe, accepted);
}

std::string Megabytes(int64_t bytes) {
  return bytes < 10'000'000 ? absl::StrCat((bytes + 999) / 1000, " kB")
                            : absl::StrCat(bytes / 1'000'000, " MB");
}

}  // namespace

absl::StatusOr<std::unique_ptr<pg::Session>> Connect(const policy::TargetConfig& target, Login login,
                                                     const std::string& application_name) {
  const policy::LoginConfig& config = login == Login::kSetup     ? target.setup
                                      : login == Login::kMigrate ? target.migrate
                                                                 : target.observe;
  ASSIGN_OR_RETURN(const pg::ConnectSettings settings, policy::SettingsOf(target, config));
  return pg::Session::Open(settings, application_name);
}

void PutApplied(const ledger::LedgerState& state,
                google::protobuf::RepeatedPtrField<v1::AppliedMigration>* out) {
  std::vector<std::tuple<bool, migration::Version, std::string, const ledger::AppliedVersion*>> sorted;
  for (const ledger::AppliedVersion& v : state.applied) {
    const absl::StatusOr<migration::Version> version = migration::Version::Parse(v.version);
    sorted.emplace_back(!version.ok(), version.value_or(migration::Version()), v.version, &v);
  }
  std::sort(sorted.begin(), sorted.end());
  for (const auto& [repeatable, version, id, v] : sorted) {
    v1::AppliedMigration* a = out->Add();
    a->set_version(v->version);
    a->set_checksum(v->checksum);
    *a->mutable_applied_at() = rpc::ToProto(v->applied_at);
    a->set_baseline(v->baseline);
    a->set_promotion_id(v->promotion_id);
  }
}

absl::StatusOr<v1::StepDone> Steps::Run(const v1::Command& command, const StepContext& context) {
  if (context.cancelled->load()) {
    return Error(ErrorCode::kCancelled,
                 absl::StrCat("cancelled on ", command.target_id(), " before it began"));
  }
  absl::StatusOr<v1::StepDone> done = RunStep(command, context);
  const v1::StepKind kind = command.step().kind();
  const bool last =
      kind == v1::STEP_KIND_ANALYZE || kind == v1::STEP_KIND_BASELINE || kind == v1::STEP_KIND_SWAP;
  // What fails here is tried again, and said, as soon as nothing runs.
  if (done.ok() && last) SettleNow(command, context).IgnoreError();
  return done;
}

absl::StatusOr<v1::StepDone> Steps::RunStep(const v1::Command& command, const StepContext& context) {
  switch (command.step().kind()) {
    case v1::STEP_KIND_PREFLIGHT:
      if (command.kind() == v1::PROMOTION_KIND_RESTORE)
        return RestorePreflight(command, context, RunOf(command, context.agent_id));
      return Preflight(command, context);
    case v1::STEP_KIND_BACKUP:
      return Backup(command, context);
    case v1::STEP_KIND_APPLY:
    case v1::STEP_KIND_ROLLBACK:
      return Change(command, context);
    case v1::STEP_KIND_VERIFY:
      return Verify(command, context);
    case v1::STEP_KIND_ANALYZE:
      return Analyze(command, context);
    case v1::STEP_KIND_BASELINE:
      return RunBaseline(command, context, RunOf(command, context.agent_id));
    case v1::STEP_KIND_RESTORE:
      return RunRestore(command, context, RunOf(command, context.agent_id));
    case v1::STEP_KIND_SWAP:
      return RunSwap(command, context, RunOf(command, context.agent_id));
    default:
      return Error(ErrorCode::kProtocol,
                   absl::StrCat("unknown step ", static_cast<int>(command.step().kind())))
          .TargetState("unchanged: nothing was started")
          .Next("upgrade the older of controller and agent");
  }
}

absl::StatusOr<v1::StepDone> Steps::Preflight(const v1::Command& command, const StepContext& context) {
  const policy::TargetConfig target = context.policy->Target(command.target_id());
  ASSIGN_OR_RETURN(const auto plan, context.plans->Get(command.plan_digest(), target.environment));
  const std::string name = executor::ApplicationName(RunOf(command, context.agent_id));
  ASSIGN_OR_RETURN(const auto setup, Connect(target, Login::kSetup, name));
  ASSIGN_OR_RETURN(const auto migrate, Connect(target, Login::kMigrate, name));
  ASSIGN_OR_RETURN(const auto observe, Connect(target, Login::kObserve, name));
  ASSIGN_OR_RETURN(const ledger::LedgerState before, ledger::ReadLedger(*observe));
  if (context.journal != nullptr) {
    RETURN_IF_ERROR(OrHold(
        context, CheckSeen(*observe, before, *context.journal, command.target_id(), command.trust_ledger())));
  }
  ASSIGN_OR_RETURN(
      executor::PreflightReport report,
      executor::CheckTarget(*migrate, setup.get(), NextSearchPath(*plan, before), *context.clock));
  const bool ends = target.limits.terminate_idle.has_value() || target.limits.terminate_any.has_value();
  ASSIGN_OR_RETURN(const std::vector<std::string> hidden, executor::CheckSight(*observe, ends));
  report.warnings.insert(report.warnings.end(), hidden.begin(), hidden.end());
  ASSIGN_OR_RETURN(const std::string observing_role, RoleOf(*observe));
  RETURN_IF_ERROR(ledger::Install(*setup, report.role, observing_role));
  FAULT_POINT("preflight.installed.after");
  ASSIGN_OR_RETURN(const ledger::LedgerState state, ledger::ReadLedger(*observe));
  RETURN_IF_ERROR(
      CheckDrift(command, context, target.environment, Missing(*plan, state), *migrate, *observe));
  const std::vector<migration::AppliedMigration> applied = AppliedOf(state);
  for (const migration::Migration* m : Missing(*plan, state)) {
    RETURN_IF_ERROR(executor::CheckVerifyShape(*migrate, *m));
    // Without a reason the controller refuses by what is reported here.
    const bool hotfix = command.kind() == v1::PROMOTION_KIND_PROMOTE && !command.reason().empty();
    if (hotfix) RETURN_IF_ERROR(CheckHotfix(target, command, *m, applied));
  }
  if (command.kind() == v1::PROMOTION_KIND_PROMOTE) {
    program::Programs programs(context.policy->Get()->programs);
    for (const migration::Migration* m : Missing(*plan, state)) {
      RETURN_IF_ERROR(executor::CheckPrograms(programs, *m));
    }
  }
  v1::StepDone done;
  PutApplied(state, done.mutable_applied());
  const std::string newest = migration::NewestVersion(applied);
  const std::string at = newest.empty() ? "nothing" : newest;
  done.set_summary(absl::StrCat("PostgreSQL ", report.server_version_text, ", at ", at,
                                report.warnings.empty() ? "" : "; ", absl::StrJoin(report.warnings, "; ")));
  return done;
}

absl::StatusOr<v1::StepDone> Steps::Backup(const v1::Command& command, const StepContext& context) {
  const policy::TargetConfig target = context.policy->Target(command.target_id());
  ASSIGN_OR_RETURN(const auto observe, Connect(target, Login::kObserve, "ferry/backup"));
  pg::BackupRequest request;
  ASSIGN_OR_RETURN(request.connection, policy::SettingsOf(target, target.observe));
  request.folder = target.backup.folder;
  request.backup_id = absl::StrCat("bak-", command.run_id());
  request.pg_dump = target.backup.pg_dump;
  request.jobs = target.backup.jobs;
  request.work_dir = context.work_dir;
  request.now = context.clock->Now();
  request.facts = {{"target", command.target_id()},
                   {"promotion", command.promotion_id()},
                   {"plan", command.plan_digest()}};
  request.snapshot_facts = [](pg::Session& session) -> absl::StatusOr<std::map<std::string, std::string>> {
    ASSIGN_OR_RETURN(const ledger::LedgerState state, ledger::ReadLedgerInTransaction(session));
    return std::map<std::string, std::string>{
        {"version", migration::NewestVersion(AppliedOf(state))},
        {"ledger_head", absl::StrCat(state.head.id, ":", state.head.hash)}};
  };
  request.running = context.running;
  pg::RemovePartials(request.folder);
  ASSIGN_OR_RETURN(const pg::BackupInfo info,
                   pg::TakeBackup(
                       request, observe->server_version(), [&context] { return context.cancelled->load(); },
                       [&context](int64_t bytes) {
                         v1::Progress progress;
                         progress.set_phase("dumping");
                         progress.set_done(bytes);
                         context.progress(progress);
                       }));
  FAULT_POINT("backup.after");
  RETURN_IF_ERROR(pg::VerifyBackup(info.path));
  verified_backups_.insert(info.id);
  v1::StepDone done;
  done.set_backup_id(info.id);
  done.set_summary(
      absl::StrCat(info.id, ": ", info.files, " files, ", Megabytes(info.bytes), ", checksums verified"));
  return done;
}

absl::Status Steps::CheckBackup(const v1::Command& command, const policy::TargetConfig& target) {
  if (command.backup_id().empty() || command.backup_id().find('/') != std::string::npos) {
    return Error(ErrorCode::kBackupCorrupt, "a change was asked for without a backup of this run")
        .TargetState("unchanged: nothing was started")
        .Next("ferry promote again");
  }
  const std::string path = absl::StrCat(target.backup.folder, "/", command.backup_id());
  // Hashing every byte once a process is enough; that it is still there, and ours, is looked at every time.
  if (verified_backups_.count(command.backup_id()) == 0) RETURN_IF_ERROR(pg::VerifyBackup(path));
  ASSIGN_OR_RETURN(const pg::Manifest manifest, pg::ReadManifest(path));
  const std::map<std::string, std::string>& facts = manifest.facts;
  const auto is = [&facts](const char* key, const std::string& value) {
    const auto found = facts.find(key);
    return found != facts.end() && found->second == value;
  };
  if (!is("target", command.target_id()) || !is("promotion", command.promotion_id())) {
    return Error(ErrorCode::kBackupCorrupt,
                 absl::StrCat("backup \"", command.backup_id(), "\" is of another target or promotion"))
        .TargetState("unchanged: nothing was started")
        .Next("ferry promote again: it takes a backup of its own");
  }
  verified_backups_.insert(command.backup_id());
  return absl::OkStatus();
}

absl::StatusOr<v1::StepDone> Steps::Change(const v1::Command& command, const StepContext& context) {
  const bool up = command.step().kind() == v1::STEP_KIND_APPLY;
  const policy::TargetConfig target = context.policy->Target(command.target_id());
  RETURN_IF_ERROR(CheckBackup(command, target));
  ASSIGN_OR_RETURN(const auto plan, context.plans->Get(command.plan_digest(), target.environment));
  ASSIGN_OR_RETURN(const migration::Migration* migration, MigrationOf(*plan, command.step().version()));
  executor::RunContext run = RunOf(command, context.agent_id);
  program::Programs programs(context.policy->Get()->programs);
  run.programs = &programs;
  ASSIGN_OR_RETURN(const auto session, Connect(target, Login::kMigrate, executor::ApplicationName(run)));
  ASSIGN_OR_RETURN(const executor::TargetLock lock, executor::TargetLock::Acquire(*session, run));
  context.running(session->canceller());
  // What somebody else does meanwhile is then not taken for ours. Where it fails, that is all that is lost.
  run.before_long = [&command, &context, &session] {
    SettleNow(command, context, true).IgnoreError();
    context.running(session->canceller());
  };
  ASSIGN_OR_RETURN(const ledger::LedgerState before, ledger::ReadLedger(*session));
  RETURN_IF_ERROR(LookBack(*session, before, command, context));
  if (context.journal != nullptr) run.before_commit = KeepDoubt(*session, *context.journal, command);
  if (up) RETURN_IF_ERROR(CheckNext(*plan, before, target, command, *migration));
  const bool out_of_order = up && migration::IsOutOfOrder(*migration, AppliedOf(before));
  ASSIGN_OR_RETURN(const auto watch, executor::Watchdog::Start([target] {
                     return Connect(target, Login::kObserve, "ferry/watch");
                   }));
  run.watch = watch.get();
  run.ended = [&command](const std::string& text) { spdlog::warn("{}: {}", command.target_id(), text); };
  const auto sink = [&context](const executor::Progress& p) { context.progress(ToProto(p)); };
  const executor::Limits limits = LimitsOf(target);
  const absl::StatusOr<executor::ApplyResult> changed =
      up ? executor::ApplyMigration(*session, *migration, run, limits, *context.gate, sink)
         : executor::RollBackMigration(*session, *migration, run, limits, *context.gate, sink);
  *context.lost_while_changing = session->broken();
  if (HasCode(changed.status(), ErrorCode::kConflictingObject) && context.held != nullptr) {
    *context.held = true;
  }
  if (!changed.ok()) return changed.status();
  const executor::ApplyResult& result = *changed;
  ASSIGN_OR_RETURN(const ledger::LedgerState after, ledger::ReadLedger(*session));
  if (context.seen != nullptr) {
    *context.seen = journal::SeenEvent{
        command.target_id(), after.head.id, after.head.hash,
        absl::StrCat(up ? "apply " : "rollback ", command.step().version(), " of ", command.promotion_id())};
  }
  v1::StepDone done;
  PutApplied(after, done.mutable_applied());
  *done.mutable_duration() = rpc::ToProto(result.duration);
  std::string summary =
      absl::StrCat(result.segments_run, result.segments_run == 1 ? " segment" : " segments");
  if (result.segments_skipped > 0)
    absl::StrAppend(&summary, ", ", result.segments_skipped, " were done before");
  if (result.rows > 0) absl::StrAppend(&summary, ", ", result.rows, " rows");
  absl::StrAppend(&summary, " in ",
                  absl::FormatDuration(absl::Trunc(result.duration, absl::Milliseconds(1))));
  if (result.lock_retries > 0) absl::StrAppend(&summary, ", ", result.lock_retries, " lock retries");
  for (const std::string& ended : result.ended) absl::StrAppend(&summary, ", ", ended);
  if (out_of_order) absl::StrAppend(&summary, ", out of order: ", command.reason());
  done.set_summary(summary);
  return done;
}

absl::StatusOr<v1::StepDone> Steps::Verify(const v1::Command& command, const StepContext& context) {
  const policy::TargetConfig target = context.policy->Target(command.target_id());
  ASSIGN_OR_RETURN(const auto plan, context.plans->Get(command.plan_digest(), target.environment));
  ASSIGN_OR_RETURN(const migration::Migration* migration, MigrationOf(*plan, command.step().version()));
  ASSIGN_OR_RETURN(const auto session, Connect(target, Login::kMigrate, "ferry/verify"));
  context.running(session->canceller());
  FAULT_POINT("verify.before");
  RETURN_IF_ERROR(executor::VerifyMigration(*session, *migration));
  ASSIGN_OR_RETURN(const std::vector<sql::TableName> tables, executor::TouchedTables(*session, *migration));
  RETURN_IF_ERROR(executor::CheckNothingInvalid(*session, tables));
  v1::StepDone done;
  done.set_summary(migration->verify.empty()
                       ? "no verify queries; no invalid index"
                       : absl::StrCat(migration->verify.size(), " of ", migration->verify.size(),
                                      " queries true; no invalid index"));
  return done;
}

absl::StatusOr<v1::StepDone> Steps::Analyze(const v1::Command& command, const StepContext& context) {
  const policy::TargetConfig target = context.policy->Target(command.target_id());
  ASSIGN_OR_RETURN(const auto plan, context.plans->Get(command.plan_digest(), target.environment));
  ASSIGN_OR_RETURN(const auto session, Connect(target, Login::kMigrate, "ferry/analyze"));
  std::vector<sql::TableName> tables;
  std::set<std::string> seen;
  for (const std::string& version : command.versions()) {
    ASSIGN_OR_RETURN(const migration::Migration* migration, MigrationOf(*plan, version));
    ASSIGN_OR_RETURN(const std::vector<sql::TableName> touched,
                     executor::TouchedTables(*session, *migration));
    for (const sql::TableName& t : touched) {
      if (seen.insert(absl::StrCat(t.schema, ".", t.name)).second) tables.push_back(t);
    }
  }
  context.running(session->canceller());
  ASSIGN_OR_RETURN(const std::vector<std::string> skipped,
                   executor::AnalyzeTables(*session, tables, *context.gate));
  std::string summary = absl::StrCat(tables.size(), tables.size() == 1 ? " table" : " tables");
  if (!skipped.empty())
    absl::StrAppend(&summary, "; locked by others and skipped: ", absl::StrJoin(skipped, ", "));
  v1::StepDone done;
  done.set_summary(summary);
  return done;
}

bool Steps::NothingRemains(const v1::Command& command, const StepContext& context) {
  const v1::StepKind kind = command.step().kind();
  if (kind == v1::STEP_KIND_SWAP) return !SwapTookEffect(command, context);
  if (kind == v1::STEP_KIND_VERIFY) return false;  // what it verified is applied
  if (kind != v1::STEP_KIND_APPLY && kind != v1::STEP_KIND_ROLLBACK) return true;
  const policy::TargetConfig target = context.policy->Target(command.target_id());
  const auto session = Connect(target, Login::kObserve, "ferry/status");
  if (!session.ok()) return false;
  const absl::StatusOr<ledger::LedgerState> state = ledger::ReadLedger(**session);
  if (!state.ok()) return false;
  const auto of_this = [&](const auto& row) { return row.version == command.step().version(); };
  return std::none_of(state->unfinished.begin(), state->unfinished.end(), of_this) &&
         std::none_of(state->intents.begin(), state->intents.end(), of_this) &&
         std::none_of(state->checkpoints.begin(), state->checkpoints.end(), of_this);
}

}  // namespace ferry::worker
