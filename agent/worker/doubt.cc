#include "agent/worker/doubt.h"

#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "core/base/fault.h"
#include "pg/executor/executor.h"

namespace ferry::worker {
namespace {

// A commit may wait for a standby for a while after its backend was told to end.
constexpr absl::Duration kWaitForCommit = absl::Seconds(10);

absl::StatusOr<std::string> ClusterOf(pg::Session& session) {
  ASSIGN_OR_RETURN(const pg::Rows rows,
                   session.Query("SELECT s.system_identifier FROM pg_catalog.pg_control_system() s"));
  return rows.at(0, 0).value_or("");
}

absl::StatusOr<bool> HoldsEvent(pg::Session& session, const journal::SeenEvent& seen) {
  ASSIGN_OR_RETURN(const pg::Rows rows,
                   session.Query("SELECT 1 FROM ferry.event e WHERE e.id OPERATOR(pg_catalog.=) $1 AND"
                                 " e.hash OPERATOR(pg_catalog.=) $2",
                                 {absl::StrCat(seen.event_id), seen.hash}));
  return !rows.empty();
}

Error Hold(ErrorCode code, const std::string& what) {
  Error error(code, what);
  error.TargetState("unknown: nothing more is run here until a person has looked");
  return error;
}

}  // namespace

absl::Status CheckSeen(pg::Session& session, const ledger::LedgerState& state, journal::Journal& journal,
                       const std::string& target_id, bool trust) {
  if (trust) return journal.ForgetSeen(target_id);
  ASSIGN_OR_RETURN(const std::optional<journal::SeenEvent> seen, journal.Seen(target_id));
  if (!seen.has_value()) return absl::OkStatus();
  if (state.exists) {
    ASSIGN_OR_RETURN(const bool there, HoldsEvent(session, *seen));
    if (there) return absl::OkStatus();
    if (state.restored.has_value() && state.restored->restored_to < seen->event_id) return absl::OkStatus();
  }
  return Hold(ErrorCode::kLedgerMismatch,
              absl::StrCat("the ledger of ", target_id, " ends at event ", state.head.id,
                           " and does not hold event ", seen->event_id, " (", seen->step,
                           "), which this agent has seen there: the database was replaced by an older copy, "
                           "or a standby without that commit took over"))
      .Next("find out which; where the ledger as it is now is right, resume with --trust-ledger");
}

absl::Status SettleDoubt(pg::Session& session, journal::Journal& journal, const v1::Command& command,
                         bool trust) {
  ASSIGN_OR_RETURN(const std::optional<journal::CommitInDoubt> doubt, journal.DoubtOf(command.command_id()));
  if (!doubt.has_value()) return absl::OkStatus();
  if (!trust) {
    executor::CommitIntent intent;
    intent.xid = doubt->xid;
    intent.version = doubt->version;
    intent.direction = doubt->direction == "up" ? ledger::Direction::kUp : ledger::Direction::kDown;
    intent.segment = doubt->segment;
    ASSIGN_OR_RETURN(const std::string cluster, ClusterOf(session));
    if (cluster != doubt->cluster) {
      return Hold(ErrorCode::kOutcomeUnknown,
                  absl::StrCat("a COMMIT of segment ", doubt->segment, " of ", doubt->version,
                               " was sent to another database cluster (", doubt->cluster, ") than this one (",
                               cluster, "), and its answer was lost"))
          .Next("find out which is the target; where this ledger is right, resume with --trust-ledger");
    }
    RETURN_IF_ERROR(executor::ResolveOutcome(session, intent, kWaitForCommit).status());
  }
  FAULT_POINT("doubt.settled.after");
  return journal.DropDoubt(command.command_id());
}

std::function<absl::Status(const executor::CommitIntent&)> KeepDoubt(pg::Session& session,
                                                                     journal::Journal& journal,
                                                                     const v1::Command& command) {
  return [&session, &journal, &command,
          cluster = std::string()](const executor::CommitIntent& intent) mutable -> absl::Status {
    if (cluster.empty()) {
      ASSIGN_OR_RETURN(cluster, ClusterOf(session));
    }
    journal::CommitInDoubt doubt;
    doubt.command_id = command.command_id();
    doubt.target_id = command.target_id();
    doubt.cluster = cluster;
    doubt.version = intent.version;
    doubt.direction = std::string(ledger::DirectionName(intent.direction));
    doubt.segment = intent.segment;
    doubt.xid = intent.xid;
    RETURN_IF_ERROR(journal.PutDoubt(doubt));
    FAULT_POINT("doubt.journaled.after");
    return absl::OkStatus();
  };
}

}  // namespace ferry::worker
