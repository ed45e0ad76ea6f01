#include "pg/watch/watch.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "core/base/error.h"
#include "core/sql/quote.h"
#include "pg/watch/sql.h"

namespace ferry::watch {
namespace {

constexpr int kMostNames = 4;  // of an address of PostgreSQL's: schema, table, column, …

constexpr char kWatched[] = R"sql(
SELECT (SELECT pg_catalog.count(*) FROM pg_catalog.pg_event_trigger e
        JOIN pg_catalog.pg_proc f ON f.oid OPERATOR(pg_catalog.=) e.evtfoid
        JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) f.pronamespace
        WHERE n.nspname OPERATOR(pg_catalog.=) 'ferry_watch' AND e.evtenabled OPERATOR(pg_catalog.=) ANY ('{O,A}')
          AND e.evtname OPERATOR(pg_catalog.=) ANY ('{ferry_watch_ddl,ferry_watch_drop}')) OPERATOR(pg_catalog.=) 2
       AND coalesce((SELECT pg_catalog.has_schema_privilege(n.oid, 'USAGE')
                            AND pg_catalog.has_table_privilege(c.oid, 'SELECT')
                     FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n
                       ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
                     WHERE n.nspname OPERATOR(pg_catalog.=) 'ferry_watch'
                       AND c.relname OPERATOR(pg_catalog.=) 'statement'), false))sql";

constexpr char kStatements[] = R"sql(
SELECT s.id, (extract(epoch FROM s.at) OPERATOR(pg_catalog.*) 1000000)::pg_catalog.int8, s.login, s.role, s.application,
       s.client, s.tag, s.object_type, s.object, s.statement, s.dropped, s.names[1], s.names[2], s.names[3], s.names[4]
FROM ferry_watch.statement s
WHERE $1::pg_catalog.text IS NULL OR NOT pg_catalog.pg_visible_in_snapshot(s.xid, $1::pg_catalog.pg_snapshot)
ORDER BY s.id DESC LIMIT 2000)sql";

// Without the comment at the top of the file.
std::vector<std::string> Statements(absl::string_view text) {
  std::vector<std::string> statements;
  for (absl::string_view statement : absl::StrSplit(text, "\n-- next\n")) {
    statements.emplace_back(absl::StripSuffix(statement, "\n"));
  }
  return statements;
}

std::vector<std::string> InstallStatements(const std::vector<std::string>& readers) {
  std::vector<std::string> statements = Statements(kInstall), grants;
  for (const std::string& reader : readers) {
    const std::string name = sql::QuoteIdentifier(reader);
    grants.push_back(absl::StrCat("GRANT USAGE ON SCHEMA ferry_watch TO ", name));
    grants.push_back(absl::StrCat("GRANT SELECT ON ferry_watch.statement TO ", name));
  }
  // Before the watch begins, which would record them.
  const auto begins = std::find_if(statements.begin(), statements.end(), [](absl::string_view statement) {
    return absl::StartsWith(statement, "CREATE EVENT TRIGGER");
  });
  statements.insert(begins, grants.begin(), grants.end());
  return statements;
}

std::string Script(const std::vector<std::string>& statements) {
  return absl::StrCat("BEGIN;\n", absl::StrJoin(statements, ";\n"), ";\nCOMMIT;\n");
}

absl::Status RunAll(pg::Session& session, const std::vector<std::string>& statements) {
  RETURN_IF_ERROR(session.Begin());
  absl::Status status;
  for (const std::string& statement : statements) {
    status = session.Query(statement).status();
    if (!status.ok()) break;
  }
  if (status.ok()) status = session.Commit();
  if (!status.ok()) session.Rollback();
  return status;
}

std::string Text(const pg::Rows& rows, size_t row, size_t column) {
  return rows.at(row, column).value_or("");
}

int64_t Int(const pg::Rows& rows, size_t row, size_t column) {
  int64_t value = 0;
  return absl::SimpleAtoi(Text(rows, row, column), &value) ? value : 0;
}

drift::ForeignStatement StatementOf(const pg::Rows& rows, size_t row) {
  drift::ForeignStatement out;
  out.id = Int(rows, row, 0);
  out.at = absl::FromUnixMicros(Int(rows, row, 1));
  out.login = Text(rows, row, 2);
  out.role = Text(rows, row, 3);
  out.application = Text(rows, row, 4);
  out.client = Text(rows, row, 5);
  out.tag = Text(rows, row, 6);
  out.object_type = Text(rows, row, 7);
  out.object = Text(rows, row, 8);
  out.statement = Text(rows, row, 9);
  out.dropped = pg::IsTrue(rows.at(row, 10));
  for (size_t i = 0; i < kMostNames && rows.at(row, 11 + i).has_value(); ++i) {
    out.names.push_back(*rows.at(row, 11 + i));
  }
  return out;
}

}  // namespace

std::string InstallSql(const std::vector<std::string>& readers) { return Script(InstallStatements(readers)); }

std::string RemoveSql() { return Script(Statements(kRemove)); }

absl::Status Install(pg::Session& superuser, const std::vector<std::string>& readers) {
  return RunAll(superuser, InstallStatements(readers));
}

absl::Status Remove(pg::Session& superuser) { return RunAll(superuser, Statements(kRemove)); }

absl::StatusOr<Mark> ReadMark(pg::Session& session) {
  ASSIGN_OR_RETURN(const pg::Rows watched, session.Query(kWatched));
  Mark mark;
  mark.watched = pg::IsTrue(watched.at(0, 0));
  if (!mark.watched) return mark;
  ASSIGN_OR_RETURN(const pg::Rows rows,
                   session.Query("SELECT pg_catalog.count(*), coalesce(pg_catalog.max(s.id), 0)"
                                 " FROM ferry_watch.statement s"));
  mark.count = Int(rows, 0, 0);
  mark.newest = Int(rows, 0, 1);
  return mark;
}

absl::StatusOr<std::string> Position(pg::Session& session) {
  ASSIGN_OR_RETURN(const pg::Rows rows,
                   session.Query("SELECT pg_catalog.pg_current_snapshot()::pg_catalog.text"));
  return Text(rows, 0, 0);
}

absl::StatusOr<std::vector<drift::ForeignStatement>> ReadStatements(pg::Session& session,
                                                                    const std::string& position) {
  ASSIGN_OR_RETURN(const pg::Rows watched, session.Query(kWatched));
  std::vector<drift::ForeignStatement> statements;
  if (!pg::IsTrue(watched.at(0, 0))) return statements;
  ASSIGN_OR_RETURN(
      const pg::Rows rows,
      session.Query(kStatements, {position.empty() ? std::nullopt : std::optional<std::string>(position)}));
  for (size_t row = rows.size(); row > 0; --row) statements.push_back(StatementOf(rows, row - 1));
  return statements;
}

}  // namespace ferry::watch
