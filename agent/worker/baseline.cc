#include "agent/worker/baseline.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "core/base/fault.h"
#include "core/diff/diff.h"
#include "core/report/object_name.h"
#include "pg/catalog/snapshot.h"
#include "pg/executor/lock.h"
#include "pg/executor/step.h"
#include "pg/ledger/write.h"
#include "pg/scratch/build.h"

namespace ferry::worker {
namespace {

constexpr size_t kMostNamed = 3;
constexpr char kUnchanged[] = "unchanged: nothing was recorded";

// "3 differences (column public.prices.x, …)"
std::string Summary(const diff::DiffResult& result) {
  const size_t count = result.differences.size();
  std::string text = absl::StrCat(count, count == 1 ? " difference (" : " differences (");
  for (size_t i = 0; i < std::min(count, kMostNamed); ++i) {
    absl::StrAppend(&text, i == 0 ? "" : ", ", report::ObjectTitle(result.differences[i].id));
  }
  return absl::StrCat(text, count > kMostNamed ? ", …)" : ")");
}

absl::Status CheckEqual(const v1::Command& command, const std::string& environment,
                        const schema::Snapshot& live, const schema::Snapshot& built) {
  const diff::DiffResult result =
      diff::Compare({{"target", &live}, {"plan", &built}}, diff::CompareOptions::StructureOnly());
  if (result.equal()) return absl::OkStatus();
  const std::string& version = command.step().version();
  return Error(ErrorCode::kBaselineDiffers,
               absl::StrCat(command.target_id(), " is not what the plan makes up to ", version, ": ",
                            Summary(result)))
      .TargetState(kUnchanged)
      .Next(absl::StrCat("ferry baseline ", environment, " --at ", version, " shows every difference"));
}

// The migrations to record. Empty: they are all in the ledger.
absl::StatusOr<std::vector<const migration::Migration*>> Missing(const migration::Plan& plan,
                                                                 const ledger::LedgerState& state,
                                                                 const migration::Version& to) {
  std::vector<migration::AppliedMigration> applied;
  for (const ledger::AppliedVersion& v : state.applied) applied.push_back({v.version, v.checksum});
  ASSIGN_OR_RETURN(std::vector<const migration::Migration*> missing, migration::PendingUp(plan, applied, to));
  if (missing.empty()) return missing;
  for (const ledger::AppliedVersion& v : state.applied) {
    const absl::StatusOr<migration::Version> version = migration::Version::Parse(v.version);
    if (!version.ok() || *version <= missing.front()->version) continue;
    return Error(ErrorCode::kLedgerMismatch, absl::StrCat("the ledger has ", v.version, ", which is above ",
                                                          missing.front()->version.ToString()))
        .TargetState(kUnchanged)
        .Next("ferry status: this database is under Schemaferry already");
  }
  for (const auto* rows : {&state.unfinished, &state.intents}) {
    if (rows->empty()) continue;
    return Error(ErrorCode::kLedgerMismatch,
                 absl::StrCat(rows->front().version, " was begun on this target and is not finished"))
        .TargetState(kUnchanged)
        .Next("promote it or roll it back first");
  }
  return missing;
}

absl::Status Record(pg::Session& session, const executor::RunContext& run,
                    const std::vector<const migration::Migration*>& missing) {
  RETURN_IF_ERROR(session.Begin());
  RETURN_IF_ERROR(ledger::DeferGuard(session));
  for (const migration::Migration* m : missing) {
    ledger::Event event;
    event.version = m->version.ToString();
    event.checksum = m->checksum;
    event.description = m->description;
    RETURN_IF_ERROR(ledger::InsertBaseline(session, executor::AuthorOf(run), event));
  }
  FAULT_POINT("baseline.recorded.before");
  RETURN_IF_ERROR(ledger::Translate(session.Commit()));
  FAULT_POINT("baseline.recorded.after");
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<schema::Snapshot> SnapshotOfPlan(const policy::TargetConfig& target,
                                                const migration::Plan& plan, const std::string& version,
                                                const std::function<void(const pg::Canceller&)>& running) {
  ASSIGN_OR_RETURN(const pg::ConnectSettings server, policy::ScratchSettingsOf(target));
  ASSIGN_OR_RETURN(const migration::Version to, migration::Version::Parse(version));
  return scratch::SnapshotOfPlan(server, plan, to, running);
}

absl::StatusOr<v1::StepDone> RunBaseline(const v1::Command& command, const StepContext& context,
                                         const executor::RunContext& run) {
  const policy::TargetConfig target = context.policy->Target(command.target_id());
  ASSIGN_OR_RETURN(const auto plan, context.plans->Get(command.plan_digest(), target.environment));
  ASSIGN_OR_RETURN(const migration::Version to, migration::Version::Parse(command.step().version()));
  ASSIGN_OR_RETURN(const auto session, Connect(target, Login::kMigrate, executor::ApplicationName(run)));
  ASSIGN_OR_RETURN(const executor::TargetLock lock, executor::TargetLock::Acquire(*session, run));
  ASSIGN_OR_RETURN(const ledger::LedgerState before, ledger::ReadLedger(*session));
  ASSIGN_OR_RETURN(const std::vector<const migration::Migration*> missing, Missing(*plan, before, to));
  v1::StepDone done;
  if (!missing.empty()) {
    ASSIGN_OR_RETURN(const schema::Snapshot built,
                     SnapshotOfPlan(target, *plan, to.ToString(), context.running));
    ASSIGN_OR_RETURN(const auto observe, Connect(target, Login::kObserve, "ferry/baseline"));
    context.running(observe->canceller());
    ASSIGN_OR_RETURN(const schema::Snapshot live, pg::ReadSnapshot(*observe, *context.clock));
    RETURN_IF_ERROR(CheckEqual(command, target.environment, live, built));
    FAULT_POINT("baseline.compared.after");
    if (context.cancelled->load()) return Error(ErrorCode::kCancelled, "cancelled before it was recorded");
    context.running(session->canceller());
    const absl::Status recorded = Record(*session, run, missing);
    if (!recorded.ok()) session->Rollback();
    *context.lost_while_changing = session->broken();
    RETURN_IF_ERROR(recorded);
    done.set_summary(absl::StrCat(
        missing.size(), missing.size() == 1 ? " version" : " versions",
        " recorded, nothing was run; the schema is the plan's: ", live.objects.size(), " objects"));
  } else {
    done.set_summary("recorded before");
  }
  ASSIGN_OR_RETURN(const ledger::LedgerState after, ledger::ReadLedger(*session));
  PutApplied(after, done.mutable_applied());
  return done;
}

}  // namespace ferry::worker
