// A statement that cannot run in a transaction: no transaction of ours covers it, so an intent row goes
// before, the catalogs are asked, and its record comes after. The server goes on with such a statement when
// its client dies; the target's lock, held by that backend's session, says when it is over.
//
// What the catalogs show on entry -> what is done:
//   absent       intent, send
//   building     kTargetBusy
//   leftover     of ours: cleaned up or finished; without an intent of ours never touched: kInvalidIndex
//   done         with our intent, or IF (NOT) EXISTS: recorded; else the server's "exists already"
//   conflicting  with our intent: kConflictingObject, a person has to look; else "exists already"
// A success that the catalogs do not confirm is none: IF NOT EXISTS over an INVALID index says success.
#include "pg/executor/standalone.h"

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "core/base/fault.h"
#include "core/sql/quote.h"
#include "pg/ledger/cells.h"
#include "pg/ledger/write.h"

namespace ferry::executor {
namespace {

using State = Found::State;
using Kind = sql::Standalone::Kind;

Error Refusal(const sql::Statement& statement, absl::string_view why, absl::string_view next) {
  Error error(ErrorCode::kNonTransactional, why);
  error.Statement(statement.text).TargetState("unchanged").Next(next);
  return error;
}

std::unique_ptr<StandaloneKind> MakeKind(Step& step, const sql::Standalone& parsed) {
  switch (parsed.kind) {
    case Kind::kReindex:
      return MakeReindexKind(step, parsed);
    case Kind::kDetachPartition:
      return MakePartitionKind(step, parsed);
    case Kind::kCreateSubscription:
    case Kind::kDropSubscription:
      return MakeSubscriptionKind(step, parsed);
    case Kind::kVacuum:
      return MakeVacuumKind();
    default:
      return MakeIndexKind(step, parsed);
  }
}

class Standalone {
 public:
  Standalone(Step& step, const sql::Standalone& parsed)
      : step_(step),
        statement_(step.segment->statements.front()),
        tolerant_(parsed.tolerant),
        waits_(WaitsForSnapshots(parsed)),
        kind_(MakeKind(step, parsed)) {
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
  // Brings the catalog to where the statement wants it. Never in a transaction when it returns.
  absl::Status Attempt() {
    step_.statement = &statement_;
    ASSIGN_OR_RETURN(const Found found, kind_->Probe(intended_));
    ASSIGN_OR_RETURN(const bool there, IsThereAlready(found));
    if (there) return absl::OkStatus();
    if (found.state == State::kLeftover) {
      RETURN_IF_ERROR(Tidy());
      if (kind_->CleanUpFinishes()) return CheckResult();
    }
    if (waits_) RETURN_IF_ERROR(WaitForSnapshots(step_));
    if (!intended_) RETURN_IF_ERROR(Intend());
    Report(step_, "running");
    const absl::Status sent = Send(statement_.text, TimeoutLeft(step_));
    if (step_.session.broken()) return Lost(sent);
    FAULT_POINT("apply.statement.after");
    return sent.ok() ? CheckResult() : TidyAfter(sent);
  }

  absl::Status Intend() {
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
    return absl::OkStatus();
  }

  // Whether nothing needs to be sent. Refuses what is in the way and not ours.
  absl::StatusOr<bool> IsThereAlready(const Found& found) const {
    switch (found.state) {
      case State::kAbsent:
        return false;
      case State::kBuilding:
        return Error(ErrorCode::kTargetBusy,
                     absl::StrCat(found.what, " is being worked on by pid ", found.backend))
            .Next("wait until it has ended");
      case State::kLeftover:
        if (intended_) return false;
        return Error(ErrorCode::kInvalidIndex,
                     absl::StrCat("what an interrupted statement left is in the way (", found.what,
                                  "), and no run of ours began it"))
            .Next("remove it by hand, once it is clear whose it is");
      case State::kDone:
        if (intended_ || tolerant_) return true;
        return Exists(found.what, "");
      case State::kConflicting:
        break;
    }
    if (!intended_) return Exists(found.what, " and is not the one that the migration describes");
    return Error(
               ErrorCode::kConflictingObject,
               absl::StrCat(found.what,
                            " is there and is not the one that the migration describes, though this run has "
                            "begun to make it"))
        .Next(absl::StrCat("drop or rename ", found.what));
  }

  static absl::Status Exists(const std::string& what, absl::string_view how) {
    return Error(ErrorCode::kStatementFailed, absl::StrCat(what, " exists already", how)).Sqlstate("42P07");
  }

  // One statement outside a transaction, under the metadata's search_path and role. Without a lock_timeout
  // where that would end the waits for old snapshots, which stand in nobody's way, and leave an INVALID
  // index.
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
    const std::string lock_timeout =
        waits_ ? std::string("0") : absl::StrCat(absl::ToInt64Milliseconds(step_.limits.lock_timeout), "ms");
    RETURN_IF_ERROR(Set({step_.migration.search_path, lock_timeout, timeout}));
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
            "SELECT pg_catalog.set_config('search_path', $1, false), pg_catalog.set_config('lock_timeout',"
            " $2, false), pg_catalog.set_config('statement_timeout', $3, false)",
            values)
        .status();
  }

