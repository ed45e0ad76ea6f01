#include "pg/catalog/query.h"

#include <optional>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "core/sql/quote.h"
#include "core/sql/reread.h"
#include "pg/catalog/acl.h"

namespace ferry::pg::catalog {
namespace {

// PostgreSQL reserves names starting with pg_ for itself: pg_catalog, pg_toast, pg_temp_3, ….
constexpr char kMembers[] = R"sql(
WITH member AS (
  SELECT d.classid, d.objid FROM pg_catalog.pg_depend d
  WHERE d.deptype = 'e' AND d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
), ns AS (
  SELECT n.* FROM pg_catalog.pg_namespace n
  WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'ferry', 'ferry_watch'))sql";
constexpr char kRelations[] = R"sql(
), rel AS (
  SELECT n.nspname, c.* FROM pg_catalog.pg_class c JOIN ns n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S') AND c.relpersistence <> 't'
    AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
                                           AND m.objid = c.oid)
))sql";

// What COPY writes for bytes that would end a column or a line.
char Unescaped(char c) {
  switch (c) {
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case 'v':
      return '\v';
    default:
      return c;
  }
}

}  // namespace

absl::string_view Row::Raw() {
  good_ = good_ && !at_end_;
  if (!good_) return "\\N";
  const size_t tab = rest_.find('\t');
  const absl::string_view raw = rest_.substr(0, tab);
  at_end_ = tab == absl::string_view::npos;
  rest_.remove_prefix(at_end_ ? rest_.size() : tab + 1);
  return raw;
}

std::string Row::Text() {
  const absl::string_view raw = Raw();
  if (raw.find('\\') == absl::string_view::npos) return std::string(raw);
  std::string out;
  if (raw == "\\N") return out;
  out.reserve(raw.size());
  for (size_t i = 0; i < raw.size(); ++i) {
    out.push_back(raw[i] != '\\' || i + 1 == raw.size() ? raw[i] : Unescaped(raw[++i]));
  }
  return out;
}

std::string Row::Definition() { return sql::Reread(Text()); }

bool Row::Bool() {
  const absl::string_view raw = Raw();
  good_ = good_ && (raw == "t" || raw == "f");
  return raw == "t";
}

int64_t Row::Int() {
  int64_t value = 0;
  good_ = absl::SimpleAtoi(Raw(), &value) && good_;
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

Batch::Batch(Session& session, const std::vector<std::string>& schemas, bool sees_connections)
    : session_(session), sees_connections_(sees_connections) {
  std::string wanted;
  for (const std::string& name : schemas)
    absl::StrAppend(&wanted, wanted.empty() ? " AND n.nspname IN (" : ", ", sql::QuoteLiteral(name));
  covered_ = absl::StrCat(kMembers, wanted, wanted.empty() ? "" : ")", kRelations);
}

absl::Status Batch::Send() {
  sent_ = true;
  return session_.StartCopy(std::move(noted_));
}

absl::Status ForEachRow(Batch& batch, absl::string_view sql, absl::FunctionRef<void(Row&)> read) {
  if (!batch.sent_) {
    batch.noted_.push_back(absl::StrCat(batch.covered_, sql));
    return absl::OkStatus();
  }
  while (true) {
    ASSIGN_OR_RETURN(const std::optional<absl::string_view> line, batch.session_.NextRow());
    if (!line.has_value()) return absl::OkStatus();
    Row row(*line);
    read(row);
    if (!row.Complete()) {
      return Error(ErrorCode::kInternal, "a catalog query returned a row that it should not").Statement(sql);
    }
  }
}

}  // namespace ferry::pg::catalog
