#include <algorithm>
#include <utility>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "agent/worker/hooks.h"
#include "agent/worker/next.h"
#include "agent/worker/restore.h"
#include "core/base/error.h"
#include "core/base/fault.h"
#include "core/base/wait.h"
#include "core/sql/quote.h"
#include "pg/executor/lock.h"
#include "pg/ledger/install.h"
#include "pg/ledger/restored.h"
#include "pg/restore/losses.h"
#include "pg/restore/swap.h"

namespace ferry::worker {
namespace {

constexpr absl::Duration kToLeave = absl::Seconds(5);  // for sessions that are about to end
constexpr absl::Duration kLookEvery = absl::Milliseconds(100);
constexpr absl::Duration kLongestExchange = absl::Minutes(1);

// Whether the target's ledger says that this very run restored it.
absl::StatusOr<bool> RestoredBy(const policy::TargetConfig& target, const std::string& run_id) {
  ASSIGN_OR_RETURN(const auto session, Connect(target, Login::kObserve, "ferry/restore"));
  ASSIGN_OR_RETURN(const ledger::LedgerState state, ledger::ReadLedger(*session));
  return state.restored.has_value() && state.restored->run_id == run_id;
}

absl::StatusOr<absl::Duration> Permitted(pg::Session& admin, const StepContext& context) {
  ASSIGN_OR_RETURN(
      const pg::Rows rows,
      admin.Query("SELECT (extract(epoch FROM pg_catalog.clock_timestamp()) * 1000000)::pg_catalog.int8"));
  const absl::Time now = absl::FromUnixMicros(std::stoll(rows.at(0, 0).value_or("0")));
  ASSIGN_OR_RETURN(const absl::Time deadline, context.gate->Permit(now));
  return std::min(kLongestExchange, deadline - now);
}

absl::Status WaitUntilAlone(const Restoring& restoring, const StepContext& context) {
  const absl::Duration end = context.clock->Elapsed() + kToLeave;
  while (true) {
    ASSIGN_OR_RETURN(const std::vector<restore::Connected> connected,
                     restore::WhoIsConnected(*restoring.admin, restoring.names.target));
    if (connected.empty()) return absl::OkStatus();
    if (context.clock->Elapsed() >= end) return restore::InUse(connected, restoring.names.target);
    WaitFor(kLookEvery);
  }
}

ledger::Author AuthorOf(const executor::RunContext& run, const std::string& backup_id) {
  return {run.run_id,      run.promotion_id, run.target_id, run.command_id, run.agent,
          run.plan_digest, backup_id,        run.attempt,   run.epoch,      run.reason};
}

struct OldLedger {
  std::unique_ptr<pg::Session> session;
  std::optional<executor::TargetLock> lock;  // before the session: given back first
};

// The database that is to be replaced, under its lock and the run's epoch. kLedgerMissing: it has no ledger.
absl::Status OpenOld(const Restoring& restoring, const executor::RunContext& run, OldLedger& old) {
  const policy::TargetConfig& target = restoring.target;
  ASSIGN_OR_RETURN(old.session, Connect(target, Login::kSetup, executor::ApplicationName(run)));
  ASSIGN_OR_RETURN(const ledger::LedgerState state, ledger::ReadLedger(*old.session));
  if (!state.exists) return Error(ErrorCode::kLedgerMissing, "it has no ledger");
  RETURN_IF_ERROR(ledger::Install(*old.session, target.migrate.user, target.observe.user));
  ASSIGN_OR_RETURN(executor::TargetLock lock, executor::TargetLock::Acquire(*old.session, run));
  old.lock.emplace(std::move(lock));
  return absl::OkStatus();
}

absl::Status ContinueLedger(const Restoring& restoring, const executor::RunContext& run,
                            const std::string& description) {
  const policy::TargetConfig& target = restoring.target;
  ASSIGN_OR_RETURN(const auto fresh, ConnectTo(target, target.setup, restoring.names.fresh, "ferry/restore"));
  RETURN_IF_ERROR(ledger::Install(*fresh, target.migrate.user, target.observe.user));
  const bool may_lose = restoring.accepted.count(restore::kLedgerLoss) > 0;
  OldLedger old;
  const absl::Status opened = OpenOld(restoring, run, old);
  for (const ErrorCode code :
       {ErrorCode::kTargetBusy, ErrorCode::kStaleCommand, ErrorCode::kAuthentication}) {
    if (HasCode(opened, code)) return opened;
  }
  if (HasCode(opened, ErrorCode::kDatabaseUnreachable) && !may_lose) return opened;
  const ledger::Author author = AuthorOf(run, restoring.manifest.id);
  absl::Status status = opened;
  if (opened.ok()) {
    status = ledger::ContinueAfterRestore(old.session.get(), *fresh, author, description).status();
    if (!HasCode(status, ErrorCode::kLedgerMismatch)) return status;
  }
  const std::string why(status.message());
  if (!may_lose) return restore::Refusal({{restore::kLedgerLoss, why}}, restoring.names.target);
  return ledger::ContinueAfterRestore(
             nullptr, *fresh, author,
             absl::StrCat(description, "; what happened after it is lost from this history: ", why))
      .status();
}

std::string Description(const Restoring& restoring) {
  return absl::StrCat(
      "restored from ", restoring.manifest.id, ", taken ",
      absl::FormatTime("%Y-%m-%d %H:%M:%S UTC", restoring.manifest.taken_at, absl::UTCTimeZone()));
}

// Everything from the quiesce hook to the new names. On an error the names are as they were.
absl::Status Exchange(const Restoring& restoring, const StepContext& context, const executor::RunContext& run,
                      const HookCall& quiesce) {
  pg::Session& admin = *restoring.admin;
  RETURN_IF_ERROR(
      RunHook(restoring.target.restoring.quiesce, quiesce, [&context] { return context.cancelled->load(); }));
  FAULT_POINT("swap.quiesced.after");
  RETURN_IF_ERROR(WaitUntilAlone(restoring, context));
  RETURN_IF_ERROR(ContinueLedger(restoring, run, Description(restoring)));
  FAULT_POINT("swap.ledger.after");
  ASSIGN_OR_RETURN(const absl::Duration left, Permitted(admin, context));
  context.running(admin.canceller());
  const std::string comment =
      restoring.manifest.proof.has_value() ? restoring.manifest.proof->database.comment : "";
  return restore::ExchangeNames(admin, restoring.names, comment, run.run_id, left);
}

absl::StatusOr<v1::StepDone> Finish(const Restoring& restoring, HookCall call) {
  FAULT_POINT("swap.resumed.before");
  call.name = "resume";
  const std::string& before = restoring.names.before;
  const std::string kept = absl::StrCat(
      "the database it replaced is kept: once nobody needs it, DROP DATABASE ", sql::QuoteIdentifier(before));
  const absl::Status resumed = RunHook(restoring.target.restoring.resume, call, nullptr);
  if (!resumed.ok()) {
    return Annotate(resumed, [&](ErrorDetail& detail) {
      detail.target_state = absl::StrCat("restored: it has what ", restoring.manifest.id, " holds; ", kept);
      detail.next = "let the application go on by hand: the hook of the agent's file did not";
    });
  }
  ASSIGN_OR_RETURN(const auto observe, Connect(restoring.target, Login::kObserve, "ferry/restore"));
  ASSIGN_OR_RETURN(const ledger::LedgerState state, ledger::ReadLedger(*observe));
  v1::StepDone done;
  PutApplied(state, done.mutable_applied());
  const std::string newest = migration::NewestVersion(AppliedOf(state));
  done.set_summary(absl::StrCat("at ", newest.empty() ? "nothing" : newest, ", as in ", restoring.manifest.id,
                                "; ", kept));
  return done;
}

}  // namespace

bool SwapTookEffect(const v1::Command& command, const StepContext& context) {
  const absl::StatusOr<bool> restored =
      RestoredBy(context.policy->Target(command.target_id()), command.run_id());
  return restored.ok() && *restored;
}

absl::StatusOr<v1::StepDone> RunSwap(const v1::Command& command, const StepContext& context,
                                     const executor::RunContext& run) {
  ASSIGN_OR_RETURN(const Restoring restoring, PrepareRestore(command, context, run));
  HookCall call{"quiesce", command.target_id(), command.promotion_id()};
  ASSIGN_OR_RETURN(const std::optional<std::string> fresh,
                   restore::CommentOf(*restoring.admin, restoring.names.fresh));
  if (!fresh.has_value()) {
    ASSIGN_OR_RETURN(const bool done, RestoredBy(restoring.target, run.run_id));
    if (done) return Finish(restoring, call);
  }
  const restore::Mark mark{command.target_id(), run.run_id, command.restore_backup_id(), true};
  if (fresh != restore::ToText(mark)) {
    return Error(ErrorCode::kRestoreFailed, absl::StrCat("the restored database \"", restoring.names.fresh,
                                                         "\" is gone or not complete"))
        .TargetState("unchanged: no names were exchanged")
        .Next("restore again");
  }
  RETURN_IF_ERROR(Permitted(*restoring.admin, context).status());
  const auto look_again = absl::MakeCleanup([&context] { context.keep_away(false).IgnoreError(); });
  RETURN_IF_ERROR(context.keep_away(true));
  const absl::Status exchanged = Exchange(restoring, context, run, call);
  if (exchanged.ok()) return Finish(restoring, call);
  // With the server gone nobody knows which names there are: the next attempt looks, and the application goes
  // on then.
  if (restoring.admin->broken()) return exchanged;
  call.name = "resume";
  const absl::Status resumed = RunHook(restoring.target.restoring.resume, call, nullptr);
  if (resumed.ok()) return exchanged;
  return Annotate(exchanged, [&resumed](ErrorDetail& detail) {
    absl::StrAppend(&detail.target_state, detail.target_state.empty() ? "" : "; ",
                    "the application stands still: ", resumed.message());
  });
}

}  // namespace ferry::worker
