// Reference: PostgreSQL's pg_xact_status() and libpqxx's robusttransaction.
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/wait.h"
#include "pg/executor/executor.h"
#include "pg/ledger/cells.h"

namespace ferry::executor {
namespace {

constexpr absl::Duration kAskEvery = absl::Milliseconds(100);

// "committed", "aborted", "in progress", or "" when the server cannot tell: too old, or another cluster's
// number.
absl::StatusOr<std::string> XactStatus(pg::Session& session, const std::string& xid) {
  absl::StatusOr<pg::Rows> rows =
      session.Query("SELECT pg_catalog.pg_xact_status($1::pg_catalog.xid8)", {xid});
  if (rows.ok()) return ledger::Text(*rows, 0, 0);
  if (session.broken()) return rows.status();
  return std::string();
}

absl::StatusOr<bool> HasRow(pg::Session& session, const CommitIntent& intent) {
  ASSIGN_OR_RETURN(
      const pg::Rows rows,
      session.Query("SELECT count(*) FROM ferry.event WHERE kind = 'segment' AND version = $1 AND"
                    " direction = $2 AND segment = $3 AND xid = $4::xid8",
                    {intent.version, std::string(ledger::DirectionName(intent.direction)),
                     absl::StrCat(intent.segment), intent.xid}));
  return ledger::Int(rows, 0, 0) > 0;
}

Error Hold(ErrorCode code, const CommitIntent& intent, absl::string_view why) {
  Error error(code, absl::StrCat("segment ", intent.segment, " of ", intent.version, ", transaction ",
                                 intent.xid, ": ", why));
  error.TargetState("unknown: nothing more is run here until a person has looked")
      .Next("compare the schema with `ferry diff`, and ferry.event with what the run reported");
  return error;
}

}  // namespace

absl::StatusOr<Outcome> ResolveOutcome(pg::Session& fresh, const CommitIntent& intent, absl::Duration bound) {
  const absl::Duration end = SystemClock().Elapsed() + bound;
  while (true) {
    ASSIGN_OR_RETURN(const std::string status, XactStatus(fresh, intent.xid));
    ASSIGN_OR_RETURN(const bool recorded, HasRow(fresh, intent));
    if (status == "committed" || status == "aborted") {
      if ((status == "committed") == recorded) return recorded ? Outcome::kCommitted : Outcome::kAborted;
      return Hold(
          ErrorCode::kLedgerMismatch, intent,
          absl::StrCat("the server says ", status, ", the ledger ", recorded ? "has" : "lacks", " its row"));
    }
    if (status.empty()) {
      if (recorded) return Outcome::kCommitted;
      return Hold(ErrorCode::kOutcomeUnknown, intent,
                  "the server no longer knows it and the ledger lacks its row");
    }
    if (SystemClock().Elapsed() >= end) {
      return Hold(ErrorCode::kOutcomeUnknown, intent,
                  "still in progress (a commit that waits for a synchronous standby, or a backend that is "
                  "still there)");
    }
    WaitFor(kAskEvery);
  }
}

}  // namespace ferry::executor
