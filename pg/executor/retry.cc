// Locks that are not to be had now: roll back, wait for whoever holds them to go, try again.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/backoff.h"
#include "core/base/error.h"
#include "core/sql/locks.h"
#include "pg/executor/lock_wait.h"
#include "pg/executor/step.h"
#include "pg/executor/watchdog.h"
#include "pg/ledger/activity.h"

namespace ferry::executor {
namespace {

constexpr absl::Duration kLongestPause = absl::Seconds(5);
constexpr int kMostCancels = 3;  // each has kept others waiting

bool IsLockFailure(const absl::Status& status) {
  const std::string sqlstate = DetailOf(status).sqlstate;
  return sqlstate == "55P03" || sqlstate == "40P01" || sqlstate == "40001";
}

// Before a rollback the session may still know less than it will: a broken connection wins.
absl::Status Lost(const Step& step, const absl::Status& status) {
  return Annotate(Located(step, status), [&step](ErrorDetail& detail) {
    if (detail.code != ErrorCode::kOutcomeUnknown) return;
    detail.target_state = step.committed_batches > 0
                              ? absl::StrCat(StateSentence(step),
                                             "; a batch or the record being committed then may be there too")
                              : absl::StrCat("segment ", step.segment->index, " of ", step.version,
                                             " is either applied and recorded, or nothing of it remains");
    if (detail.next.empty()) detail.next = "run the step again: it reads the ledger first";
  });
}

// Built concurrently, an index stands in nobody's way; to cancel it costs hours and leaves an INVALID one.
bool MayDisturb(const migration::Segment& segment) {
  if (segment.kind != migration::Segment::Kind::kStandalone) return true;
  for (const sql::RelationLock& lock : sql::LocksOf(segment.statements.front().text)) {
    if (std::max({lock.mode, lock.of_table, lock.of_indexes}) > sql::LockMode::kShareUpdateExclusive)
      return true;
  }
  return false;
}

// Called while the step's own thread waits for the server: only what does not change meanwhile, and the
// reporter.
ledger::Activity ActivityOf(const Step& step, int pid) {
  ledger::Activity activity;
  const Progress last = step.reporter->last(&activity.running);
  activity.run_id = step.run.run_id;
  activity.version = step.version;
  activity.direction = step.direction;
  activity.segment = last.segment;
  activity.segments = last.segments;
  activity.phase = last.phase.empty() ? "running" : last.phase;
  activity.statement = last.statement;
  activity.backend_pid = pid;
  activity.rows_done = last.rows_done;
  activity.rows_total = last.rows_total;
  activity.percent = last.percent;
  activity.signal = last.signal;
  activity.waits_for = last.blocked_by;
  activity.blocking = last.blocking;
  return activity;
}

// One try, and what the watchdog has seen of it.
absl::Status Watched(Step& step, const std::function<absl::Status()>& attempt, Watchdog::Report& report) {
  report = {};
  if (step.run.watch == nullptr) return attempt();
  Watchdog::Charge charge;
  charge.pid = step.session.backend_pid();
  if (MayDisturb(*step.segment)) charge.canceller = step.session.canceller();
  charge.limits = &step.limits;
  charge.seen = [reporter = step.reporter.get()](const Sight& sight) { reporter->Seen(sight); };
  charge.record = [&step, pid = charge.pid](pg::Session& session) {
    return ledger::ReportActivity(session, ActivityOf(step, pid));
  };
  charge.forget = [&step](pg::Session& session) { return ledger::ClearActivity(session, step.run.run_id); };
  step.run.watch->Watch(std::move(charge));
  const absl::Status status = attempt();
  report = step.run.watch->Rest();
  return status;
}

absl::Status DisturbsTooMuch(const Step& step, const std::string& why, int times) {
  std::string state = StateSentence(step);
  if (step.committed_batches == 0) {
    absl::StrAppend(&state, "; nothing of segment ", step.segment->index, " remains");
  }
  Error error(ErrorCode::kBlocksOthers,
              absl::StrCat("cancelled ", times == 1 ? "once" : absl::StrCat(times, " times"), ": ", why));
  error.Sqlstate("57014").TargetState(state).Next(
      "promote again at a quieter time, or lock for a shorter time (CREATE INDEX CONCURRENTLY, NOT VALID and"
      " VALIDATE, a backfill); the limit stands under `limits:` in the agent's file");
  return Located(step, error);
}

}  // namespace

absl::Status RunWithRetries(Step& step, const std::function<absl::Status()>& attempt) {
  Backoff backoff(step.limits.lock_retry_pause, std::max(kLongestPause, step.limits.lock_retry_pause),
                  *step.limits.random);
  LockWait locks(step);
  int disturbed = 0;
  for (step.tries = 0;;) {
    RETURN_IF_ERROR(AskGate(step));
    RETURN_IF_ERROR(locks.BeforeTry());
    Watchdog::Report seen;
    const absl::Status status = Watched(step, attempt, seen);
    if (status.ok()) return status;
    if (step.session.broken()) return Lost(step, status);
    step.session.Rollback();
    const bool cancelled = DetailOf(status).sqlstate == "57014";
    const bool disturbs = cancelled && !seen.cancelled.empty();
    if (cancelled && !disturbs) return Located(step, ExplainCancel(step, status));
    if (!disturbs && !IsLockFailure(status)) return Located(step, status);
    ++step.tries;
    if (disturbs && (++disturbed >= kMostCancels || step.tries > step.limits.lock_retries)) {
      return DisturbsTooMuch(step, seen.cancelled, disturbed);
    }
    if (step.tries > step.limits.lock_retries || locks.spent()) return locks.GiveUp(status, step.tries);
    ++step.result.lock_retries;
    RETURN_IF_ERROR(locks.AfterFailure(std::move(seen.blockers), backoff.Next()));
  }
}

}  // namespace ferry::executor
