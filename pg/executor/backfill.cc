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
#include "core/sql/quote.h"
#include "pg/executor/blockers.h"
#include "pg/executor/step.h"
#include "pg/executor/walk.h"
#include "pg/ledger/cells.h"
#include "pg/ledger/write.h"

namespace ferry::executor {
namespace {

using Kind = Message::Kind;

// $1: the table.
constexpr char kIsPlain[] =
    "SELECT c.relkind OPERATOR(pg_catalog.=) 'r' AND NOT c.relhassubclass FROM pg_catalog.pg_class c WHERE "
    "c.oid "
    "OPERATOR(pg_catalog.=) pg_catalog.to_regclass($1)::pg_catalog.oid";
// Its pages, and about how many rows are on one.
constexpr char kPages[] =
    "SELECT pg_catalog.pg_relation_size(c.oid) OPERATOR(pg_catalog./) "
    "pg_catalog.current_setting('block_size')::pg_catalog.int8, CASE WHEN c.relpages OPERATOR(pg_catalog.>) "
    "0 AND "
    "c.reltuples OPERATOR(pg_catalog.>) 0 THEN greatest(1, pg_catalog.round(c.reltuples "
    "OPERATOR(pg_catalog./) "
    "c.relpages)::pg_catalog.int8) ELSE 50 END FROM pg_catalog.pg_class c WHERE c.oid OPERATOR(pg_catalog.=) "
    "pg_catalog.to_regclass($1)::pg_catalog.oid";

class Backfill {
 public:
  explicit Backfill(Step& step)
      : step_(step), statement_(step.segment->statements.front()), walk_(step, "backfill") {}

  absl::Status Run() {
    step_.statement = &statement_;
    RETURN_IF_ERROR(Located(step_, Prepare()));
    RETURN_IF_ERROR(ProveBeforeTheFirst());
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
    if (keys.empty()) RETURN_IF_ERROR(CheckPages());
    by_page_ = keys.empty();
    const std::vector<std::string> key = by_page_ ? std::vector<std::string>{"ctid"} : keys.front();
    ASSIGN_OR_RETURN(queries_, sql::RenderBackfill(statement_, step_.segment->table, key));
    return walk_.Begin(key, queries_.remaining, queries_.remaining_example);
  }

  // Without a key the table is walked by its pages: only where these are all there is to it.
  absl::Status CheckPages() {
    ASSIGN_OR_RETURN(const pg::Rows rows, Look(step_.session, step_.migration.search_path, kIsPlain,
                                               {sql::QuoteQualified(step_.segment->table)}));
    if (!rows.empty() && ledger::Text(rows, 0, 0) == "t") return absl::OkStatus();
    return Error(
               ErrorCode::kBackfillKey,
               absl::StrCat(
                   "table ", sql::QuoteQualified(step_.segment->table),
                   " has no primary key and no unique key of columns that are not null to walk by, and is no "
                   "plain table of its own, which could be walked by its pages"))
        .Next("give the table a primary key, or write the backfill as a plain statement");
  }

  // The slices of this pass: so many pages each, up to where the table ends now. What is written behind that
  // is a later pass's.
  absl::Status DividePages() {
    const std::string table = sql::QuoteQualified(step_.segment->table);
    ASSIGN_OR_RETURN(const pg::Rows rows, Look(step_.session, step_.migration.search_path, kPages, {table}));
    const std::string pages = ledger::Text(rows, 0, 0), rows_a_page = ledger::Text(rows, 0, 1);
    queries_.upper_bound_first = absl::StrCat(
        "SELECT pg_catalog.format('(%s,0)', greatest(1, $1::pg_catalog.int8 OPERATOR(pg_catalog./) ",
        rows_a_page, "))::pg_catalog.tid WHERE ", pages, " OPERATOR(pg_catalog.>) 0");
    queries_.upper_bound = absl::StrCat(
        "SELECT pg_catalog.format('(%s,0)', page OPERATOR(pg_catalog.+) greatest(1, $2::pg_catalog.int8 "
        "OPERATOR(pg_catalog./) ",
        rows_a_page,
        "))::pg_catalog.tid FROM (SELECT (($1::pg_catalog.tid::pg_catalog.text)::pg_catalog.point)[0]"
        "::pg_catalog.int8 AS page) lower WHERE page OPERATOR(pg_catalog.<) ",
        pages);
    return absl::OkStatus();
  }

  // A statement that does not make its own predicate false is found out before anything is changed: it runs
  // for one row that matches, in a transaction that is rolled back.
  absl::Status ProveBeforeTheFirst() {
    if (walk_.checkpoint().batches > 0 || walk_.checkpoint().pass > 1) return absl::OkStatus();
    return RunWithRetries(step_, [this]() -> absl::Status {
      const absl::Status proven = ProveOne();
      step_.session.Rollback();
      return proven;
    });
  }

