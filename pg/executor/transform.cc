// A transform: rows of a query go through a program, batch after batch. Each batch is read in a transaction
// of its own, answered by the program while none is open, and written in one transaction together with the
// checkpoint.
//
// What may have happened between reading and writing: the rows are locked first, and then only those are
// written whose JSON is still what the program has seen; the others are left for the next pass. What must not
// happen: a row that was written and still matches would be transformed again, so it rolls its batch back.
#include <algorithm>
#include <functional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/error.h"
#include "core/base/fault.h"
#include "core/sql/transform.h"
#include "pg/executor/answers.h"
#include "pg/executor/blockers.h"
#include "pg/executor/step.h"
#include "pg/executor/walk.h"
#include "pg/ledger/cells.h"
#include "pg/ledger/write.h"

namespace ferry::executor {
namespace {

using Kind = Message::Kind;

constexpr absl::Duration kHardlyAnyTime = absl::Milliseconds(50);

// Whether the server refused a value, and not us, the lock or the connection.
bool IsAboutData(const absl::Status& status) {
  const std::string sqlstate = DetailOf(status).sqlstate;
  return sqlstate.compare(0, 2, "22") == 0 || sqlstate.compare(0, 2, "23") == 0;
}

absl::Status NoPrograms(const Step& step) {
  return Error(ErrorCode::kTransformProgram, absl::StrCat("program \"", step.segment->program,
                                                          "\" is needed, and there are no programs here"))
      .TargetState(StateSentence(step))
      .Next("promote through an agent whose file has it under `programs:`");
}

class Transform {
 public:
  explicit Transform(Step& step)
      : step_(step), segment_(*step.segment), query_(segment_.statements.front()), walk_(step, "transform") {}

  absl::Status Run() {
    step_.statement = &query_;
    RETURN_IF_ERROR(Located(step_, Prepare()));
    return walk_.Run([this] { return RunBatch(); });
  }

 private:
  absl::Status Prepare() {
    ASSIGN_OR_RETURN(const auto keys, FindKeys(step_));
    const auto sorted = [](std::vector<std::string> names) {
      std::sort(names.begin(), names.end());
      return names;
    };
    const auto key = std::find_if(keys.begin(), keys.end(), [&](const std::vector<std::string>& candidate) {
      return sorted(candidate) == sorted(segment_.key);
    });
    if (key == keys.end()) {
      return Error(ErrorCode::kBackfillKey,
                   absl::StrCat("table ", sql::QuoteQualified(segment_.table),
                                " has no primary key and no unique key of not-null columns that is (",
                                absl::StrJoin(segment_.key, ", "), ")"))
          .Next("name the columns of a key of the table as key=…");
    }
    // In the index's order, so that the walk is a walk along the index.
    ASSIGN_OR_RETURN(queries_, sql::RenderTransform(query_, {segment_.table, *key, segment_.set}));
    return walk_.Begin(*key, queries_.remaining, queries_.remaining_example);
  }

  // False when no row was left beyond the checkpoint.
  absl::StatusOr<bool> RunBatch() {
    RETURN_IF_ERROR(RunWithRetries(step_, [this] { return Read(); }));
    if (rows_.empty()) return false;
    FAULT_POINT("transform.read.after");
    RETURN_IF_ERROR(Ask());
    FAULT_POINT("transform.answered.after");
    ledger::Checkpoint next = walk_.checkpoint();
    next.last_key = rows_.back().key;
    ++next.batches;
    int64_t changed = 0;
    RETURN_IF_ERROR(RunWithRetries(step_, [&]() -> absl::Status {
      ledger::Checkpoint moved = next;
      ASSIGN_OR_RETURN(changed, Write(moved));
      next = std::move(moved);
      return absl::OkStatus();
    }));
    walk_.Committed(std::move(next), changed);
    return true;
  }

  absl::Status Read() {
    rows_.clear();
    const bool first = walk_.checkpoint().last_key.empty();
    Bindings bindings = RunBindings(step_);
    walk_.Bind("lower_", walk_.checkpoint().last_key, bindings);
    for (const Message& message : ReadMessages(step_.migration, segment_, step_.limits, queries_, first)) {
      if (message.kind == Kind::kBegin) {
        RETURN_IF_ERROR(step_.session.Begin());
      } else if (message.kind == Kind::kCommit) {
        step_.session.Rollback();  // nothing to keep
      } else {
        if (message.kind == Kind::kRead) step_.statement = &query_;
        ASSIGN_OR_RETURN(const pg::Rows rows,
                         step_.session.Query(message.write.sql, Bind(message.write, bindings)));
        if (message.kind == Kind::kRead) Keep(rows);
      }
    }
    return absl::OkStatus();
  }

