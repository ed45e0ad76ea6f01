#include "agent/worker/observer.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "agent/worker/backups.h"
#include "agent/worker/baseline.h"
#include "agent/worker/gate.h"
#include "agent/worker/limits.h"
#include "agent/worker/next.h"
#include "agent/worker/preview.h"
#include "agent/worker/steps.h"
#include "core/base/error.h"
#include "core/window/window.h"
#include "pg/catalog/snapshot.h"
#include "pg/ledger/install.h"
#include "pg/ledger/ledger.h"
#include "rpc/convert.h"

namespace ferry::worker {

absl::Status Observer::Reach() {
  if (session_ != nullptr && !session_->broken()) return absl::OkStatus();
  session_.reset();
  ASSIGN_OR_RETURN(session_, Connect(policy_->Target(target_id_), Login::kObserve, "ferry/observe"));
  return absl::OkStatus();
}

v1::TargetStatus Observer::WindowStatus() const {
  const policy::TargetConfig target = policy_->Target(target_id_);
  v1::TargetStatus status;
  status.set_target_id(target_id_);
  status.set_environment(target.environment);
  status.set_protected_(target.is_protected);
  const Standing standing = StandingAt(target.schedule, clock_->Now());
  status.set_window_open(standing.open);
  status.set_window_reason(standing.reason);
  if (standing.deadline.has_value()) *status.mutable_window_closes() = rpc::ToProto(*standing.deadline);
  if (standing.next_opening.has_value())
    *status.mutable_window_opens() = rpc::ToProto(*standing.next_opening);
  status.set_window_zone(target.zone_name);
  *status.mutable_checked_at() = rpc::ToProto(clock_->Now());
  return status;
}

// Read again only when the ledger has grown, or when a run was at work at the last look.
void Observer::PutBreakGlass(const ledger::LedgerState& state, v1::TargetStatus& status) {
  if (!state.exists || state.format != ledger::NewestFormat()) return;
  if (!(state.head == break_glass_at_) || break_glass_.running) {
    absl::StatusOr<ledger::BreakGlassRuns> runs = ledger::ReadBreakGlass(*session_);
    if (!runs.ok()) return;  // the next look tells
    break_glass_ = *std::move(runs);
    break_glass_at_ = state.head;
  }
  for (const ledger::BreakGlassRun& run : break_glass_.ended) {
    v1::BreakGlassRun* out = status.add_break_glass();
    out->set_promotion_id(run.promotion_id);
    out->set_plan_digest(run.plan_digest);
    for (const std::string& version : run.versions) out->add_versions(version);
    out->set_requested_by(run.by);
    out->set_reason(run.reason);
    *out->mutable_at() = rpc::ToProto(run.at);
    out->set_unfinished(run.unfinished);
  }
}

v1::TargetStatus Observer::Status() {
  v1::TargetStatus status = WindowStatus();
  const absl::Status reached = Reach();
  absl::StatusOr<ledger::LedgerState> state =
      reached.ok() ? ledger::ReadLedger(*session_) : absl::StatusOr<ledger::LedgerState>(reached);
  if (!state.ok() && reached.ok() && session_->broken()) {  // an old connection that had died unnoticed
    state = Reach().ok() ? ledger::ReadLedger(*session_) : state;
  }
  if (!state.ok()) {
    *status.mutable_error() = rpc::ToProto(state.status());
    *status.mutable_drift() = drift_->Status();
    return status;
  }
  status.set_reachable(true);
  status.set_server_version(
      absl::StrCat(session_->server_version() / 10000, ".", session_->server_version() % 10000));
  status.set_has_ledger(state->exists);
  PutApplied(*state, status.mutable_applied());
  PutBreakGlass(*state, status);
  if (state->restored.has_value()) {
    v1::Restored* restored = status.mutable_restored();
    restored->set_backup_id(state->restored->backup_id);
    *restored->mutable_at() = rpc::ToProto(state->restored->at);
    restored->set_promotion_id(state->restored->promotion_id);
    restored->set_description(state->restored->description);
  }
  unsettled_ = drift::Unsettled(*state);
  *status.mutable_drift() = drift_->Look(*session_, *state, policy_->Target(target_id_).drift_every);
  return status;
}

absl::StatusOr<v1::WindowVerdict> Observer::Window(const v1::WindowQuery& query) const {
  const policy::TargetConfig target = policy_->Target(target_id_);
  absl::Time at = clock_->Now();
  if (!query.at().empty()) {
    ASSIGN_OR_RETURN(at, window::ParseInstant(query.at(), target.zone));
  }
  const Standing standing = StandingAt(target.schedule, at);
  v1::WindowVerdict verdict;
  *verdict.mutable_at() = rpc::ToProto(at);
  verdict.set_open(standing.open);
  verdict.set_reason(standing.reason);
  if (standing.deadline.has_value()) *verdict.mutable_closes() = rpc::ToProto(*standing.deadline);
  if (standing.next_opening.has_value()) *verdict.mutable_opens() = rpc::ToProto(*standing.next_opening);
  verdict.set_zone(target.zone_name);
  verdict.set_target_id(target_id_);
  return verdict;
}

absl::StatusOr<v1::QueryReply> Observer::Reply(const v1::Query& query, const std::function<bool()>& go_on) {
  v1::QueryReply reply;
  if (query.has_window()) {
    ASSIGN_OR_RETURN(*reply.mutable_window(), Window(query.window()));
    return reply;
  }
  if (query.has_drift()) return Drift();
  if (query.has_backups()) return ListOfBackups(policy_->Target(target_id_));
  if (query.has_backup_verify()) {
    return VerifiedBackup(policy_->Target(target_id_), query.backup_verify().backup_id(), go_on);
  }
  if (!query.has_preview()) {
    return Error(ErrorCode::kProtocol, "a question that this agent does not know").Next("upgrade the agent");
  }
  const policy::TargetConfig target = policy_->Target(target_id_);
  ASSIGN_OR_RETURN(const auto plan, plans_->Get(query.preview().plan_digest(), target.environment));
  RETURN_IF_ERROR(Reach());
  ASSIGN_OR_RETURN(const ledger::LedgerState state, ledger::ReadLedger(*session_));
  ASSIGN_OR_RETURN(*reply.mutable_preview(),
                   MakePreview(target_id_, *plan, state, query.preview(), LimitsOf(target)));
  reply.mutable_preview()->set_accepts_hotfix(target.accept_hotfix);
  return reply;
}

absl::StatusOr<v1::QueryReply> Observer::Drift() {
  RETURN_IF_ERROR(Reach());
  ASSIGN_OR_RETURN(const ledger::LedgerState state, ledger::ReadLedger(*session_));
  v1::QueryReply reply;
  ASSIGN_OR_RETURN(*reply.mutable_drift(), drift_->Report(*session_, state));
  if (state.fingerprint.has_value()) {
    reply.mutable_drift()->set_expected_version(migration::NewestVersion(AppliedOf(state)));
  }
  return reply;
}

absl::Status Observer::SendSnapshot(const v1::Query& query) {
  pg::ReadOptions options;
  options.cluster_objects = query.snapshot().scope().cluster_objects();
  ASSIGN_OR_RETURN(options.filter, rpc::FilterFrom(query.snapshot().scope()));
  RETURN_IF_ERROR(Reach());
  ASSIGN_OR_RETURN(const schema::Snapshot snapshot, pg::ReadSnapshot(*session_, options, *clock_));
  const std::string& held = query.snapshot().held();
  Say(held.empty() ? rpc::ToChunks(query.query_id(), snapshot)
                   : rpc::ToChunks(query.query_id(), snapshot, held));
  return absl::OkStatus();
}

void Observer::Say(std::vector<v1::SnapshotChunk> chunks) {
  for (v1::SnapshotChunk& chunk : chunks) {
    v1::AgentMessage message;
    *message.mutable_snapshot() = std::move(chunk);
    outward_->Say(std::move(message));
  }
}

absl::Status Observer::SendSnapshotOfPlan(const v1::Query& query) {
  ASSIGN_OR_RETURN(const auto plan,
                   plans_->Get(query.snapshot().plan_digest(), policy_->Target(target_id_).environment));
  ASSIGN_OR_RETURN(const schema::Snapshot snapshot,
                   SnapshotOfPlan(policy_->Target(target_id_), *plan, query.snapshot().version(),
                                  [this](const pg::Canceller& canceller) { Keep(canceller); }));
  Say(rpc::ToChunks(query.query_id(), snapshot));
  return absl::OkStatus();
}

void Observer::Keep(const pg::Canceller& canceller) {
  MutexLock lock(&mutex_);
  building_ = canceller;
  if (stopped_) canceller.Cancel().IgnoreError();
}

void Observer::Stop() {
  MutexLock lock(&mutex_);
  stopped_ = true;
  if (building_.has_value()) building_->Cancel().IgnoreError();
}

void Observer::Answer(const v1::Query& query, const std::function<bool()>& go_on) {
  v1::AgentMessage message;
  if (query.has_snapshot()) {
    const absl::Status sent =
        query.snapshot().plan_digest().empty() ? SendSnapshot(query) : SendSnapshotOfPlan(query);
    if (sent.ok()) return;
    *message.mutable_reply()->mutable_error() = rpc::ToProto(sent);
  } else {
    absl::StatusOr<v1::QueryReply> reply = Reply(query, go_on);
    if (reply.ok()) {
      *message.mutable_reply() = *std::move(reply);
    } else {
      *message.mutable_reply()->mutable_error() = rpc::ToProto(reply.status());
    }
  }
  message.mutable_reply()->set_query_id(query.query_id());
  outward_->Say(std::move(message));
}

}  // namespace ferry::worker
