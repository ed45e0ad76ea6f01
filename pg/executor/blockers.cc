#include "pg/executor/blockers.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "core/sql/quote.h"
#include "pg/ledger/cells.h"

namespace ferry::executor {
namespace {

// $1: names as an array. The tables themselves, and for an index its table.
constexpr char kRelations[] =
    "WITH named AS (SELECT pg_catalog.to_regclass(n)::pg_catalog.oid AS oid FROM "
    "pg_catalog.unnest($1::pg_catalog.text[]) n),"
    " relation AS (SELECT oid FROM named WHERE oid IS NOT NULL UNION SELECT i.indrelid FROM "
    "pg_catalog.pg_index i"
    " JOIN named n ON i.indexrelid OPERATOR(pg_catalog.=) n.oid)";

std::string NamesArray(const std::vector<sql::TableName>& tables) {
  std::vector<std::string> names;
  for (const sql::TableName& table : tables) names.push_back(sql::QuoteQualified(table));
  return ledger::TextArray(names);
}

}  // namespace

absl::StatusOr<pg::Rows> Look(pg::Session& session, absl::string_view search_path, absl::string_view query,
                              const std::vector<std::optional<std::string>>& values, absl::string_view role) {
  if (session.in_transaction()) return Error(ErrorCode::kInternal, "a look needs a transaction of its own");
  std::vector<pg::Sent> sent = {
      {"BEGIN", {}}, {"SELECT pg_catalog.set_config('search_path', $1, true)", {std::string(search_path)}}};
  if (!role.empty()) sent.push_back({absl::StrCat("SET LOCAL ROLE ", sql::QuoteIdentifier(role)), {}});
  const size_t asked = sent.size();
  sent.push_back({std::string(query), values});
  sent.push_back({"ROLLBACK", {}});
  pg::Rows found;
  const absl::Status status = session.QueryAll(sent, [&](size_t i, const pg::Rows& rows) {
    if (i == asked) found = rows;
    return absl::OkStatus();
  });
  session.Rollback();  // where ROLLBACK was not reached
  RETURN_IF_ERROR(status);
  return found;
}

absl::StatusOr<std::vector<sql::TableName>> ResolveTables(pg::Session& session,
                                                          const std::vector<sql::TableName>& tables,
                                                          absl::string_view search_path) {
  if (tables.empty()) return std::vector<sql::TableName>{};
  ASSIGN_OR_RETURN(
      const pg::Rows rows,
      Look(session, search_path,
           absl::StrCat(kRelations,
                        " SELECT n.nspname, c.relname FROM relation r JOIN pg_catalog.pg_class c ON c.oid"
                        " OPERATOR(pg_catalog.=) r.oid JOIN pg_catalog.pg_namespace n ON n.oid"
                        " OPERATOR(pg_catalog.=) c.relnamespace WHERE c.relkind IN ('r', 'p', 'm')"
                        " ORDER BY 1, 2"),
           {NamesArray(tables)}));
  std::vector<sql::TableName> resolved;
  for (size_t row = 0; row < rows.size(); ++row) {
    resolved.push_back({ledger::Text(rows, row, 0), ledger::Text(rows, row, 1)});
  }
  return resolved;
}

}  // namespace ferry::executor
