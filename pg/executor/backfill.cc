// A backfill: slices of the table in the order of a unique key, each committed together with its checkpoint;
// then the segment's row, once no row matches any more.
//
// Passes. The first walks the whole table. Rows that still match afterwards were inserted behind us, so
// another pass follows; or the statement does not make its own predicate false, and another pass would only
// change them again. The first batch of a later pass that changes rows tells: counted in its own transaction,
// before and after, on one snapshot, so that what others insert meanwhile counts in neither. Not fewer: it is
// rolled back, and the backfill ends as stuck.
#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "core/base/error.h"
#include "core/base/fault.h"
#include "core/base/wait.h"
#include "core/sql/backfill.h"
#include "pg/executor/blockers.h"
#include "pg/executor/step.h"
#include "pg/ledger/cells.h"
#include "pg/ledger/write.h"

namespace ferry::executor {
namespace {

using Kind = Message::Kind;

constexpr int kMostPasses =
    10;  // rows that keep coming faster than ten passes: the old code still writes them
constexpr int64_t kCountUpTo = 100000;  // larger tables: the planner's estimate is the total

// $1: the table. The primary key's columns first, else a unique key without nulls, expressions or predicate.
constexpr char kKeyColumns[] =
    "SELECT a.attname FROM (SELECT i.indexrelid, i.indrelid, i.indkey, i.indnkeyatts FROM "
    "pg_catalog.pg_index i WHERE"
    " i.indrelid OPERATOR(pg_catalog.=) pg_catalog.to_regclass($1) AND i.indisunique AND i.indisvalid AND"
    " i.indimmediate AND i.indpred IS NULL AND i.indexprs IS NULL AND NOT EXISTS (SELECT FROM "
    "pg_catalog.pg_attribute n"
    " WHERE n.attrelid OPERATOR(pg_catalog.=) i.indexrelid AND n.attnum OPERATOR(pg_catalog.<=) "
    "i.indnkeyatts AND NOT"
    " EXISTS (SELECT FROM pg_catalog.pg_attribute t WHERE t.attrelid OPERATOR(pg_catalog.=) i.indrelid AND "
    "t.attnum"
    " OPERATOR(pg_catalog.=) i.indkey[n.attnum OPERATOR(pg_catalog.-) 1] AND t.attnotnull)) ORDER BY "
    "i.indisprimary"
    " DESC, i.indnkeyatts, i.indexrelid LIMIT 1) k CROSS JOIN LATERAL pg_catalog.generate_series(0, "
    "k.indnkeyatts"
    " OPERATOR(pg_catalog.-) 1) place JOIN pg_catalog.pg_attribute a ON a.attrelid OPERATOR(pg_catalog.=) "
    "k.indrelid"
    " AND a.attnum OPERATOR(pg_catalog.=) k.indkey[place] ORDER BY place";

class Backfill {
 public:
  explicit Backfill(Step& step) : step_(step), statement_(step.segment->statements.front()) {
    checkpoint_.version = step.version;
    checkpoint_.direction = step.direction;
    checkpoint_.segment = step.segment->index;
  }

  absl::Status Run() {
    RETURN_IF_ERROR(Prepare());
    while (true) {
      RETURN_IF_ERROR(WalkPass());
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
      proven_ = false;
    }
  }

 private:
  absl::Status Prepare() {
    step_.statement = &statement_;
    absl::Status status = FindKey();
    if (status.ok()) status = ReadOldCheckpoint();
    if (status.ok()) status = Estimate();
    return Located(step_, status);
  }

  absl::Status FindKey() {
    const std::string table = sql::QuoteQualified(step_.segment->table);
    ASSIGN_OR_RETURN(const pg::Rows rows,
                     Look(step_.session, step_.migration.search_path, kKeyColumns, {table}));
    for (size_t row = 0; row < rows.size(); ++row) key_.push_back(ledger::Text(rows, row, 0));
    if (key_.empty()) {
      return Error(ErrorCode::kBackfillKey,
                   absl::StrCat("table ", table, " has no primary key and no unique key of ",
                                "columns that are not null to walk by"))
          .Next("give the table a primary key, or write the backfill as a plain statement");
    }
    ASSIGN_OR_RETURN(queries_, sql::RenderBackfill(statement_, step_.segment->table, key_));
    return absl::OkStatus();
  }

