#include "pg/executor/walk.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "core/base/error.h"
#include "core/base/pace.h"
#include "core/base/wait.h"
#include "core/report/escape.h"
#include "pg/executor/blockers.h"
#include "pg/ledger/cells.h"
#include "pg/ledger/write.h"

namespace ferry::executor {
namespace {

constexpr int kMostPasses =
    10;  // rows that keep coming faster than ten passes: the old code still writes them
constexpr int64_t kCountUpTo = 100000;  // larger tables: the planner's estimate is the total
constexpr int kFirstRows = 1000;        // before it is known how long a row takes
constexpr size_t kLongestName = 200;    // of a row, in an error

// $1: the table. The place of a column inside its key begins at 0.
constexpr char kKeyColumns[] =
    "SELECT a.attname, place FROM (SELECT i.indexrelid, i.indrelid, i.indkey, i.indnkeyatts, i.indisprimary"
    " FROM pg_catalog.pg_index i WHERE i.indrelid OPERATOR(pg_catalog.=) pg_catalog.to_regclass($1)"
    " AND i.indisunique AND i.indisvalid AND i.indimmediate AND i.indpred IS NULL AND i.indexprs IS NULL"
    " AND NOT EXISTS (SELECT FROM pg_catalog.pg_attribute n WHERE n.attrelid OPERATOR(pg_catalog.=) "
    "i.indexrelid"
    " AND n.attnum OPERATOR(pg_catalog.<=) i.indnkeyatts AND NOT EXISTS (SELECT FROM pg_catalog.pg_attribute "
    "t"
    " WHERE t.attrelid OPERATOR(pg_catalog.=) i.indrelid AND t.attnum OPERATOR(pg_catalog.=)"
    " i.indkey[n.attnum OPERATOR(pg_catalog.-) 1] AND t.attnotnull))) k"
    " CROSS JOIN LATERAL pg_catalog.generate_series(0, k.indnkeyatts OPERATOR(pg_catalog.-) 1) place"
    " JOIN pg_catalog.pg_attribute a ON a.attrelid OPERATOR(pg_catalog.=) k.indrelid"
    " AND a.attnum OPERATOR(pg_catalog.=) k.indkey[place]"
    " ORDER BY k.indisprimary DESC, k.indnkeyatts, k.indexrelid, place";

// What a program is handed at a time is its author's choice: a transform keeps its `batch`.
bool IsPaced(const Step& step) {
  return step.limits.batch_time != absl::InfiniteDuration() &&
         step.segment->kind != migration::Segment::Kind::kTransform;
}

int FirstRows(const Step& step) {
  return IsPaced(step) ? std::min(step.segment->batch, kFirstRows) : step.segment->batch;
}

}  // namespace

absl::StatusOr<std::vector<std::vector<std::string>>> FindKeys(Step& step) {
  ASSIGN_OR_RETURN(const pg::Rows rows, Look(step.session, step.migration.search_path, kKeyColumns,
                                             {sql::QuoteQualified(step.segment->table)}));
  std::vector<std::vector<std::string>> keys;
  for (size_t row = 0; row < rows.size(); ++row) {
    if (ledger::Int(rows, row, 1) == 0) keys.emplace_back();
    keys.back().push_back(ledger::Text(rows, row, 0));
  }
  return keys;
}

std::string RowName(const std::vector<std::string>& key, const std::vector<std::string>& values) {
  std::vector<std::string> parts;
  for (size_t i = 0; i < key.size() && i < values.size(); ++i) {
    parts.push_back(absl::StrCat(key[i], " = ", values[i]));
  }
  std::string name = report::Visible(absl::StrJoin(parts, ", "));
  if (name.size() <= kLongestName) return name;
  size_t cut = kLongestName;
  while (cut > 0 && (name[cut] & 0xC0) == 0x80) --cut;
  return name.substr(0, cut) + "…";
}

Walk::Walk(Step& step, std::string phase)
    : step_(step),
      statement_(step.segment->statements.front()),
      phase_(std::move(phase)),
      rows_(FirstRows(step)),
      throttle_(step) {
  checkpoint_.version = step.version;
  checkpoint_.direction = step.direction;
  checkpoint_.segment = step.segment->index;
}

absl::Status Walk::Begin(std::vector<std::string> key, std::string remaining, std::string example) {
  key_ = std::move(key);
  remaining_ = std::move(remaining);
  example_ = std::move(example);
  RETURN_IF_ERROR(ReadOldCheckpoint());
  return Estimate();
}

absl::Status Walk::ReadOldCheckpoint() {
  ASSIGN_OR_RETURN(
      const std::optional<ledger::Checkpoint> old,
      ledger::ReadCheckpoint(step_.session, step_.version, step_.direction, step_.segment->index));
  if (!old.has_value()) return absl::OkStatus();
  if (!old->last_key.empty() && old->last_key.size() != key_.size()) {
    return Error(ErrorCode::kLedgerMismatch,
                 absl::StrCat("the table's key has changed since this ", phase_, " was begun"));
  }
  checkpoint_ = *old;
  NoteCommitted();
  return absl::OkStatus();
}

// For what an error says about the target's state.
void Walk::NoteCommitted() {
  step_.committed_rows = checkpoint_.rows_done;
  step_.committed_batches = checkpoint_.batches;
}

absl::Status Walk::Estimate() {
  ASSIGN_OR_RETURN(const pg::Rows rows,
                   Look(step_.session, step_.migration.search_path,
                        "SELECT c.reltuples::pg_catalog.int8 FROM pg_catalog.pg_class c WHERE c.oid"
                        " OPERATOR(pg_catalog.=) pg_catalog.to_regclass($1)",
                        {sql::QuoteQualified(step_.segment->table)}));
  const int64_t estimate = rows.size() == 0 ? 0 : ledger::Int(rows, 0, 0);
  if (estimate > kCountUpTo) {
    total_ = estimate;
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const pg::Rows left,
                   Look(step_.session, step_.migration.search_path, remaining_, {}, step_.migration.role));
  total_ = checkpoint_.rows_done + ledger::Int(left, 0, 0);
  return absl::OkStatus();
}

// A pause that somebody shortens ends early.
void Walk::Pause() {
  const absl::Duration pause = step_.gate.BatchPause(step_.limits.batch_pause);
  if (pause <= absl::ZeroDuration()) return;
  const absl::Duration began = step_.limits.clock->Elapsed();
  WaitFor(pause, [&] {
    return step_.gate.Stopping() ||
           step_.limits.clock->Elapsed() - began >= step_.gate.BatchPause(step_.limits.batch_pause);
  });
}

absl::Status Walk::Run(const std::function<absl::StatusOr<bool>()>& batch) {
  while (true) {
    bool more = true;
    while (more) {
      RETURN_IF_ERROR(throttle_.Wait());
      ASSIGN_OR_RETURN(more, batch());
      if (more) Pause();
    }
    ASSIGN_OR_RETURN(const int64_t left, Finish());
    if (left == 0) return absl::OkStatus();
    // A pass that was not walked from the start by this call proves nothing. One that changed rows is
    // proven: what is left may have come meanwhile.
    if (whole_pass_ && pass_rows_ == 0) return Stuck(left);
    if (++passes_ >= kMostPasses) return Stuck(left);
    whole_pass_ = true;
    ++checkpoint_.pass;
    checkpoint_.last_key.clear();
    pass_rows_ = 0;
  }
}

absl::Status Walk::WriteCheckpoint(const ledger::Checkpoint& next) {
  return ledger::UpsertCheckpoint(step_.session, AuthorOf(step_.run), next, checkpoint_.batches,
                                  step_.deadline);
}

void Walk::Committed(ledger::Checkpoint next, int64_t changed) {
  checkpoint_ = std::move(next);
  NoteCommitted();
  pass_rows_ += changed;
  step_.result.rows += changed;
  ReportRows();
}

void Walk::Pace(absl::Duration took) {
  if (IsPaced(step_)) rows_ = NextBatchRows(rows_, took, step_.limits.batch_time, step_.segment->batch);
}

// Records the segment when no row matches any more; else returns how many do, and records nothing.
absl::StatusOr<int64_t> Walk::Finish() {
  const std::vector<Message> messages =
      SegmentMessages(step_.migration, *step_.segment, step_.direction, step_.limits, remaining_);
  int64_t left = 0;
  RETURN_IF_ERROR(RunWithRetries(step_, [&]() -> absl::Status {
    left = 0;
    const absl::Status status =
        SendTransaction(step_, messages, [&left](const pg::Rows& rows) -> absl::Status {
          left = ledger::Int(rows, 0, 0);
          return left == 0 ? absl::OkStatus() : absl::FailedPreconditionError("rows are left");
        });
    if (left == 0) return status;
    step_.session.Rollback();
    return absl::OkStatus();
  }));
  return left;
}

absl::Status Walk::Stuck(int64_t left) {
  std::vector<std::string> which;
  const absl::StatusOr<pg::Rows> rows =
      step_.session.in_transaction()
          ? step_.session.Query(example_)
          : Look(step_.session, step_.migration.search_path, example_, {}, step_.migration.role);
  if (rows.ok() && rows->size() > 0) {
    for (size_t i = 0; i < key_.size(); ++i) which.push_back(ledger::Text(*rows, 0, i));
  }
  return Stuck(left, which);
}

absl::Status Walk::Stuck(int64_t left, const std::vector<std::string>& which) {
  step_.statement = &statement_;
  const bool transform = step_.segment->kind == migration::Segment::Kind::kTransform;
  Error error(
      ErrorCode::kBackfillStuck,
      absl::StrCat(left, left == 1 ? " row of " : " rows of ", sql::QuoteQualified(step_.segment->table),
                   left == 1 ? " still matches" : " still match", " after the ",
                   transform ? "transform" : "update", which.empty() ? "" : ", for example the one with ",
                   RowName(key_, which)));
  error.TargetState(StateSentence(step_))
      .Next(transform ? "make the WHERE false for every row that the program has answered, in a new plan"
                      : "make the WHERE false for every row that the statement has changed, in a new plan");
  return Located(step_, error);
}

void Walk::Bind(absl::string_view prefix, const std::vector<std::string>& key, Bindings& bindings) const {
  for (size_t i = 0; i < key.size(); ++i) bindings[absl::StrCat(prefix, i + 1)] = key[i];
  bindings["rows"] = absl::StrCat(rows_);
}

void Walk::ReportRows() {
  Progress progress;
  progress.phase = phase_;
  progress.rows_done = checkpoint_.rows_done;
  progress.rows_total = std::max(total_, checkpoint_.rows_done);
  const absl::Duration took = step_.limits.clock->Elapsed() - step_.segment_started;
  if (step_.result.rows > 0) {
    progress.eta = took * (static_cast<double>(progress.rows_total - progress.rows_done) /
                           static_cast<double>(step_.result.rows));
  }
  const sql::Statement* const statement = std::exchange(step_.statement, &statement_);
  Report(step_, std::move(progress));
  step_.statement = statement;
}

}  // namespace ferry::executor
