#include "pg/executor/throttle.h"

#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "core/base/wait.h"
#include "pg/ledger/cells.h"

namespace ferry::executor {
namespace {

constexpr absl::Duration kLookEvery = absl::Seconds(1);
constexpr absl::Duration kLookAgain = absl::Milliseconds(250);

// replay_lag is null for a replica that is idle or has caught up, and for a login that may not see it.
constexpr char kReplicaLag[] =
    "SELECT r.application_name, pg_catalog.round(extract(epoch FROM r.replay_lag)::pg_catalog.numeric, 1) "
    "FROM "
    "pg_catalog.pg_stat_replication r WHERE r.replay_lag OPERATOR(pg_catalog.>) "
    "pg_catalog.make_interval(secs => $1) "
    "ORDER BY r.replay_lag DESC LIMIT 1";
constexpr char kLockWaits[] =
    "SELECT count(DISTINCT l.pid) FROM pg_catalog.pg_locks l WHERE NOT l.granted AND l.database "
    "OPERATOR(pg_catalog.=) (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname "
    "OPERATOR(pg_catalog.=) "
    "pg_catalog.current_database())";

}  // namespace

absl::Status Throttle::Wait() {
  const Limits& limits = step_.limits;
  const bool limited = limits.throttle_replica_lag != absl::InfiniteDuration() ||
                       limits.throttle_lock_waits > 0 || !limits.throttle_query.empty();
  if (!limited || limits.clock->Elapsed() - looked_ < kLookEvery) return absl::OkStatus();
  while (true) {
    absl::StatusOr<std::string> why = Look();
    if (!why.ok()) return Located(step_, why.status());
    looked_ = limits.clock->Elapsed();
    if (why->empty()) return absl::OkStatus();
    Progress progress;
    progress.phase = "throttled";
    progress.throttled_by = *std::move(why);
    Report(step_, std::move(progress));
    WaitFor(kLookAgain, [this] { return step_.gate.Stopping(); });
    RETURN_IF_ERROR(AskGate(step_));
  }
}

absl::StatusOr<std::string> Throttle::Look() {
  for (const auto look : {&Throttle::ReplicaLag, &Throttle::LockWaits, &Throttle::OwnQuery}) {
    ASSIGN_OR_RETURN(std::string why, (this->*look)());
    if (!why.empty()) return why;
  }
  return std::string();
}

absl::StatusOr<std::string> Throttle::ReplicaLag() {
  const absl::Duration most = step_.limits.throttle_replica_lag;
  if (most == absl::InfiniteDuration()) return std::string();
  pg::Rows rows;
  RETURN_IF_ERROR(AskWhoSeesMost(step_, [&rows, most](pg::Session& session) -> absl::Status {
    ASSIGN_OR_RETURN(rows, session.Query(kReplicaLag, {absl::StrCat(absl::ToDoubleSeconds(most))}));
    return absl::OkStatus();
  }));
  if (rows.empty()) return std::string();
  return absl::StrCat("replica ", ledger::Text(rows, 0, 0), " is ", ledger::Text(rows, 0, 1), "s behind");
}

absl::StatusOr<std::string> Throttle::LockWaits() {
  if (step_.limits.throttle_lock_waits == 0) return std::string();
  ASSIGN_OR_RETURN(const pg::Rows rows, step_.session.Query(kLockWaits));
  const int64_t waiting = ledger::Int(rows, 0, 0);
  if (waiting < step_.limits.throttle_lock_waits) return std::string();
  return absl::StrCat(waiting, waiting == 1 ? " session waits" : " sessions wait", " for locks");
}

absl::StatusOr<std::string> Throttle::OwnQuery() {
  const std::string& query = step_.limits.throttle_query;
  if (query.empty()) return std::string();
  // By itself: whatever stands in the file, COPY too, is answered as one statement.
  RETURN_IF_ERROR(step_.session.Begin());
  const absl::StatusOr<pg::Rows> rows = step_.session.Query(query);
  step_.session.Rollback();
  if (!rows.ok() && step_.session.broken()) return rows.status();
  const std::string answer =
      rows.ok() && rows->size() == 1 && rows->columns.size() == 1 ? ledger::Text(*rows, 0, 0) : std::string();
  if (answer == "f") return std::string();
  if (answer == "t") return std::string("the agent's throttle query says so");
  return Error(ErrorCode::kConfig,
               absl::StrCat("the throttle query of the agent's file does not answer with one true or false",
                            rows.ok() ? "" : ": ", rows.ok() ? "" : rows.status().message()))
      .Next("mend \"backfill: { throttle: { query: … } }\" of this target, and send the agent SIGHUP");
}

}  // namespace ferry::executor