  absl::Status ReadOldCheckpoint() {
    ASSIGN_OR_RETURN(
        const std::optional<ledger::Checkpoint> old,
        ledger::ReadCheckpoint(step_.session, step_.version, step_.direction, step_.segment->index));
    if (!old.has_value()) return absl::OkStatus();
    if (!old->last_key.empty() && old->last_key.size() != key_.size()) {
      return Error(ErrorCode::kLedgerMismatch, "the table's key has changed since this backfill was begun");
    }
    checkpoint_ = *old;
    NoteCommitted();
    return absl::OkStatus();
  }

  // For what an error says about the target's state.
  void NoteCommitted() {
    step_.committed_rows = checkpoint_.rows_done;
    step_.committed_batches = checkpoint_.batches;
  }

  absl::Status Estimate() {
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
    ASSIGN_OR_RETURN(const int64_t left, CountLeft());
    total_ = checkpoint_.rows_done + left;
    return absl::OkStatus();
  }

  absl::StatusOr<int64_t> CountLeft() {
    ASSIGN_OR_RETURN(const pg::Rows rows, Look(step_.session, step_.migration.search_path, queries_.remaining,
                                               {}, step_.migration.role));
    return ledger::Int(rows, 0, 0);
  }

  absl::Status WalkPass() {
    bool more = true;
    while (more) {
      RETURN_IF_ERROR(RunWithRetries(step_, [&]() -> absl::Status {
        ASSIGN_OR_RETURN(more, RunBatch());
        return absl::OkStatus();
      }));
      if (more && step_.limits.batch_pause > absl::ZeroDuration())
        WaitFor(step_.limits.batch_pause, [this] { return step_.gate.Stopping(); });
    }
    return absl::OkStatus();
  }

