#include "pg/executor/verify.h"

#include <algorithm>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/error.h"
#include "core/sql/quote.h"
#include "pg/executor/blockers.h"
#include "pg/ledger/cells.h"

namespace ferry::executor {
namespace {

constexpr absl::string_view kLockNotAvailable = "55P03";

// The type of a query's single column, which the server tells without running it.
absl::StatusOr<std::string> TypeOf(pg::Session& session, const std::string& query) {
  ASSIGN_OR_RETURN(const pg::Rows rows,
                   session.Query(absl::StrCat("SELECT pg_catalog.pg_typeof((SELECT v.answer FROM (", query,
                                              "\n) AS v(answer) WHERE false))")));
  return ledger::Text(rows, 0, 0);
}

Error NotAnAnswer(absl::string_view what) {
  return Error(ErrorCode::kVerifyRows,
               absl::StrCat("a verify query must return one row with one boolean; this one returned ", what));
}

absl::Status CheckAnswer(pg::Session& session, const std::string& query, const pg::Rows& rows) {
  if (rows.columns.size() != 1) return NotAnAnswer(absl::StrCat(rows.columns.size(), " columns"));
  if (rows.size() != 1) return NotAnAnswer(absl::StrCat(rows.size(), " rows"));
  ASSIGN_OR_RETURN(const std::string type, TypeOf(session, query));
  if (type != "boolean") return NotAnAnswer(absl::StrCat("a value of type ", type));
  if (pg::IsTrue(rows.at(0, 0))) return absl::OkStatus();
  return Error(ErrorCode::kVerifyFalse,
               absl::StrCat("a verify query returned ", ledger::IsNull(rows, 0, 0) ? "null" : "false"));
}

absl::Status RunQuery(pg::Session& session, const sql::Statement& query) {
  absl::StatusOr<pg::Rows> rows = session.Query(query.text);
  if (rows.ok()) return CheckAnswer(session, query.text, *rows);
  if (session.broken()) return rows.status();
  return Annotate(rows.status(), [](ErrorDetail& detail) { detail.code = ErrorCode::kVerifyError; });
}

absl::Status WithPlace(const absl::Status& status, const migration::Migration& migration,
                       const sql::Statement& query, const std::string& target_state) {
  return Annotate(status, [&](ErrorDetail& detail) {
    detail.file = migration.file;
    detail.line = query.line;
    detail.column = query.column;
    detail.statement = query.text;
    detail.target_state = target_state;
  });
}

absl::Status BeginReadOnly(pg::Session& session, const migration::Migration& migration) {
  RETURN_IF_ERROR(session.Begin());
  RETURN_IF_ERROR(session.Query("SET TRANSACTION READ ONLY").status());
  return session.Query("SELECT pg_catalog.set_config('search_path', $1, true)", {migration.search_path})
      .status();
}

// What can be said of a query's shape before the change.
absl::Status TryShape(pg::Session& session, const migration::Migration& migration,
                      const sql::Statement& query) {
  RETURN_IF_ERROR(BeginReadOnly(session, migration));
  const auto finish = absl::MakeCleanup([&session] { session.Rollback(); });
  RETURN_IF_ERROR(session.Query("SET LOCAL statement_timeout = '2s'").status());
  const absl::StatusOr<pg::Rows> rows = session.Query(query.text);
  if (!rows.ok()) return session.broken() ? rows.status() : absl::OkStatus();
  if (rows->empty() && rows->columns.size() == 1) return absl::OkStatus();
  const absl::Status answer = CheckAnswer(session, query.text, *rows);
  if (!HasCode(answer, ErrorCode::kVerifyRows)) return absl::OkStatus();
  absl::Status placed = WithPlace(answer, migration, query, "unchanged: nothing was started");
  return Annotate(placed, [](ErrorDetail& detail) {
    detail.next =
        "make it one boolean, as in SELECT count(*) = 1 FROM …, in a new version of the file; then ferry "
        "sum, "
        "ferry plan register";
  });
}

std::string Qualified(const sql::TableName& table) { return sql::QuoteQualified(table); }

// "0" without a deadline, as statement_timeout wants it.
absl::StatusOr<std::string> TimeoutNow(pg::Session& session, Gate& gate) {
  ASSIGN_OR_RETURN(
      const pg::Rows rows,
      session.Query("SELECT (extract(epoch FROM pg_catalog.clock_timestamp()) * 1000000)::pg_catalog.int8"));
  const absl::Time now = absl::FromUnixMicros(ledger::Int(rows, 0, 0));
  ASSIGN_OR_RETURN(const absl::Time deadline, gate.Permit(now));
  if (deadline == absl::InfiniteFuture()) return "0";
  constexpr int64_t kLongest = int64_t{24} * 24 * 3600 * 1000;  // an int of milliseconds
  return absl::StrCat(std::clamp<int64_t>(absl::ToInt64Milliseconds(deadline - now), 1, kLongest));
}

// False when somebody else's lock is in the way.
absl::StatusOr<bool> AnalyzeTable(pg::Session& session, const std::string& table, Gate& gate) {
  ASSIGN_OR_RETURN(const std::string timeout, TimeoutNow(session, gate));
  bool locked = false;
  session.OnNotice([&locked](const pg::Notice& notice) { locked |= notice.sqlstate == kLockNotAvailable; });
  const auto finish = absl::MakeCleanup([&session] {
    session.OnNotice(nullptr);
    session.Rollback();
  });
  RETURN_IF_ERROR(session.Begin());
  RETURN_IF_ERROR(
      session.Query("SELECT pg_catalog.set_config('statement_timeout', $1, true)", {timeout}).status());
  const absl::Status status = session.Query(absl::StrCat("ANALYZE (SKIP_LOCKED) ", table)).status();
  // A partition's or an index's lock is waited for, up to lock_timeout.
  if (!session.broken() && DetailOf(status).sqlstate == kLockNotAvailable) return false;
  RETURN_IF_ERROR(status);
  RETURN_IF_ERROR(session.Commit());
  return !locked;
}

}  // namespace

absl::Status VerifyMigration(pg::Session& session, const migration::Migration& migration) {
  const auto finish = absl::MakeCleanup([&session] { session.Rollback(); });
  RETURN_IF_ERROR(BeginReadOnly(session, migration));
  for (const sql::Statement& query : migration.verify) {
    const absl::Status status = RunQuery(session, query);
    if (status.ok()) continue;
    return WithPlace(status, migration, query,
                     absl::StrCat("unchanged by this: ", migration.id(), " stays as it is"));
  }
  return absl::OkStatus();
}

absl::Status CheckVerifyShape(pg::Session& session, const migration::Migration& migration) {
  for (const sql::Statement& query : migration.verify) RETURN_IF_ERROR(TryShape(session, migration, query));
  return absl::OkStatus();
}

absl::StatusOr<std::vector<sql::TableName>> TouchedTables(pg::Session& session,
                                                          const migration::Migration& migration) {
  std::vector<sql::TableName> tables;
  for (const migration::Segment& segment : migration.up) {
    for (const sql::Statement& statement : segment.statements) {
      tables.insert(tables.end(), statement.tables.begin(), statement.tables.end());
    }
  }
  return ResolveTables(session, tables, migration.search_path);
}

absl::Status CheckNothingInvalid(pg::Session& session, const std::vector<sql::TableName>& tables) {
  std::vector<std::string> invalid;
  for (const sql::TableName& table : tables) {
    ASSIGN_OR_RETURN(
        const pg::Rows rows,
        session.Query("SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) FROM pg_catalog.pg_index i"
                      " JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid JOIN pg_catalog.pg_namespace n ON"
                      " n.oid = c.relnamespace WHERE c.relkind <> 'I' AND i.indrelid = "
                      "pg_catalog.to_regclass($1) AND NOT"
                      " i.indisvalid ORDER BY 1",
                      {Qualified(table)}));
    for (size_t row = 0; row < rows.size(); ++row) invalid.push_back(ledger::Text(rows, row, 0));
  }
  if (invalid.empty()) return absl::OkStatus();
  return Error(ErrorCode::kInvalidLeftover, absl::StrCat("not valid: index ", absl::StrJoin(invalid, ", ")))
      .TargetState("applied, but the server does not use what is not valid")
      .Next(absl::StrCat("DROP INDEX CONCURRENTLY ", invalid.front(), ", then build it again"));
}

absl::StatusOr<std::vector<std::string>> AnalyzeTables(pg::Session& migrate,
                                                       const std::vector<sql::TableName>& tables,
                                                       Gate& gate) {
  ASSIGN_OR_RETURN(const std::vector<sql::TableName> existing, ResolveTables(migrate, tables, ""));
  std::vector<std::string> skipped;
  for (const sql::TableName& table : existing) {
    ASSIGN_OR_RETURN(const bool done, AnalyzeTable(migrate, Qualified(table), gate));
    if (!done) skipped.push_back(Qualified(table));
  }
  return skipped;
}

}  // namespace ferry::executor
