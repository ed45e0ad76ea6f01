// A transactional segment: its statements and its ledger row commit together or not at all.
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "core/base/fault.h"
#include "core/sql/tokens.h"
#include "pg/executor/step.h"
#include "pg/executor/watchdog.h"
#include "pg/ledger/cells.h"
#include "pg/ledger/write.h"

namespace ferry::executor {
namespace {

using Kind = Message::Kind;

absl::Status EndedOurTransaction(const Step& step) {
  return Error(ErrorCode::kEmbeddedTransaction, "a statement ended our transaction")
      .TargetState(absl::StrCat("what ran in segment ", step.segment->index, " of ", step.version,
                                " before this statement may be committed, and is not in the ledger"))
      .Next("compare the schema with `ferry diff` before anything else runs here");
}

// Only a procedure or transaction control could end our transaction: DDL, DML and queries cannot.
bool CouldEndTransaction(const sql::Statement& statement) {
  return statement.kind != sql::Kind::kDdl && statement.kind != sql::Kind::kDml &&
         statement.kind != sql::Kind::kQuery;
}

// `status` with the place inside the statement that the server named.
absl::Status AtPosition(const Step& step, const absl::Status& status) {
  const int position = step.session.last_error().position;
  if (position <= 0) return status;
  const sql::Statement& statement = *step.statement;
  const sql::PlaceFinder finder(statement.text, statement.line, statement.column, statement.replaced);
  const sql::Place place = finder.At(finder.ByteOfCharacter(position));
  return Annotate(status, [&](ErrorDetail& detail) {
    detail.file = step.migration.file;
    detail.line = place.line;
    detail.column = place.column;
    detail.statement = statement.text;
  });
}

// One transaction on its way.
class Transaction {
 public:
  Transaction(Step& step, const std::function<absl::Status(const pg::Rows&)>& check)
      : step_(step), check_(check) {}

  absl::Status Send(const Message& message) {
    switch (message.kind) {
      case Kind::kBegin:
        RETURN_IF_ERROR(step_.session.Begin());
        FAULT_POINT("apply.begin.after");
        return absl::OkStatus();
      case Kind::kSettings:
        return Settings(message);
      case Kind::kMigration:
        return Statement(message);
      case Kind::kLedger:
        return Ledger(message);
      case Kind::kCommit:
        return Commit();
      case Kind::kCheck: {
        ASSIGN_OR_RETURN(const pg::Rows rows, step_.session.Query(message.write.sql));
        return check_ == nullptr ? absl::OkStatus() : check_(rows);
      }
      default:
        return step_.session.Query(message.write.sql).status();
    }
  }

 private:
  absl::Status Settings(const Message& message) {
    ASSIGN_OR_RETURN(const pg::Rows rows,
                     step_.session.Query(message.write.sql, Bind(message.write, RunBindings(step_))));
    xid_ = ledger::Text(rows, 0, 3);
    return absl::OkStatus();
  }

  absl::Status Statement(const Message& message) {
    const bool first = step_.statement == nullptr;
    step_.statement = message.statement;
    if (!first) RETURN_IF_ERROR(RenewTimeout(step_));
    Report(step_, "running");
    const absl::Status done = step_.session.Query(message.write.sql).status();
    if (!done.ok()) return AtPosition(step_, done);
    if (!step_.session.in_transaction()) return EndedOurTransaction(step_);
    if (CouldEndTransaction(*message.statement)) RETURN_IF_ERROR(CheckXid());
    if (step_.direction == ledger::Direction::kUp) {
      FAULT_POINT("apply.statement.after");
    } else {
      FAULT_POINT("rollback.statement.after");
    }
    return absl::OkStatus();
  }

  absl::Status CheckXid() {
    ASSIGN_OR_RETURN(
        const pg::Rows rows,
        step_.session.Query("SELECT pg_catalog.pg_current_xact_id_if_assigned()::pg_catalog.text"));
    return ledger::Text(rows, 0, 0) == xid_ ? absl::OkStatus() : EndedOurTransaction(step_);
  }

  absl::Status Ledger(const Message& message) {
    if (!std::exchange(recording_, true)) RETURN_IF_ERROR(CheckXid());
    ledger::Write write = message.write;
    const std::vector<std::optional<std::string>> values = Bind(write, RunBindings(step_));
    for (size_t i = 0; i < values.size(); ++i) write.parameters[i].value = values[i];
    RETURN_IF_ERROR(ledger::Send(step_.session, write));
    FAULT_POINT("apply.ledger.after");
    return absl::OkStatus();
  }

  absl::Status Commit() {
    step_.statement = nullptr;
    if (step_.run.before_commit) {
      RETURN_IF_ERROR(step_.run.before_commit({xid_, step_.version, step_.direction, step_.segment->index}));
    }
    if (step_.run.watch != nullptr) step_.run.watch->DoNotCancel();
    RETURN_IF_ERROR(ledger::Translate(step_.session.Commit()));
    FAULT_POINT("apply.commit.after");
    return absl::OkStatus();
  }

  Step& step_;
  const std::function<absl::Status(const pg::Rows&)>& check_;
  std::string xid_;
  bool recording_ = false;  // a ledger row has been sent: nothing of the migration's follows
};

}  // namespace

absl::Status SendTransaction(Step& step, const std::vector<Message>& messages,
                             const std::function<absl::Status(const pg::Rows&)>& check) {
  step.statement = nullptr;
  Transaction transaction(step, check);
  for (const Message& message : messages) RETURN_IF_ERROR(transaction.Send(message));
  return absl::OkStatus();
}

absl::Status RunTransaction(Step& step) {
  const std::vector<Message> messages =
      SegmentMessages(step.migration, *step.segment, step.direction, step.limits);
  return RunWithRetries(step, [&] { return SendTransaction(step, messages); });
}

}  // namespace ferry::executor