  // One slice; false when there was none left. On error the transaction is still open.
  absl::StatusOr<bool> RunBatch() {
    const bool first = checkpoint_.last_key.empty();
    ledger::Checkpoint next = checkpoint_;
    Bindings bindings = RunBindings(step_);
    BindKey("lower_", checkpoint_.last_key, bindings);
    int64_t changed = 0;
    for (const Message& message : BatchMessages(step_.migration, *step_.segment, step_.direction,
                                                step_.limits, queries_, key_.size(), first)) {
      switch (message.kind) {
        case Kind::kBegin:
          RETURN_IF_ERROR(step_.session.Begin());
          if (MustProve()) {
            RETURN_IF_ERROR(step_.session.Query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ").status());
          }
          break;
        case Kind::kBound: {
          step_.statement = &statement_;
          ASSIGN_OR_RETURN(const pg::Rows rows,
                           step_.session.Query(message.write.sql, Bind(message.write, bindings)));
          if (rows.size() == 0) {
            step_.session.Rollback();
            return false;
          }
          next.last_key.clear();
          for (size_t i = 0; i < key_.size(); ++i) next.last_key.push_back(ledger::Text(rows, 0, i));
          BindKey("upper_", next.last_key, bindings);
          break;
        }
        case Kind::kMigration: {
          const ledger::Write slice = message.write;
          if (MustProve()) {
            ASSIGN_OR_RETURN(changed, ProveSlice(slice, bindings));
          } else {
            ASSIGN_OR_RETURN(changed, RunSlice(slice, bindings));
          }
          next.rows_done += changed;
          ++next.batches;
          break;
        }
        case Kind::kCheckpoint:
          RETURN_IF_ERROR(ledger::UpsertCheckpoint(step_.session, AuthorOf(step_.run), next,
                                                   checkpoint_.batches, step_.deadline));
          break;
        case Kind::kCommit:
          step_.statement = nullptr;
          RETURN_IF_ERROR(ledger::Translate(step_.session.Commit()));
          FAULT_POINT("backfill.batch.after");
          break;
        default:
          RETURN_IF_ERROR(step_.session.Query(message.write.sql, Bind(message.write, bindings)).status());
      }
    }
    checkpoint_ = std::move(next);
    proven_ |= MustProve() && changed > 0;
    NoteCommitted();
    pass_rows_ += changed;
    step_.result.rows += changed;
    ReportRows();
    return true;
  }

  // Whether the next slice that changes rows must show that fewer match then.
  bool MustProve() const { return checkpoint_.pass > 1 && !proven_; }

  absl::StatusOr<int64_t> RunSlice(const ledger::Write& slice, const Bindings& bindings) {
    ASSIGN_OR_RETURN(const pg::Rows done, step_.session.Query(slice.sql, Bind(slice, bindings)));
    if (!step_.session.in_transaction()) {
      return Error(ErrorCode::kEmbeddedTransaction, "the backfill's statement ended our transaction");
    }
    return done.affected;
  }

  // Counting reads the whole table, so a slice is first run to see whether it changes anything.
  absl::StatusOr<int64_t> ProveSlice(const ledger::Write& slice, const Bindings& bindings) {
    RETURN_IF_ERROR(step_.session.Query("SAVEPOINT ferry_slice").status());
    ASSIGN_OR_RETURN(const int64_t trial, RunSlice(slice, bindings));
    if (trial == 0) {
      RETURN_IF_ERROR(step_.session.Query("RELEASE SAVEPOINT ferry_slice").status());
      return trial;
    }
    RETURN_IF_ERROR(step_.session.Query("ROLLBACK TO SAVEPOINT ferry_slice").status());
    ASSIGN_OR_RETURN(const int64_t before, CountHere());
    RETURN_IF_ERROR(RenewTimeout());
    ASSIGN_OR_RETURN(const int64_t changed, RunSlice(slice, bindings));
    ASSIGN_OR_RETURN(const int64_t after, CountHere());
    if (after >= before) return Stuck(after);
    return changed;
  }

  absl::StatusOr<int64_t> CountHere() {
    RETURN_IF_ERROR(RenewTimeout());
    ASSIGN_OR_RETURN(const pg::Rows rows, step_.session.Query(queries_.remaining));
    return ledger::Int(rows, 0, 0);
  }

  // statement_timeout is each statement's own: together they must end by the deadline too.
  absl::Status RenewTimeout() {
    if (step_.deadline == absl::InfiniteFuture()) return absl::OkStatus();
    return step_.session
        .Query("SELECT pg_catalog.set_config('statement_timeout', $1, true)", {TimeoutLeft(step_)})
        .status();
  }

  // Records the segment when no row matches any more; else returns how many do, and records nothing.
  absl::StatusOr<int64_t> Finish() {
    const std::vector<Message> messages =
        SegmentMessages(step_.migration, *step_.segment, step_.direction, step_.limits, queries_.remaining);
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

  // Needs: outside a transaction, or in one that its caller rolls back.
  absl::Status Stuck(int64_t left) {
    step_.statement = &statement_;
    std::string example;
    const bool inside = step_.session.in_transaction();
    const absl::StatusOr<pg::Rows> rows = inside ? step_.session.Query(queries_.remaining_example)
                                                 : Look(step_.session, step_.migration.search_path,
                                                        queries_.remaining_example, {}, step_.migration.role);
    if (rows.ok() && rows->size() > 0) {
      std::vector<std::string> parts;
      for (size_t i = 0; i < key_.size(); ++i)
        parts.push_back(absl::StrCat(key_[i], " = ", ledger::Text(*rows, 0, i)));
      example = absl::StrCat(", for example the one with ", absl::StrJoin(parts, ", "));
    }
    Error error(
        ErrorCode::kBackfillStuck,
        absl::StrCat(left, left == 1 ? " row of " : " rows of ", sql::QuoteQualified(step_.segment->table),
                     left == 1 ? " still matches" : " still match", " after the update", example));
    error.TargetState(StateSentence(step_))
        .Next("make the WHERE false for every row that the statement has changed, in a new plan");
    return Located(step_, error);
  }

  void BindKey(absl::string_view prefix, const std::vector<std::string>& key, Bindings& bindings) const {
    for (size_t i = 0; i < key.size(); ++i) bindings[absl::StrCat(prefix, i + 1)] = key[i];
    bindings["rows"] = absl::StrCat(step_.segment->batch);
  }

  void ReportRows() {
    Progress progress;
    progress.phase = "backfill";
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

  Step& step_;
  const sql::Statement& statement_;
  std::vector<std::string> key_;
  sql::BackfillQueries queries_;
  ledger::Checkpoint checkpoint_;  // as committed
  int64_t total_ = 0;
  int64_t pass_rows_ = 0;    // changed in this pass by this call
  bool whole_pass_ = false;  // this pass is a later one, walked from its start by this call
  int passes_ = 0;           // ended by this call
  bool proven_ = false;      // this pass has made rows stop matching, in a committed batch
};

}  // namespace

absl::Status RunBackfill(Step& step) { return Backfill(step).Run(); }

}  // namespace ferry::executor