  void Keep(const pg::Rows& rows) {
    for (size_t i = 0; i < rows.size(); ++i) {
      ReadRow row{ledger::Text(rows, i, 0), {}};
      for (size_t k = 0; k < walk_.key().size(); ++k) row.key.push_back(ledger::Text(rows, i, k + 1));
      rows_.push_back(std::move(row));
    }
  }

  absl::Status Ask() {
    step_.statement = &query_;
    walk_.ReportRows();  // it may take its time
    const auto program = step_.programs.find(segment_.program);
    if (program == step_.programs.end()) return Located(step_, NoPrograms(step_));
    seen_.clear();
    for (const ReadRow& row : rows_) seen_.push_back(row.json);
    const absl::StatusOr<std::vector<std::string>> lines =
        program->second->Answer(seen_, UntilDeadline(step_), [this] { return step_.gate.Stopping(); });
    if (!lines.ok()) {
      // It may have been us: then the gate says why.
      if (step_.gate.Stopping() || UntilDeadline(step_) < kHardlyAnyTime) RETURN_IF_ERROR(AskGate(step_));
      step_.statement = &query_;
      return Located(step_, lines.status());
    }
    absl::StatusOr<std::vector<std::string>> matched = MatchAnswers(KeyedSegment(), rows_, *lines);
    if (!matched.ok()) return Located(step_, matched.status());
    answers_ = *std::move(matched);
    return absl::OkStatus();
  }

  // The segment with its key in the order of the rows' keys.
  migration::Segment KeyedSegment() const {
    migration::Segment segment;
    segment.program = segment_.program;
    segment.key = walk_.key();
    segment.set = segment_.set;
    return segment;
  }

  // Stages the answers, writes them, moves the checkpoint to `next` (whose rows it counts) and commits;
  // returns how many rows were written. On error the transaction may still be open.
  absl::StatusOr<int64_t> Write(ledger::Checkpoint& next) {
    Bindings bindings = RunBindings(step_);
    ledger::Write fill;
    int64_t changed = 0;
    for (const Message& message :
         WriteMessages(step_.migration, segment_, step_.direction, step_.limits, queries_)) {
      switch (message.kind) {
        case Kind::kBegin:
          RETURN_IF_ERROR(step_.session.Begin());
          step_.statement = &query_;
          break;
        case Kind::kFill:
          fill = message.write;
          RETURN_IF_ERROR(FillAll(fill));
          break;
        case Kind::kWriteRows: {
          ASSIGN_OR_RETURN(const pg::Rows written, Update(fill, message.write));
          changed = static_cast<int64_t>(written.size());
          next.rows_done += changed;
          NotePlaces(written, bindings);
          FAULT_POINT("transform.staged.after");
          break;
        }
        case Kind::kStill:
          RETURN_IF_ERROR(CheckNoneMatches(message.write, bindings));
          break;
        case Kind::kCheckpoint:
          RETURN_IF_ERROR(walk_.WriteCheckpoint(next));
          break;
        case Kind::kCommit:
          step_.statement = nullptr;
          RETURN_IF_ERROR(ledger::Translate(step_.session.Commit()));
          FAULT_POINT("transform.committed.after");
          break;
        default:
          RETURN_IF_ERROR(step_.session.Query(message.write.sql, Bind(message.write, bindings)).status());
      }
    }
    return changed;
  }

  static void NotePlaces(const pg::Rows& written, Bindings& bindings) {
    std::vector<std::string> places;
    for (size_t i = 0; i < written.size(); ++i) places.push_back(ledger::Text(written, i, 0));
    bindings["places"] = ledger::TextArray(places);
  }

  absl::Status CheckNoneMatches(const ledger::Write& still, const Bindings& bindings) {
    RETURN_IF_ERROR(RenewTimeout(step_));
    ASSIGN_OR_RETURN(const pg::Rows rows, step_.session.Query(still.sql, Bind(still, bindings)));
    const int64_t left = ledger::Int(rows, 0, 0);
    if (left == 0) return absl::OkStatus();
    return walk_.Stuck(left, rows_[static_cast<size_t>(ledger::Int(rows, 0, 1)) - 1].key);
  }

