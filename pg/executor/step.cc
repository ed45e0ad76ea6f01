#include "pg/executor/step.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/error.h"
#include "pg/executor/watchdog.h"
#include "pg/ledger/cells.h"

namespace ferry::executor {
namespace {

constexpr size_t kStatementLength = 80;

// One line, blanks joined, cut at a character's start.
std::string Shortened(absl::string_view sql) {
  std::string line;
  for (const char c : sql) {
    const bool blank = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (!blank) {
      line += c;
    } else if (!line.empty() && line.back() != ' ') {
      line += ' ';
    }
  }
  if (line.size() <= kStatementLength) return line;
  size_t cut = kStatementLength - 3;
  while (cut > 0 && (line[cut] & 0xC0) == 0x80) --cut;
  return line.substr(0, cut) + "…";
}

// Of the segment whose batches are committed.
absl::string_view BatchedName(const Step& step) {
  const migration::Segment& segment = step.segments()[static_cast<size_t>(step.recorded)];
  return segment.kind == migration::Segment::Kind::kTransform ? "transform" : "backfill";
}

}  // namespace

absl::Status AskGate(Step& step) {
  step.statement = nullptr;
  absl::StatusOr<pg::Rows> rows = step.session.Query(
      "SELECT (extract(epoch FROM pg_catalog.clock_timestamp()) * 1000000)::pg_catalog.int8");
  if (!rows.ok()) return Located(step, rows.status());
  step.asked_at = step.limits.clock->Elapsed();
  step.now_db = absl::FromUnixMicros(ledger::Int(*rows, 0, 0));
  absl::StatusOr<absl::Time> deadline = step.gate.Permit(step.now_db);
  if (!deadline.ok()) return Located(step, deadline.status());
  step.deadline = *deadline;
  return absl::OkStatus();
}

absl::Duration UntilDeadline(const Step& step) {
  if (step.deadline == absl::InfiniteFuture()) return absl::InfiniteDuration();
  return step.deadline - step.now_db - (step.limits.clock->Elapsed() - step.asked_at);
}

absl::Status RenewTimeout(Step& step) {
  if (step.deadline == absl::InfiniteFuture()) return absl::OkStatus();
  return step.session
      .Query("SELECT pg_catalog.set_config('statement_timeout', $1, true)", {TimeoutLeft(step)})
      .status();
}

std::string TimeoutLeft(const Step& step) {
  if (step.deadline == absl::InfiniteFuture()) return "0";
  constexpr int64_t kLongest = int64_t{24} * 24 * 3600 * 1000;  // statement_timeout is an int of milliseconds
  return absl::StrCat(std::clamp<int64_t>(absl::ToInt64Milliseconds(UntilDeadline(step)), 1, kLongest));
}

Bindings RunBindings(const Step& step) {
  const absl::Duration took = step.limits.clock->Elapsed() - step.segment_started;
  const RunContext& run = step.run;
  // What was done to others on the way belongs to the record.
  std::vector<std::string> reasons = step.result.ended;
  if (!run.reason.empty()) reasons.insert(reasons.begin(), run.reason);
  const std::string reason = absl::StrJoin(reasons, "; ");
  Bindings bindings = {{"run_id", run.run_id},
                       {"promotion_id", run.promotion_id},
                       {"target_id", run.target_id},
                       {"command_id", run.command_id},
                       {"agent", run.agent},
                       {"plan_digest", run.plan_digest},
                       {"backup_id", run.backup_id},
                       {"reason", reason.empty() ? std::nullopt : std::optional<std::string>(reason)},
                       {"attempt", absl::StrCat(run.attempt)},
                       {"epoch", absl::StrCat(run.epoch)},
                       {"duration_ms", absl::StrCat(absl::ToInt64Milliseconds(took))},
                       {"total_ms", absl::StrCat(absl::ToInt64Milliseconds(step.recorded_time + took))},
                       {"statement_timeout", TimeoutLeft(step)},
                       {"deadline", std::nullopt}};
  if (step.deadline != absl::InfiniteFuture()) {
    bindings["deadline"] = absl::FormatTime("%Y-%m-%d %H:%M:%E6S+00", step.deadline, absl::UTCTimeZone());
  }
  return bindings;
}

std::vector<std::optional<std::string>> Bind(const ledger::Write& write, const Bindings& bindings) {
  std::vector<std::optional<std::string>> values;
  values.reserve(write.parameters.size());
  for (const ledger::Parameter& parameter : write.parameters) {
    const auto bound = bindings.find(parameter.name);
    values.push_back(bound == bindings.end() ? parameter.value : bound->second);
  }
  return values;
}

ledger::Author AuthorOf(const RunContext& run) {
  return {run.run_id,      run.promotion_id, run.target_id, run.command_id, run.agent,
          run.plan_digest, run.backup_id,    run.attempt,   run.epoch,      run.reason};
}

void Report(const Step& step, absl::string_view phase) {
  Progress progress;
  progress.phase = std::string(phase);
  Report(step, std::move(progress));
}

void Report(const Step& step, Progress progress) {
  progress.version = step.version;
  progress.segment = step.segment->index;
  progress.segments = static_cast<int>(step.segments().size());
  if (step.statement != nullptr) progress.statement = Shortened(step.statement->text);
  step.reporter->Say(std::move(progress));
}

std::string StateSentence(const Step& step) {
  const bool up = step.direction == ledger::Direction::kUp;
  const absl::string_view done = up ? "applied" : "rolled back";
  std::string batches;
  if (step.committed_batches > 0) {
    batches = absl::StrCat(step.committed_rows, step.committed_rows == 1 ? " row" : " rows", " in ",
                           step.committed_batches, step.committed_batches == 1 ? " batch" : " batches",
                           " of the ", BatchedName(step), " in segment ", step.recorded, " of ", step.version,
                           step.committed_rows == 1 ? " is" : " are", " committed; it goes on after them");
  }
  if (step.recorded == 0) {
    if (!batches.empty()) return batches;
    if (step.migration.repeatable) {
      return absl::StrCat("rolled back: what an earlier text of ", step.version, " made is as it was");
    }
    return up ? absl::StrCat("rolled back: nothing of ", step.version, " remains")
              : absl::StrCat("unchanged: ", step.version, " is as it was before the rollback");
  }
  const std::string which =
      step.recorded == 1 ? "segment 0" : absl::StrCat("segments 0..", step.recorded - 1);
  return absl::StrCat(which, " of ", step.version, step.recorded == 1 ? " is " : " are ", done,
                      " and recorded; ",
                      batches.empty() ? absl::StrCat("it goes on at segment ", step.recorded) : batches);
}

absl::Status Located(const Step& step, const absl::Status& status) {
  if (status.ok()) return status;
  return Annotate(status, [&step](ErrorDetail& detail) {
    if (detail.file.empty()) {
      const sql::Statement* statement = step.statement;
      detail.file = step.migration.file;
      if (statement != nullptr) {
        detail.line = statement->line;
        detail.column = statement->column;
        detail.statement = statement->text;
      } else if (step.segment != nullptr) {
        detail.line = step.segment->statements.front().line;
        detail.statement.clear();
      }
    }
    if (detail.target_state.empty()) detail.target_state = StateSentence(step);
  });
}

absl::Status AskWhoSeesMost(Step& step, const std::function<absl::Status(pg::Session&)>& question) {
  if (step.run.watch != nullptr && step.run.watch->Ask(question).ok()) return absl::OkStatus();
  return question(step.session);
}

absl::Status ExplainCancel(Step& step, const absl::Status& status) {
  if (step.deadline != absl::InfiniteFuture() && UntilDeadline(step) < absl::Milliseconds(50)) {
    return Annotate(status, [](ErrorDetail& detail) { detail.code = ErrorCode::kDeadlineExceeded; });
  }
  const sql::Statement* const statement = step.statement;
  RETURN_IF_ERROR(AskGate(step));
  step.statement = statement;
  return Annotate(status, [](ErrorDetail& detail) { detail.code = ErrorCode::kCancelled; });
}

}  // namespace ferry::executor
