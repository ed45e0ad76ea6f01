#include "pg/executor/verify.h"

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/error.h"
#include "core/sql/quote.h"
#include "pg/executor/blockers.h"
#include "pg/ledger/cells.h"

namespace ferry::executor {
namespace {

bool LooksBoolean(const pg::Value& value) { return !value.has_value() || *value == "t" || *value == "f"; }

absl::Status CheckAnswer(const pg::Rows& rows) {
  const bool one = rows.size() == 1 && rows.columns.size() == 1;
  if (!one || !LooksBoolean(rows.at(0, 0))) {
    return Error(ErrorCode::kVerifyRows,
                 absl::StrCat("a verify query must return one row with one boolean; this one returned ",
                              rows.size(), rows.size() == 1 ? " row" : " rows", " of ",
                              rows.columns.size(), rows.columns.size() == 1 ? " column" : " columns",
                              one ? ", not boolean" : ""));
  }
  if (ledger::Text(rows, 0, 0) == "t") return absl::OkStatus();
  return Error(ErrorCode::kVerifyFalse,
               absl::StrCat("a verify query returned ", ledger::IsNull(rows, 0, 0) ? "null" : "false"));
}

absl::Status RunQuery(pg::Session& session, const sql::Statement& query) {
  absl::StatusOr<pg::Rows> rows = session.Query(query.text);
  if (rows.ok()) return CheckAnswer(*rows);
  if (session.broken()) return rows.status();
  return Annotate(rows.status(), [](ErrorDetail& detail) { detail.code = ErrorCode::kVerifyError; });
}

std::string Qualified(const sql::TableName& table) { return sql::QuoteQualified(table); }

}  // namespace

absl::Status VerifyMigration(pg::Session& session, const migration::Migration& migration) {
  RETURN_IF_ERROR(session.Begin());
  const auto finish = absl::MakeCleanup([&session] { session.Rollback(); });
  RETURN_IF_ERROR(session.Query("SET TRANSACTION READ ONLY").status());
  RETURN_IF_ERROR(
      session.Query("SELECT pg_catalog.set_config('search_path', $1, true)", {migration.search_path}).status());
  for (const sql::Statement& query : migration.verify) {
    const absl::Status status = RunQuery(session, query);
    if (status.ok()) continue;
    return Annotate(status, [&](ErrorDetail& detail) {
      detail.file = migration.file;
      detail.line = query.line;
      detail.column = query.column;
      detail.statement = query.text;
      detail.target_state = absl::StrCat("unchanged by this: ", migration.version.ToString(), " stays as it is");
    });
  }
  return absl::OkStatus();
}

absl::Status CheckNothingInvalid(pg::Session& session, const std::vector<sql::TableName>& tables) {
  std::vector<std::string> invalid;
  for (const sql::TableName& table : tables) {
    ASSIGN_OR_RETURN(const pg::Rows rows,
                     session.Query("SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) FROM pg_catalog.pg_index i"
                                   " JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid JOIN pg_catalog.pg_namespace n ON"
                                   " n.oid = c.relnamespace WHERE i.indrelid = pg_catalog.to_regclass($1) AND NOT"
                                   " i.indisvalid ORDER BY 1",
                                   {Qualified(table)}));
    for (size_t row = 0; row < rows.size(); ++row) invalid.push_back(ledger::Text(rows, row, 0));
  }
  if (invalid.empty()) return absl::OkStatus();
  return Error(ErrorCode::kInvalidLeftover, absl::StrCat("not valid: index ", absl::StrJoin(invalid, ", ")))
      .TargetState("applied, but the server does not use what is not valid")
      .Next(absl::StrCat("DROP INDEX CONCURRENTLY ", invalid.front(), ", then build it again"));
}

absl::Status AnalyzeTables(pg::Session& migrate, const std::vector<sql::TableName>& tables) {
  ASSIGN_OR_RETURN(const std::vector<sql::TableName> existing, ResolveTables(migrate, tables, ""));
  for (const sql::TableName& table : existing) {
    RETURN_IF_ERROR(migrate.Query(absl::StrCat("ANALYZE ", Qualified(table))).status());
  }
  return absl::OkStatus();
}

}  // namespace ferry::executor
