#include "pg/restore/swap.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/error.h"
#include "core/base/fault.h"
#include "core/sql/quote.h"

namespace ferry::restore {
namespace {

constexpr size_t kNamed = 5;
constexpr char kInUse[] = "55006";  // object_in_use

constexpr char kConnected[] =
    "SELECT coalesce(a.usename::pg_catalog.text, '?'), coalesce(a.application_name, ''), "
    "a.pid::pg_catalog.text,"
    " coalesce(pg_catalog.date_trunc('second', a.backend_start)::pg_catalog.text, '?')"
    " FROM pg_catalog.pg_stat_activity a WHERE a.datname OPERATOR(pg_catalog.=) $1"
    " AND coalesce(a.backend_type, 'client backend') OPERATOR(pg_catalog.=) 'client backend'"
    " UNION ALL SELECT x.owner::pg_catalog.text, 'prepared transaction ' || x.gid, '0', "
    "x.prepared::pg_catalog.text"
    " FROM pg_catalog.pg_prepared_xacts x WHERE x.database OPERATOR(pg_catalog.=) $1 ORDER BY 4";

absl::Status Rename(pg::Session& session, const std::string& from, const std::string& to) {
  return session
      .Query(absl::StrCat("ALTER DATABASE ", sql::QuoteIdentifier(from), " RENAME TO ",
                          sql::QuoteIdentifier(to)))
      .status();
}

absl::Status Exchange(pg::Session& session, const Names& names, absl::string_view comment,
                      absl::string_view run_id, absl::Duration timeout) {
  const int64_t left = std::max<int64_t>(1, absl::ToInt64Milliseconds(std::min(timeout, absl::Hours(1))));
  RETURN_IF_ERROR(session.Query(absl::StrCat("SET LOCAL statement_timeout = ", left)).status());
  ASSIGN_OR_RETURN(const std::optional<std::string> old, CommentOf(session, names.target));
  if (old.has_value()) {
    RETURN_IF_ERROR(Rename(session, names.target, names.before));
    RETURN_IF_ERROR(
        SetComment(session, names.before,
                   absl::StrCat("replaced by the restore ", run_id, old->empty() ? "" : "; ", *old)));
  }
  RETURN_IF_ERROR(Rename(session, names.fresh, names.target));
  return SetComment(session, names.target, comment);
}

}  // namespace

absl::StatusOr<std::vector<Connected>> WhoIsConnected(pg::Session& session, absl::string_view database) {
  ASSIGN_OR_RETURN(const pg::Rows rows, session.Query(kConnected, {std::string(database)}));
  std::vector<Connected> out;
  for (size_t row = 0; row < rows.size(); ++row) {
    const auto text = [&](size_t column) { return rows.at(row, column).value_or(""); };
    out.push_back({absl::StrCat(text(0), " (", text(1), ") pid ", text(2), " since ", text(3)), text(1)});
  }
  return out;
}

absl::Status InUse(const std::vector<Connected>& connected, absl::string_view database) {
  if (connected.empty()) return absl::OkStatus();
  std::vector<std::string> named;
  for (const Connected& c : connected) {
    if (named.size() < kNamed) named.push_back(c.text);
  }
  if (connected.size() > kNamed) named.push_back(absl::StrCat("and ", connected.size() - kNamed, " more"));
  return Error(ErrorCode::kTargetInUse,
               absl::StrCat("others are connected to \"", database, "\": ", absl::StrJoin(named, ", ")))
      .TargetState("unchanged: no names were exchanged")
      .Next("stop them, or give the agent's file hooks that do (restore: hooks:), then restore again");
}

absl::Status ExchangeNames(pg::Session& session, const Names& names, absl::string_view comment,
                           absl::string_view run_id, absl::Duration timeout) {
  RETURN_IF_ERROR(session.Begin());
  absl::Status status = Exchange(session, names, comment, run_id, timeout);
  FAULT_POINT("swap.renamed.before");
  if (status.ok()) status = session.Commit();
  if (status.ok()) {
    FAULT_POINT("swap.renamed.after");
    return status;
  }
  session.Rollback();
  if (DetailOf(status).sqlstate != kInUse) return status;
  for (const std::string& database : {names.target, names.fresh}) {
    ASSIGN_OR_RETURN(const std::vector<Connected> connected, WhoIsConnected(session, database));
    RETURN_IF_ERROR(InUse(connected, database));
  }
  return Error(ErrorCode::kTargetInUse, status.message())
      .TargetState("unchanged: no names were exchanged")
      .Next("whoever it was has gone again: restore again");
}

}  // namespace ferry::restore
