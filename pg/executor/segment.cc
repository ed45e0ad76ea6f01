// A transactional segment: its statements and its ledger row commit together or not at all.
#include <utility>

#include "absl/strings/match.h"
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

// Together, a message each, what needs no answer before the next is sent. The server's buffers take that much
// while we only send.
constexpr size_t kMostBytes = 24 * 1024;
constexpr size_t kMostMessages = 64;

// One transaction on its way.
class Transaction {
 public:
  Transaction(Step& step, const std::function<absl::Status(const pg::Rows&)>& check)
      : step_(step), check_(check) {}

  absl::Status Send(const Message& message) {
    switch (message.kind) {
      case Kind::kMigration:
        return GoesAlone(*message.statement) ? Alone(message) : Statement(message);
      case Kind::kLedger:
        return Ledger(message);
      case Kind::kCommit:
        RETURN_IF_ERROR(Flush());
        return Commit();
      case Kind::kSettings:
        return Add(message, Bind(message.write, RunBindings(step_)));
      default:
        return Add(message, {});
    }
  }

 private:
  struct Waiting {
    const Message* message;  // null: our own check that the transaction is still ours
    pg::Sent sent;
  };

  // What could end our transaction is looked at before anything follows it. COPY is none of the protocol that
  // sends several.
  static bool GoesAlone(const sql::Statement& statement) {
    return CouldEndTransaction(statement) || absl::StartsWith(statement.tag, "COPY");
  }

  absl::Status Add(const Message& message, std::vector<std::optional<std::string>> values) {
    const bool begin = message.kind == Kind::kBegin;
    return Add({&message, {begin ? std::string("BEGIN") : message.write.sql, std::move(values)}});
  }

  absl::Status Add(Waiting waiting) {
    const size_t bytes = waiting.sent.sql.size();
    if (waiting_bytes_ + bytes > kMostBytes || waiting_.size() >= kMostMessages) RETURN_IF_ERROR(Flush());
    waiting_bytes_ += bytes;
    waiting_.push_back(std::move(waiting));
    return absl::OkStatus();
  }

  absl::Status Statement(const Message& message) {
    // statement_timeout is what is left until the deadline when a statement begins.
    const bool renew = step_.deadline != absl::InfiniteFuture() && statements_++ > 0;
    if (renew) {
      RETURN_IF_ERROR(Flush());
      RETURN_IF_ERROR(RenewTimeout(step_));
    }
    return Add(message, {});
  }

  absl::Status Alone(const Message& message) {
    RETURN_IF_ERROR(Flush());
    RETURN_IF_ERROR(Statement(message));
    RETURN_IF_ERROR(Flush());
    return CouldEndTransaction(*message.statement) ? CheckXid() : absl::OkStatus();
  }

  absl::Status Flush() {
    const std::vector<Waiting> now = std::exchange(waiting_, {});
    waiting_bytes_ = 0;
    if (now.empty()) return absl::OkStatus();
    size_t at = 0;
    Begins(now[0]);
    absl::Status status = now.size() == 1 ? SendOne(now[0]) : SendAll(now, at);
    if (status.ok()) return step_.session.in_transaction() ? status : EndedOurTransaction(step_);
    const Waiting& failed = now[at];
    if (failed.message == nullptr) {
      return DetailOf(status).sqlstate == kDivisionByZero ? EndedOurTransaction(step_) : status;
    }
    if (failed.message->kind == Kind::kLedger) return ledger::TranslateLedger(status);
    return failed.message->kind == Kind::kMigration ? AtPosition(step_, status) : status;
  }

  absl::Status SendOne(const Waiting& waiting) {
    ASSIGN_OR_RETURN(const pg::Rows rows, step_.session.Query(waiting.sent.sql, waiting.sent.params));
    return Answered(waiting, rows);
  }

  absl::Status SendAll(const std::vector<Waiting>& all, size_t& at) {
    std::vector<pg::Sent> sent;
    sent.reserve(all.size());
    for (const Waiting& waiting : all) sent.push_back(waiting.sent);
    return step_.session.QueryAll(sent, [&](size_t i, const pg::Rows& rows) -> absl::Status {
      RETURN_IF_ERROR(Answered(all[i], rows));
      at = i + 1;
      if (at < all.size()) Begins(all[at]);
      return absl::OkStatus();
    });
  }

  // The server works on it from now on.
  void Begins(const Waiting& waiting) {
    if (waiting.message == nullptr || waiting.message->kind != Kind::kMigration) return;
    step_.statement = waiting.message->statement;
    Report(step_, "running");
  }

  absl::Status Answered(const Waiting& waiting, const pg::Rows& rows) {
    if (waiting.message == nullptr) return absl::OkStatus();
    switch (waiting.message->kind) {
      case Kind::kBegin:
        FAULT_POINT("apply.begin.after");
        break;
      case Kind::kSettings:
        xid_ = ledger::Text(rows, 0, 3);
        break;
      case Kind::kMigration:
        if (step_.direction == ledger::Direction::kUp) {
          FAULT_POINT("apply.statement.after");
        } else {
          FAULT_POINT("rollback.statement.after");
        }
        break;
      case Kind::kCheck:
        return check_ == nullptr ? absl::OkStatus() : check_(rows);
      case Kind::kLedger:
        FAULT_POINT("apply.ledger.after");
        break;
      default:
        break;
    }
    return absl::OkStatus();
  }

  absl::Status CheckXid() {
    ASSIGN_OR_RETURN(
        const pg::Rows rows,
        step_.session.Query("SELECT pg_catalog.pg_current_xact_id_if_assigned()::pg_catalog.text"));
    return ledger::Text(rows, 0, 0) == xid_ ? absl::OkStatus() : EndedOurTransaction(step_);
  }

  // The rows say how long the statements took, so these have ended before.
  absl::Status Ledger(const Message& message) {
    if (!std::exchange(recording_, true)) {
      RETURN_IF_ERROR(Flush());
      // What follows in the same message must not run outside our transaction.
      RETURN_IF_ERROR(Add({nullptr, {std::string(kStillOurs), {xid_}}}));
    }
    return Add(message, Bind(message.write, RunBindings(step_)));
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

  static constexpr absl::string_view kDivisionByZero = "22012";
  static constexpr absl::string_view kStillOurs =
      "SELECT 1 OPERATOR(pg_catalog./) coalesce(pg_catalog.pg_current_xact_id_if_assigned()::pg_catalog.text "
      "OPERATOR(pg_catalog.=) $1, false)::pg_catalog.int4";

  Step& step_;
  const std::function<absl::Status(const pg::Rows&)>& check_;
  std::vector<Waiting> waiting_;
  size_t waiting_bytes_ = 0;
  int statements_ = 0;  // of the migration's
  std::string xid_;
  bool recording_ = false;  // a ledger row follows: nothing of the migration's comes any more
};

}  // namespace

absl::Status SendTransaction(Step& step, const std::vector<Message>& messages,
                             const std::function<absl::Status(const pg::Rows&)>& check) {
  step.statement = nullptr;
  Transaction transaction(step, check);  // points into `messages`
  for (const Message& message : messages) RETURN_IF_ERROR(transaction.Send(message));
  return absl::OkStatus();
}

absl::Status RunTransaction(Step& step) {
  const std::vector<Message> messages =
      SegmentMessages(step.migration, *step.segment, step.direction, step.limits);
  return RunWithRetries(step, [&] { return SendTransaction(step, messages); });
}

}  // namespace ferry::executor
