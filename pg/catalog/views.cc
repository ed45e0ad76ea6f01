#include "pg/catalog/query.h"
#include "pg/catalog/readers.h"

namespace ferry::pg::catalog {

absl::Status ReadViews(Batch& batch, Collector& out) {
  constexpr char kSql[] = R"sql(
SELECT c.oid, c.nspname, c.relname, c.relkind = 'm', pg_catalog.btrim(pg_catalog.pg_get_viewdef(c.oid), E' \n'),
       c.reloptions,
       am.amname,
       (SELECT s.spcname FROM pg_catalog.pg_tablespace s WHERE s.oid = c.reltablespace),
       ARRAY(SELECT pg_catalog.quote_ident(a.attname) || ' ' || pg_catalog.format_type(a.atttypid, a.atttypmod)
             FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
             ORDER BY a.attnum),
       c.relispopulated, pg_catalog.pg_get_userbyid(c.relowner), c.relacl,
       CASE WHEN c.relacl IS NOT NULL THEN pg_catalog.acldefault('r', c.relowner) END
FROM rel c LEFT JOIN pg_catalog.pg_am am ON am.oid = c.relam
WHERE c.relkind IN ('v', 'm'))sql";
  return ForEachRow(batch, kSql, [&](Row& row) {
    const Address address{Catalog::kClass, row.Int()};
    const std::string schema = row.Text();
    const std::string name = row.Text();
    schema::View view;
    view.materialized = row.Bool();
    view.definition = row.Definition();
    view.options = row.List();
    view.access_method = row.Text();
    view.tablespace = row.Text();
    view.columns = row.List();
    view.populated = row.Bool();
    out.Add(address, {schema::ObjectKind::kView, schema, "", name}, std::move(view), row.Access());
  });
}

}  // namespace ferry::pg::catalog