  absl::Status Tidy() {
    Report(step_, "cleaning up");
    for (const std::string& sql : kind_->CleanUp()) {
      RETURN_IF_ERROR(Send(sql, absl::StrCat(absl::ToInt64Milliseconds(step_.limits.cleanup))));
      FAULT_POINT("apply.cleanup.after");
    }
    return absl::OkStatus();
  }

  absl::Status CheckResult() {
    ASSIGN_OR_RETURN(const Found found, kind_->Probe(true));
    const bool good =
        found.state == State::kDone || (found.state == State::kAbsent && kind_->RepeatsHarmlessly());
    if (good) return absl::OkStatus();
    const absl::string_view how = found.state == State::kAbsent     ? "what it makes is not there"
                                  : found.state == State::kLeftover ? " is not as it should be"
                                                                    : " is another one";
    return Error(ErrorCode::kInvalidIndex,
                 absl::StrCat("\"", statement_.tag, "\" succeeded, but ",
                              found.state == State::kAbsent ? "" : found.what, how));
  }

  // After a failure: what it left is removed now, or named so that the next run removes it.
  absl::Status TidyAfter(const absl::Status& failure) {
    const absl::StatusOr<Found> found = kind_->Probe(true);
    absl::Status tidied = found.status();
    const bool leftover = found.ok() && found->state == State::kLeftover;
    if (leftover && kind_->CleanUpFinishes()) return LeftWith(failure, found->what);
    if (leftover) tidied = Tidy();
    step_.statement = &statement_;
    return tidied.ok() ? failure : LeftWith(failure, found.ok() ? found->what : std::string());
  }

  absl::Status LeftWith(const absl::Status& failure, const std::string& what) const {
    return Annotate(failure, [&](ErrorDetail& detail) {
      detail.target_state =
          absl::StrCat(StateSentence(step_), "; ", what.empty() ? "what the statement made so far" : what,
                       " is left, which the next run of this step sees to");
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
  const bool tolerant_, waits_;
  const std::unique_ptr<StandaloneKind> kind_;
  bool intended_ = false;  // an intent row of ours covers this segment
};

}  // namespace

bool WaitsForSnapshots(const sql::Standalone& parsed) {
  switch (parsed.kind) {
    case Kind::kReindex:
      return parsed.concurrent;
    case Kind::kVacuum:
    case Kind::kCreateSubscription:
    case Kind::kDropSubscription:
    case Kind::kOther:
      return false;
    default:
      return true;
  }
}

absl::StatusOr<sql::Standalone> CheckStandalone(const sql::Statement& statement) {
  sql::Standalone parsed = sql::ReadStandalone(statement.text);
  if (parsed.kind == Kind::kOther) {
    return Refusal(statement,
                   absl::StrCat("\"", statement.tag,
                                "\" cannot run in a transaction, and nothing tells after a crash whether it "
                                "took effect"),
                   "run it by hand, or write it as statements that can run in a transaction");
  }
  if (parsed.kind == Kind::kCreateIndex && parsed.index.name.empty()) {
    return Refusal(statement,
                   "an index that is built concurrently needs a name, or its build cannot be resumed",
                   "name it: CREATE INDEX CONCURRENTLY name ON …");
  }
  return parsed;
}

absl::Status RunStandalone(Step& step) {
  ASSIGN_OR_RETURN(const sql::Standalone parsed, CheckStandalone(step.segment->statements.front()));
  return Standalone(step, parsed).Run();
}

}  // namespace ferry::executor
