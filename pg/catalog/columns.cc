#include "pg/catalog/query.h"
#include "pg/catalog/readers.h"

namespace ferry::pg::catalog {

// The sequence behind an identity column depends on it internally (deptype 'i'); that of a serial column
// automatically
// ('a'), and is an object of its own.
absl::Status ReadColumns(Session& session, Objects& out) {
  constexpr char kSql[] = R"sql(
SELECT c.nspname, c.relname, a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull,
       CASE a.attgenerated WHEN '' THEN pg_catalog.pg_get_expr(d.adbin, d.adrelid) END,
       CASE a.attidentity WHEN 'a' THEN 'always' WHEN 'd' THEN 'by default' END,
       CASE WHEN a.attidentity <> '' THEN
         (SELECT pg_catalog.format('start %s increment %s min %s max %s cache %s', s.seqstart, s.seqincrement,
                                   s.seqmin, s.seqmax, s.seqcache) || CASE WHEN s.seqcycle THEN ' cycle' ELSE '' END
          FROM pg_catalog.pg_depend dep JOIN pg_catalog.pg_sequence s ON s.seqrelid = dep.objid
          WHERE dep.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND dep.refobjid = a.attrelid
            AND dep.refobjsubid = a.attnum AND dep.deptype = 'i'
            AND dep.classid = 'pg_catalog.pg_class'::pg_catalog.regclass) END,
       CASE a.attgenerated WHEN 's' THEN 'stored' WHEN 'v' THEN 'virtual' END,
       CASE WHEN a.attgenerated <> '' THEN pg_catalog.pg_get_expr(d.adbin, d.adrelid) END,
       CASE WHEN a.attcollation <> t.typcollation THEN
         (SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(co.collname)
          FROM pg_catalog.pg_collation co JOIN pg_catalog.pg_namespace n ON n.oid = co.collnamespace
          WHERE co.oid = a.attcollation) END,
       a.attnum
FROM rel c
JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE c.relkind IN ('r', 'p', 'f'))sql";
  return ForEachRow(session, kSql, [&](Row& row) {
    const std::string schema = row.Text();
    const std::string table = row.Text();
    const std::string name = row.Text();
    schema::Column column;
    column.type = row.Text();
    column.not_null = row.Bool();
    column.default_expression = row.Definition();
    column.identity = row.Text();
    column.identity_options = row.Text();
    column.generated = row.Text();
    column.generation_expression = row.Definition();
    column.collation = row.Text();
    column.position = row.Int();
    out.push_back(schema::MakeObject({schema::ObjectKind::kColumn, schema, table, name}, std::move(column)));
  });
}

}  // namespace ferry::pg::catalog
