// Locks that are not to be had now: roll back, wait for whoever holds them to go, try again.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "core/base/backoff.h"
#include "core/base/error.h"
#include "core/base/wait.h"
#include "pg/executor/blockers.h"
#include "pg/executor/step.h"

namespace ferry::executor {
namespace {

constexpr absl::Duration kLongestPause = absl::Seconds(30);
constexpr absl::Duration kLookEvery = absl::Milliseconds(100);

bool IsLockFailure(const absl::Status& status) {
  const std::string sqlstate = DetailOf(status).sqlstate;
  return sqlstate == "55P03" || sqlstate == "40P01" || sqlstate == "40001";
}

std::vector<sql::TableName> TablesWanted(const Step& step) {
  if (step.statement != nullptr && !step.statement->tables.empty()) return step.statement->tables;
  std::vector<sql::TableName> tables;
  for (const sql::Statement& statement : step.segment->statements) {
    tables.insert(tables.end(), statement.tables.begin(), statement.tables.end());
  }
  if (!step.segment->table.name.empty()) tables.push_back(step.segment->table);
  return tables;
}

// Waits up to `pause`; ends early when nobody holds the tables any more and at least one look has been spent.
absl::Status WaitForBlockers(Step& step, absl::Duration pause) {
  const std::vector<sql::TableName> tables = TablesWanted(step);
  const absl::Duration end = step.limits.clock->Elapsed() + pause;
  while (true) {
    const absl::Duration left = end - step.limits.clock->Elapsed();
    if (left <= absl::ZeroDuration()) return absl::OkStatus();
    if (step.gate.Stopping()) return absl::OkStatus();  // the gate says why, before the next try
    WaitFor(std::min(left, kLookEvery));
    if (tables.empty()) continue;
    absl::StatusOr<std::vector<std::string>> blockers =
        FindBlockers(step.session, tables, step.migration.search_path);
    if (!blockers.ok()) return Located(step, blockers.status());
    if (blockers->empty()) return absl::OkStatus();
    Progress progress;
    progress.phase = "waiting for lock";
    progress.blocked_by = absl::StrJoin(*blockers, "; ");
    Report(step, std::move(progress));
  }
}

absl::Status GiveUp(Step& step, const absl::Status& failure) {
  std::string who = "nobody holds it now";
  const absl::StatusOr<std::vector<std::string>> blockers =
      FindBlockers(step.session, TablesWanted(step), step.migration.search_path);
  if (blockers.ok() && !blockers->empty()) who = absl::StrCat("held by ", absl::StrJoin(*blockers, "; "));
  Error error(ErrorCode::kLockTimeout,
              absl::StrCat("no lock after ", step.limits.lock_retries + 1, " tries of ",
                           absl::FormatDuration(step.limits.lock_timeout), ": ", who));
  std::string state = StateSentence(step);
  if (step.committed_batches == 0) {
    absl::StrAppend(&state, "; nothing of segment ", step.segment->index, " remains");
  }
  error.Sqlstate(DetailOf(failure).sqlstate)
      .TargetState(state)
      .Next("end what holds the lock, or promote again at a quieter time");
  return Located(step, error);
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

}  // namespace

absl::Status RunWithRetries(Step& step, const std::function<absl::Status()>& attempt) {
  Backoff backoff(step.limits.lock_retry_pause, std::max(kLongestPause, step.limits.lock_retry_pause),
                  *step.limits.random);
  for (int tries = 0;; ++tries) {
    RETURN_IF_ERROR(AskGate(step));
    const absl::Status status = attempt();
    if (status.ok()) return status;
    if (step.session.broken()) return Lost(step, status);
    step.session.Rollback();
    if (DetailOf(status).sqlstate == "57014") return Located(step, ExplainCancel(step, status));
    if (!IsLockFailure(status)) return Located(step, status);
    if (tries >= step.limits.lock_retries) return GiveUp(step, status);
    ++step.result.lock_retries;
    RETURN_IF_ERROR(WaitForBlockers(step, backoff.Next()));
  }
}

}  // namespace ferry::executor
