// A backfill: slices of the table, each an UPDATE or DELETE of one key range.
//
// The first batch of a later pass that changes rows must prove that it makes them stop matching: the
// statement may not make its own predicate false, and then another pass would only change them again. The
// rows that match are counted in its own transaction, before and after, on one snapshot, so that what others
// insert meanwhile counts in neither. Not fewer: it is rolled back, and the backfill ends as stuck.
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "core/base/fault.h"
#include "core/sql/backfill.h"
#include "pg/executor/step.h"
#include "pg/executor/walk.h"
#include "pg/ledger/cells.h"
#include "pg/ledger/write.h"

namespace ferry::executor {
namespace {

using Kind = Message::Kind;

class Backfill {
 public:
  explicit Backfill(Step& step)
      : step_(step), statement_(step.segment->statements.front()), walk_(step, "backfill") {}

  absl::Status Run() {
    step_.statement = &statement_;
    RETURN_IF_ERROR(Located(step_, Prepare()));
    return walk_.Run([this]() -> absl::StatusOr<bool> {
      bool more = false;
      RETURN_IF_ERROR(RunWithRetries(step_, [&]() -> absl::Status {
        ASSIGN_OR_RETURN(more, RunBatch());
        return absl::OkStatus();
      }));
      return more;
    });
  }

 private:
  absl::Status Prepare() {
    ASSIGN_OR_RETURN(const auto keys, FindKeys(step_));
    if (keys.empty()) {
      return Error(ErrorCode::kBackfillKey,
                   absl::StrCat(
                       "table ", sql::QuoteQualified(step_.segment->table),
                       " has no primary key and no unique key of columns that are not null to walk by"))
          .Next("give the table a primary key, or write the backfill as a plain statement");
    }
    ASSIGN_OR_RETURN(queries_, sql::RenderBackfill(statement_, step_.segment->table, keys.front()));
    return walk_.Begin(keys.front(), queries_.remaining, queries_.remaining_example);
  }

  // One slice; false when there was none left. On error the transaction is still open.
  absl::StatusOr<bool> RunBatch() {
    const bool first = walk_.checkpoint().last_key.empty();
    ledger::Checkpoint next = walk_.checkpoint();
    Bindings bindings = RunBindings(step_);
    walk_.Bind("lower_", walk_.checkpoint().last_key, bindings);
    int64_t changed = 0;
    for (const Message& message : BatchMessages(step_.migration, *step_.segment, step_.direction,
                                                step_.limits, queries_, walk_.key().size(), first)) {
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
          for (size_t i = 0; i < walk_.key().size(); ++i) next.last_key.push_back(ledger::Text(rows, 0, i));
          walk_.Bind("upper_", next.last_key, bindings);
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
          RETURN_IF_ERROR(walk_.WriteCheckpoint(next));
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
    if (MustProve() && changed > 0) proven_pass_ = next.pass;
    walk_.Committed(std::move(next), changed);
    return true;
  }

  // Whether the next slice that changes rows must show that fewer match then.
  bool MustProve() const {
    const int pass = walk_.checkpoint().pass;
    return pass > 1 && pass != proven_pass_;
  }

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
    RETURN_IF_ERROR(RenewTimeout(step_));
    ASSIGN_OR_RETURN(const int64_t changed, RunSlice(slice, bindings));
    ASSIGN_OR_RETURN(const int64_t after, CountHere());
    if (after >= before) return walk_.Stuck(after);
    return changed;
  }

  absl::StatusOr<int64_t> CountHere() {
    RETURN_IF_ERROR(RenewTimeout(step_));
    ASSIGN_OR_RETURN(const pg::Rows rows, step_.session.Query(queries_.remaining));
    return ledger::Int(rows, 0, 0);
  }

  Step& step_;
  const sql::Statement& statement_;
  Walk walk_;
  sql::BackfillQueries queries_;
  int proven_pass_ = 0;  // in this pass a committed batch has made rows stop matching
};

}  // namespace

absl::Status RunBackfill(Step& step) { return Backfill(step).Run(); }

}  // namespace ferry::executor
