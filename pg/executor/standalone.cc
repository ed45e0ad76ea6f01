// CREATE and DROP INDEX CONCURRENTLY: no transaction of ours, so an intent row goes before and the catalog is
// asked afterwards. The server goes on with such a statement when its client dies; the target's lock, held by
// that backend's session, says when it is over.
//
// What the catalog shows on entry -> what is done:
//   CREATE  absent                        intent, build
//           there, our intent covers it   building: kTargetBusy; INVALID: drop, build; valid and as written:
//           record it there, no intent of ours      refused, unless IF NOT EXISTS and valid
//   DROP    there                         intent, drop (an interrupted drop leaves an INVALID index: dropped
//   again)
//           absent, our intent            record it
// An INVALID index that our intent does not cover is never touched.
#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "core/base/fault.h"
#include "core/sql/quote.h"
#include "pg/executor/blockers.h"
#include "pg/executor/index_statement.h"
#include "pg/executor/step.h"
#include "pg/ledger/cells.h"
#include "pg/ledger/write.h"

namespace ferry::executor {
namespace {

struct Found {
  enum class State { kAbsent, kBuilding, kInvalid, kValid };
  State state = State::kAbsent;
  bool as_written = false;  // on the table named, and unique or not as the statement says
  std::string qualified;    // quoted
  std::string builder;      // pid
};

// $1: the index's table, or null; $2: the index, as written when there is no table, else its bare name.
constexpr char kProbe[] =
    "SELECT i.indisvalid, i.indisunique, i.indrelid OPERATOR(pg_catalog.=) "
    "pg_catalog.to_regclass($1)::pg_catalog.oid,"
    " pg_catalog.format('%I.%I', n.nspname, c.relname), p.pid FROM pg_catalog.pg_class c JOIN "
    "pg_catalog.pg_index i ON"
    " i.indexrelid OPERATOR(pg_catalog.=) c.oid JOIN pg_catalog.pg_namespace n ON n.oid "
    "OPERATOR(pg_catalog.=)"
    " c.relnamespace LEFT JOIN pg_catalog.pg_stat_progress_create_index p ON p.index_relid "
    "OPERATOR(pg_catalog.=) c.oid"
    " AND p.pid OPERATOR(pg_catalog.<>) pg_catalog.pg_backend_pid() WHERE CASE WHEN $1 IS NULL THEN c.oid"
    " OPERATOR(pg_catalog.=) pg_catalog.to_regclass($2)::pg_catalog.oid ELSE c.relname "
    "OPERATOR(pg_catalog.=) $2 AND"
    " c.relnamespace OPERATOR(pg_catalog.=) (SELECT t.relnamespace FROM pg_catalog.pg_class t WHERE t.oid"
    " OPERATOR(pg_catalog.=) pg_catalog.to_regclass($1)::pg_catalog.oid) END";

class Standalone {
 public:
  Standalone(Step& step, IndexStatement parsed)
      : step_(step), statement_(step.segment->statements.front()), parsed_(std::move(parsed)) {
    for (const ledger::VersionState::Intent& intent : step.state.intents) {
      intended_ |= intent.direction == step.direction && intent.segment == step.segment->index;
    }
  }

  absl::Status Run() {
    RETURN_IF_ERROR(RunWithRetries(step_, [this] { return Attempt(); }));
    const std::vector<Message> messages =
        SegmentMessages(step_.migration, *step_.segment, step_.direction, step_.limits);
    return RunWithRetries(step_, [&] { return SendTransaction(step_, messages); });
  }

 private:
  using State = Found::State;

  // Brings the catalog to where the statement wants it. Never in a transaction when it returns.
  absl::Status Attempt() {
    step_.statement = &statement_;
    ASSIGN_OR_RETURN(const Found found, Probe());
    ASSIGN_OR_RETURN(const bool there, IsThereAlready(found));
    if (there) return absl::OkStatus();
    if (parsed_.create && found.state == State::kInvalid) RETURN_IF_ERROR(DropLeftover(found));
    if (!intended_) {
      ledger::Event event;
      event.version = step_.version;
      event.direction = step_.direction;
      event.segment = step_.segment->index;
      event.checksum = step_.segment->checksum;
      event.description = statement_.tag;
      event.deadline = step_.deadline;
      RETURN_IF_ERROR(ledger::RecordIntent(step_.session, AuthorOf(step_.run), event));
      intended_ = true;
      FAULT_POINT("apply.intent.after");
    }
    Report(step_, "running");
    const absl::Status sent = Send(statement_.text, TimeoutLeft(step_));
    if (step_.session.broken()) return Lost(sent);
    FAULT_POINT("apply.statement.after");
    return sent.ok() ? CheckResult() : CleanUp(sent);
  }

  // Whether nothing needs to be sent. Refuses what is in the way and not ours.
  absl::StatusOr<bool> IsThereAlready(const Found& found) const {
    if (!parsed_.create) return found.state == State::kAbsent && (intended_ || parsed_.tolerant);
    switch (found.state) {
      case State::kAbsent:
        return false;
      case State::kBuilding:
        return Error(ErrorCode::kTargetBusy,
                     absl::StrCat("index ", found.qualified, " is being built by pid ", found.builder))
            .Next("wait until it has ended");
      case State::kInvalid:
        if (intended_) return false;
        return Error(ErrorCode::kInvalidIndex, absl::StrCat("an INVALID index ", found.qualified,
                                                            " is in the way, and no run of ours began it"))
            .Next(absl::StrCat("DROP INDEX CONCURRENTLY ", found.qualified));
      case State::kValid:
        break;
    }
    if (found.as_written && (intended_ || parsed_.tolerant)) return true;
    return Error(ErrorCode::kStatementFailed,
                 absl::StrCat("index ", found.qualified, " exists already",
                              found.as_written ? "" : " and is not the one that the migration describes"))
        .Sqlstate("42P07");
  }

