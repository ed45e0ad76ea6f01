#include "pg/catalog/query.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "core/schema/field.h"
#include "core/sql/reread.h"
#include "pg/catalog/acl.h"

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
  std::optional<std::vector<std::string>> list = ParseArray(Text());
  good_ = good_ && list.has_value();
  return std::move(list).value_or(std::vector<std::string>());
}

schema::Traits Row::Access() {
  schema::Traits traits;
  traits.owner = Text();
  const std::string acl = Text();
  std::optional<std::vector<std::string>> grants = Grants(acl, Text(), traits.owner);
  good_ = good_ && grants.has_value();
  traits.grants = std::move(grants).value_or(std::vector<std::string>());
  return traits;
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
