#include "pg/executor/lock.h"

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/base/wait.h"
#include "pg/ledger/cells.h"
#include "pg/ledger/write.h"
#include "pg/session/advisory_lock.h"

namespace ferry::executor {
namespace {

constexpr size_t kLongestName = 63;  // NAMEDATALEN - 1
constexpr absl::Duration kLookEvery = absl::Milliseconds(50);

// "ferry": one key for every database, as advisory locks belong to one. pg_locks shows its halves as classid,
// objid.
constexpr int64_t kKey = 0x6665727279;
constexpr char kUnlock[] = "SELECT pg_catalog.pg_advisory_unlock($1)";
constexpr char kHolder[] =
    "SELECT l.pid, a.application_name FROM pg_catalog.pg_locks l LEFT JOIN pg_catalog.pg_stat_activity a ON "
    "a.pid = l.pid"
    " WHERE l.locktype = 'advisory' AND l.granted AND l.classid = 102 AND l.objid = 1701999225 AND "
    "l.objsubid = 1"
    " AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = "
    "pg_catalog.current_database())";

// $1: application_name without the attempt; older backends of this login in this database.
constexpr char kOlder[] =
    " FROM pg_catalog.pg_stat_activity a JOIN pg_catalog.pg_stat_activity mine ON mine.pid = "
    "pg_catalog.pg_backend_pid()"
    " WHERE pg_catalog.starts_with(a.application_name, $1) AND a.usesysid = mine.usesysid AND a.datid = "
    "mine.datid AND"
    " a.pid <> mine.pid AND a.backend_start <= mine.backend_start";

std::string NameWithoutAttempt(const RunContext& run) {
  const size_t fixed = absl::StrCat("ferry//", run.run_id, "/", run.attempt).size();
  std::string target = run.target_id;
  const size_t room = fixed < kLongestName ? kLongestName - fixed : 0;
  if (target.size() > room) {
    const std::string hash = Sha256Hex(target).substr(0, 8);
    target = room > hash.size() ? target.substr(0, room - hash.size()) + hash : hash;
  }
  return absl::StrCat("ferry/", target, "/", run.run_id, "/");
}

absl::Status EndOlder(pg::Session& session, const RunContext& run, absl::Duration bound) {
  const std::string name = NameWithoutAttempt(run);
  RETURN_IF_ERROR(
      session.Query(absl::StrCat("SELECT pg_catalog.pg_terminate_backend(a.pid)", kOlder), {name}).status());
  const absl::Duration end = SystemClock().Elapsed() + bound;
  while (true) {
    ASSIGN_OR_RETURN(const pg::Rows rows, session.Query(absl::StrCat("SELECT a.pid", kOlder), {name}));
    if (rows.size() == 0) return absl::OkStatus();
    if (SystemClock().Elapsed() >= end) {
      return Error(ErrorCode::kTargetBusy,
                   absl::StrCat("an earlier backend of this run, pid ", ledger::Text(rows, 0, 0),
                                ", was told to end and is still there"))
          .TargetState("unknown: that backend may still commit")
          .Next("look at that pid on the database server");
    }
    WaitFor(kLookEvery);
  }
}

// `holder`: kHolder's answer, empty when it has just ended.
absl::Status LockedBy(const pg::Rows& holder) {
  std::string who = "another session";
  if (holder.size() > 0) {
    who = absl::StrCat("pid ", ledger::Text(holder, 0, 0), " (", ledger::Text(holder, 0, 1), ")");
  }
  return Error(ErrorCode::kTargetBusy, absl::StrCat("the target is locked by ", who))
      .TargetState("unchanged by this run")
      .Next("wait until that run has ended");
}

absl::Status TryLock(pg::Session& session) {
  ASSIGN_OR_RETURN(const bool got, pg::TryAdvisoryLock(session, kKey));
  if (got) return absl::OkStatus();
  ASSIGN_OR_RETURN(const pg::Rows holder, session.Query(kHolder));
  return LockedBy(holder);
}

}  // namespace

std::string ApplicationName(const RunContext& run) {
  return absl::StrCat(NameWithoutAttempt(run), run.attempt);
}

absl::StatusOr<TargetLock> TargetLock::Acquire(pg::Session& session, const RunContext& run,
                                               absl::Duration bound) {
  RETURN_IF_ERROR(EndOlder(session, run, bound));
  RETURN_IF_ERROR(TryLock(session));
  TargetLock lock(&session);
  RETURN_IF_ERROR(ledger::RaiseFence(session, run.epoch));
  return lock;
}

absl::Status TargetLock::CheckFree(pg::Session& session) {
  ASSIGN_OR_RETURN(const pg::Rows holder, session.Query(kHolder));
  return holder.empty() ? absl::OkStatus() : LockedBy(holder);
}

TargetLock::~TargetLock() {
  if (session_ == nullptr || session_->broken() || session_->in_transaction()) return;
  session_->Query(kUnlock, {absl::StrCat(kKey)}).IgnoreError();
}

}  // namespace ferry::executor