  absl::StatusOr<Found> Probe() {
    std::optional<std::string> table;
    std::string index = sql::QuoteQualified(parsed_.index);
    if (parsed_.create) {
      table = sql::QuoteQualified(parsed_.table);
      index = parsed_.index.name.substr(0, 63);  // NAMEDATALEN - 1 bytes, as the server cuts it
    }
    ASSIGN_OR_RETURN(const pg::Rows rows,
                     Look(step_.session, step_.migration.search_path, kProbe, {table, index}));
    Found found;
    if (rows.size() == 0) return found;
    found.qualified = ledger::Text(rows, 0, 3);
    found.builder = ledger::Text(rows, 0, 4);
    found.as_written = ledger::Text(rows, 0, 2) == "t" && (ledger::Text(rows, 0, 1) == "t") == parsed_.unique;
    if (ledger::Text(rows, 0, 0) == "t") {
      found.state = State::kValid;
    } else {
      found.state = found.builder.empty() ? State::kInvalid : State::kBuilding;
    }
    return found;
  }

  // One statement outside a transaction, under the metadata's search_path and role. lock_timeout is off: it
  // would end the waits for old snapshots, which stand in nobody's way, and leave an INVALID index.
  absl::Status Send(absl::string_view sql, const std::string& timeout) {
    ASSIGN_OR_RETURN(const pg::Rows before,
                     step_.session.Query("SELECT pg_catalog.current_setting('search_path'),"
                                         " pg_catalog.current_setting('lock_timeout'),"
                                         " pg_catalog.current_setting('statement_timeout')"));
    const auto restore = absl::MakeCleanup([&] {
      if (step_.session.broken()) return;
      if (!step_.migration.role.empty()) step_.session.Query("RESET ROLE").IgnoreError();
      Set({ledger::Text(before, 0, 0), ledger::Text(before, 0, 1), ledger::Text(before, 0, 2)}).IgnoreError();
    });
    RETURN_IF_ERROR(Set({step_.migration.search_path, "0", timeout}));
    if (!step_.migration.role.empty()) {
      RETURN_IF_ERROR(
          step_.session.Query(absl::StrCat("SET ROLE ", sql::QuoteIdentifier(step_.migration.role)))
              .status());
    }
    return step_.session.Query(sql).status();
  }

  absl::Status Set(const std::vector<std::optional<std::string>>& values) {
    return step_.session
        .Query(
            "SELECT pg_catalog.set_config('search_path', $1, false), pg_catalog.set_config('lock_timeout', "
            "$2,"
            " false), pg_catalog.set_config('statement_timeout', $3, false)",
            values)
        .status();
  }

  absl::Status DropLeftover(const Found& found) {
    Report(step_, "cleaning up");
    return Send(absl::StrCat("DROP INDEX CONCURRENTLY ", found.qualified),
                absl::StrCat(absl::ToInt64Milliseconds(step_.limits.cleanup)));
  }

  // A success over an INVALID index is none (IF NOT EXISTS does that).
  absl::Status CheckResult() {
    ASSIGN_OR_RETURN(const Found found, Probe());
    const bool good = parsed_.create ? found.state == State::kValid : found.state == State::kAbsent;
    if (good) return absl::OkStatus();
    return Error(
        ErrorCode::kInvalidIndex,
        absl::StrCat("\"", statement_.tag, "\" succeeded, but index ", sql::QuoteQualified(parsed_.index),
                     " is ", found.state == State::kAbsent ? "not there" : "not as it should be"));
  }

  // After a failed build: what it left is dropped now, or named so that the next run drops it.
  absl::Status CleanUp(const absl::Status& failure) {
    if (!parsed_.create) return failure;
    const absl::StatusOr<Found> found = Probe();
    absl::Status cleaned = found.status();
    if (found.ok() && found->state == State::kInvalid) cleaned = DropLeftover(*found);
    step_.statement = &statement_;
    if (cleaned.ok()) return failure;
    return Annotate(failure, [this](ErrorDetail& detail) {
      detail.target_state =
          absl::StrCat(StateSentence(step_), "; an INVALID index ", sql::QuoteQualified(parsed_.index),
                       " is left, which the next run of this step removes");
    });
  }

  absl::Status Lost(const absl::Status& failure) const {
    return Annotate(failure, [this](ErrorDetail& detail) {
      detail.target_state = absl::StrCat(StateSentence(step_), "; the server may still be working on \"",
                                         statement_.tag, "\" of segment ", step_.segment->index);
      detail.next = "run the step again: it asks the catalog first";
    });
  }

  Step& step_;
  const sql::Statement& statement_;
  const IndexStatement parsed_;
  bool intended_ = false;  // an intent row of ours covers this segment
};

}  // namespace

absl::Status RunStandalone(Step& step) {
  ASSIGN_OR_RETURN(IndexStatement parsed, ParseIndexStatement(step.segment->statements.front()));
  return Standalone(step, std::move(parsed)).Run();
}

}  // namespace ferry::executor
