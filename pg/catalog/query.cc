#include "pg/catalog/query.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "core/schema/field.h"
#include "core/sql/reread.h"

namespace ferry::pg::catalog {
namespace {

// PostgreSQL reserves names starting with pg_ for itself: pg_catalog, pg_toast, pg_temp_3, ….
constexpr char kCovered[] = R"sql(
WITH member AS (
  SELECT d.classid, d.objid FROM pg_catalog.pg_depend d
  WHERE d.deptype = 'e' AND d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
), ns AS (
  SELECT n.* FROM pg_catalog.pg_namespace n
  WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'ferry')
), rel AS (
  SELECT n.nspname, c.* FROM pg_catalog.pg_class c JOIN ns n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S') AND c.relpersistence <> 't'
    AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
                                           AND m.objid = c.oid)
))sql";

}  // namespace

std::string Row::Text() {
  if (column_ < rows_.columns.size()) return rows_.at(row_, column_++).value_or("");
  good_ = false;
  return "";
}

std::string Row::Definition() { return sql::Reread(Text()); }

bool Row::Bool() {
  const std::string text = Text();
  good_ = good_ && (text == "t" || text == "f");
  return text == "t";
}

int64_t Row::Int() {
  int64_t value = 0;
  good_ = schema::DecodeField(Text(), value) && good_;
  return value;
}

std::vector<std::string> Row::List() {
  const std::string text = Text();
  std::vector<std::string> out;
  if (text.empty() || text == "{}") return out;
  good_ = good_ && text.size() > 2 && text.front() == '{' && text.back() == '}';
  std::string element;
  bool quoted = false;
  for (size_t i = 1; good_ && i + 1 < text.size(); ++i) {
    const char c = text[i];
    if (c == '\\') {
      element.push_back(text[++i]);
    } else if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      out.push_back(std::move(element));
      element.clear();
    } else {
      element.push_back(c);
    }
  }
  out.push_back(std::move(element));
  return out;
}

bool Row::Complete() const { return good_ && column_ == rows_.columns.size(); }

absl::Status ForEachRow(Session& session, absl::string_view sql, absl::FunctionRef<void(Row&)> read) {
  ASSIGN_OR_RETURN(const Rows rows, session.Query(absl::StrCat(kCovered, sql)));
  for (size_t i = 0; i < rows.size(); ++i) {
    Row row(rows, i);
    read(row);
    if (!row.Complete()) {
      return Error(ErrorCode::kInternal, "a catalog query returned a row that it should not").Statement(sql);
    }
  }
  return absl::OkStatus();
}

}  // namespace ferry::pg::catalog
