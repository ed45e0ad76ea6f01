#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/sql/quote.h"
#include "tests/property/emit.h"
#include "tests/property/text.h"

namespace ferry::property {
namespace {

struct Query {
  std::string sql;
  bool simple = true;  // PostgreSQL can update through it
};

Query QueryOf(const Schema& schema, const Item& view) {
  const Draw draw = view.looks();
  const Item* source = schema.Used(view, {Kind::kView, Kind::kMaterializedView});
  const auto outputs = OutputColumns(schema, view);
  std::vector<std::string> columns;
  std::string from, condition;
  if (source != nullptr) {
    const auto inner = OutputColumns(schema, *source);
    for (size_t i = 0; i < outputs.size(); ++i) {
      columns.push_back(absl::StrCat("v.", sql::QuoteIdentifier(inner[i].first)));
    }
    from = absl::StrCat(Qualified(schema, *source), " v");
    condition = absl::StrCat(columns[0], " IS NOT NULL");
  } else {
    size_t at = 0;
    const Item* first = nullptr;
    for (const int id : view.uses) {
      const Item& column = schema.At(id);
      if (column.kind != Kind::kColumn) continue;
      if (first == nullptr) first = &column;
      columns.push_back(
          absl::StrCat("t.", Quoted(column), " AS ", sql::QuoteIdentifier(outputs[at++].first)));
    }
    const Item* function = schema.Used(view, {Kind::kFunction});
    const std::string value = absl::StrCat("t.", Quoted(*first));
    if (function != nullptr) columns.push_back(absl::StrCat(Call(schema, *function, value), " AS computed"));
    from = absl::StrCat(Qualified(schema, schema.At(view.parent)), " t");
    condition = Condition(ClassOf(schema, *first), value, draw);
  }
  Query query{absl::StrCat("SELECT ", absl::StrJoin(columns, ", "), " FROM ", from)};
  const bool ordered = absl::c_all_of(outputs, [](const auto& column) { return IsOrdered(column.second); });
  if (draw.Chance("where", 40)) absl::StrAppend(&query.sql, " WHERE ", condition);
  const size_t form = draw.Below("form", 10);
  if (form > 3) return query;
  query.simple = false;
  if (form == 0 && ordered) query.sql = absl::StrCat(query.sql, " UNION ALL ", query.sql);
  if (form == 1) query.sql = absl::StrCat("WITH inner_query AS (", query.sql, ") SELECT * FROM inner_query");
  if (form == 2) absl::StrAppend(&query.sql, " ORDER BY 1 LIMIT ", 1 + draw.Below("limit", 9));
  if (form == 2 && !ordered) query.sql = query.sql.substr(0, query.sql.find(" ORDER BY 1")) + " LIMIT 3";
  if (form == 3) absl::StrAppend(&query.sql, " OFFSET 1");
  return query;
}

std::string ViewOptions(const Schema& schema, const Item& item) {
  std::vector<std::string> options;
  if (item.looks().Chance("barrier", 20)) options.push_back("security_barrier=true");
  if (schema.server >= 15 && item.looks().Chance("invoker", 15)) options.push_back("security_invoker=true");
  return options.empty() ? "" : absl::StrCat(" WITH (", absl::StrJoin(options, ", "), ")");
}

}  // namespace

void EmitView(const Schema& schema, const Item& item, Statements& out) {
  const Query query = QueryOf(schema, item);
  const Draw draw = item.looks();
  const std::string name = Qualified(schema, item);
  if (item.kind == Kind::kMaterializedView) {
    const bool relied = schema.IsUsedBy(item.id, {Kind::kView, Kind::kMaterializedView});
    out.push_back(absl::StrCat("CREATE MATERIALIZED VIEW ", name,
                               draw.Chance("fillfactor", 15) ? " WITH (fillfactor=75)" : "", " AS ",
                               query.sql, !relied && draw.Chance("no data", 20) ? " WITH NO DATA" : ""));
    return;
  }
  const bool updatable = query.simple && schema.Used(item, {Kind::kView, Kind::kMaterializedView}) == nullptr;
  const std::string check =
      updatable && draw.Chance("check option", 20)
          ? draw.Pick("check", {" WITH LOCAL CHECK OPTION", " WITH CASCADED CHECK OPTION"})
          : "";
  out.push_back(absl::StrCat("CREATE VIEW ", name, ViewOptions(schema, item), " AS ", query.sql, check));
  const auto columns = OutputColumns(schema, item);
  if (updatable && draw.Chance("default", 15) && columns[0].second == Class::kInt) {
    out.push_back(absl::StrCat("ALTER VIEW ", name, " ALTER COLUMN ", sql::QuoteIdentifier(columns[0].first),
                               " SET DEFAULT 17"));
  }
}

}  // namespace ferry::property
