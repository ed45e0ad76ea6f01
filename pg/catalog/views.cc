#include "pg/catalog/query.h"
#include "pg/catalog/readers.h"

namespace ferry::pg::catalog {

absl::Status ReadViews(Session& session, Objects& out) {
  constexpr char kSql[] = R"sql(
SELECT c.nspname, c.relname, c.relkind = 'm', pg_catalog.btrim(pg_catalog.pg_get_viewdef(c.oid), E' \n'),
       (SELECT pg_catalog.string_agg(o, ', ' ORDER BY o COLLATE pg_catalog."C")
        FROM pg_catalog.unnest(c.reloptions) o)
FROM rel c
WHERE c.relkind IN ('v', 'm'))sql";
  return ForEachRow(session, kSql, [&](Row& row) {
    const std::string schema = row.Text();
    const std::string name = row.Text();
    schema::View view;
    view.materialized = row.Bool();
    view.definition = row.Definition();
    view.options = row.Text();
    out.push_back(schema::MakeObject({schema::ObjectKind::kView, schema, "", name}, std::move(view)));
  });
}

}  // namespace ferry::pg::catalog