  // Fills staging with the first `count` answers.
  absl::Status Fill(const ledger::Write& fill, size_t count) {
    const auto first = [count](const std::vector<std::string>& all) {
      return std::vector<std::string>(all.begin(), all.begin() + static_cast<ptrdiff_t>(count));
    };
    return step_.session
        .Query(fill.sql, {ledger::TextArray(first(answers_)), ledger::TextArray(first(seen_))})
        .status();
  }

  // The row that the server refuses: `attempt` is all right for the answers before it, and not with it.
  absl::StatusOr<std::string> NameRefused(const std::function<absl::Status(size_t)>& attempt) {
    size_t good = 0, bad = answers_.size();
    while (bad - good > 1) {
      const size_t middle = good + (bad - good) / 2;
      RETURN_IF_ERROR(step_.session.Query("ROLLBACK TO SAVEPOINT ferry_staging").status());
      const absl::Status tried = attempt(middle);
      if (!tried.ok() && !IsAboutData(tried)) return tried;
      (tried.ok() ? good : bad) = middle;
    }
    return RowName(walk_.key(), rows_[good].key);
  }

  absl::Status FillAll(const ledger::Write& fill) {
    const absl::Status refused = Fill(fill, answers_.size());
    if (refused.ok() || step_.session.broken() || !IsAboutData(refused)) return refused;
    ASSIGN_OR_RETURN(const std::string row, NameRefused([&](size_t count) { return Fill(fill, count); }));
    return Error(ErrorCode::kTransformProgram,
                 absl::StrCat("program \"", segment_.program, "\" answered the row with ", row,
                              " with what its column cannot hold: ", std::string(refused.message())))
        .Next(
            "mend the program, pin its new sha256 in the agent's file, then promote again: it goes on there");
  }

  // The places that were written. A constraint or trigger of the table may refuse an answer.
  absl::StatusOr<pg::Rows> Update(const ledger::Write& fill, const ledger::Write& update) {
    RETURN_IF_ERROR(RenewTimeout(step_));
    absl::StatusOr<pg::Rows> written = step_.session.Query(update.sql);
    if (written.ok() || step_.session.broken() || !IsAboutData(written.status())) return written;
    ASSIGN_OR_RETURN(const std::string row, NameRefused([&](size_t count) -> absl::Status {
                       RETURN_IF_ERROR(Fill(fill, count));
                       return step_.session.Query(update.sql).status();
                     }));
    const ErrorDetail detail = DetailOf(written.status());
    return StatusFrom(
        absl::StrCat(std::string(written.status().message()), "; first by the answer of program \"",
                     segment_.program, "\" to the row with ", row),
        detail);
  }

  Step& step_;
  const migration::Segment& segment_;
  const sql::Statement& query_;
  Walk walk_;
  sql::TransformQueries queries_;
  // Of the batch on its way, all of one length.
  std::vector<ReadRow> rows_;
  std::vector<std::string> seen_, answers_;
};

}  // namespace

absl::Status RunTransform(Step& step) { return Transform(step).Run(); }

absl::Status CheckPrograms(RowPrograms& programs, const migration::Migration& migration) {
  for (const migration::Segment& segment : migration.up) {
    if (segment.kind != migration::Segment::Kind::kTransform) continue;
    const absl::Status status = programs.Open(segment.program).status();
    const sql::Statement& query = segment.statements.front();
    RETURN_IF_ERROR(Annotate(status, [&](ErrorDetail& detail) {
      detail.file = migration.file;
      detail.line = query.line;
      detail.column = query.column;
      detail.statement = query.text;
      detail.target_state = "unchanged: nothing was started";
    }));
  }
  return absl::OkStatus();
}

absl::Status OpenPrograms(Step& step) {
  if (step.run.programs == nullptr) return absl::OkStatus();
  for (const migration::Segment& segment : step.segments()) {
    const bool needed =
        segment.kind == migration::Segment::Kind::kTransform && segment.index >= step.recorded;
    if (!needed || step.programs.count(segment.program) > 0) continue;
    absl::StatusOr<std::unique_ptr<RowProgram>> program = step.run.programs->Open(segment.program);
    step.statement = &segment.statements.front();
    if (!program.ok()) return Located(step, program.status());
    step.programs[segment.program] = *std::move(program);
  }
  step.statement = nullptr;
  return absl::OkStatus();
}

}  // namespace ferry::executor