  absl::Status ProveOne() {
    const Bindings bindings = RunBindings(step_);
    for (const Message& message : BatchMessages(step_.migration, *step_.segment, step_.direction,
                                                step_.limits, queries_, walk_.key().size(), true)) {
      if (message.kind == Kind::kBound) break;
      if (message.kind == Kind::kBegin) {
        RETURN_IF_ERROR(step_.session.Begin());
      } else {
        RETURN_IF_ERROR(step_.session.Query(message.write.sql, Bind(message.write, bindings)).status());
      }
    }
    step_.statement = &statement_;
    ASSIGN_OR_RETURN(const pg::Rows example, step_.session.Query(queries_.remaining_example));
    if (example.empty()) return absl::OkStatus();
    std::vector<std::optional<std::string>> key(example.rows[0]);
    int64_t before = 1;
    if (by_page_) {
      ASSIGN_OR_RETURN(before, CountHere());
    }
    RETURN_IF_ERROR(RenewTimeout(step_));
    ASSIGN_OR_RETURN(const pg::Rows done, step_.session.Query(queries_.one, key));
    if (done.affected == 0) return absl::OkStatus();  // somebody else was faster
    int64_t after = 0;
    if (by_page_) {  // the row is somewhere else now
      ASSIGN_OR_RETURN(after, CountHere());
    } else {
      ASSIGN_OR_RETURN(const pg::Rows left, step_.session.Query(queries_.one_remaining, key));
      after = ledger::Int(left, 0, 0);
    }
    if (after < before) return absl::OkStatus();
    std::vector<std::string> which;
    for (const auto& value : key) which.push_back(value.value_or(""));
    return walk_.Stuck(after, which);
  }

  // One slice; false when there was none left. On error the transaction is still open.
  absl::StatusOr<bool> RunBatch() {
    const bool first = walk_.checkpoint().last_key.empty();
    if (by_page_ && (first || queries_by_page_ != walk_.checkpoint().pass)) {
      RETURN_IF_ERROR(DividePages());
      queries_by_page_ = walk_.checkpoint().pass;
    }
    const absl::Duration began = step_.limits.clock->Elapsed();
    ledger::Checkpoint next = walk_.checkpoint();
    Bindings bindings = RunBindings(step_);
    walk_.Bind("lower_", walk_.checkpoint().last_key, bindings);
    int64_t changed = 0;
    const std::vector<Message> messages = BatchMessages(step_.migration, *step_.segment, step_.direction,
                                                        step_.limits, queries_, walk_.key().size(), first);
    size_t at = 0;
    ASSIGN_OR_RETURN(const pg::Rows bound, OpenBatch(messages, bindings, at));
    if (bound.empty()) {
      step_.session.Rollback();
      return false;
    }
    next.last_key.clear();
    for (size_t i = 0; i < walk_.key().size(); ++i) next.last_key.push_back(ledger::Text(bound, 0, i));
    walk_.Bind("upper_", next.last_key, bindings);
    for (; at < messages.size(); ++at) {
      const Message& message = messages[at];
      switch (message.kind) {
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
    walk_.Pace(step_.limits.clock->Elapsed() - began);
    walk_.Committed(std::move(next), changed);
    return true;
  }

  // All up to the slice's upper bound, in one round trip; what the bound is. `at`: the message behind it.
  absl::StatusOr<pg::Rows> OpenBatch(const std::vector<Message>& messages, const Bindings& bindings,
                                     size_t& at) {
    std::vector<pg::Sent> sent;
    for (bool bound = false; !bound; ++at) {
      const Message& message = messages[at];
      bound = message.kind == Kind::kBound;
      sent.push_back({message.write.sql, Bind(message.write, bindings)});
      if (message.kind == Kind::kBegin) {
        sent.back().sql = MustProve() ? "BEGIN ISOLATION LEVEL REPEATABLE READ" : "BEGIN";
      }
    }
    step_.statement = &statement_;
    pg::Rows last;
    RETURN_IF_ERROR(step_.session.QueryAll(sent, [&](size_t i, const pg::Rows& rows) {
      if (i + 1 == sent.size()) last = rows;
      return absl::OkStatus();
    }));
    return last;
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
  bool by_page_ = false;     // there is no key: slices are pages, and ctid stands for the key
  int queries_by_page_ = 0;  // the pass whose pages are divided
  int proven_pass_ = 0;      // in this pass a committed batch has made rows stop matching
};

}  // namespace

absl::Status RunBackfill(Step& step) { return Backfill(step).Run(); }

}  // namespace ferry::executor
