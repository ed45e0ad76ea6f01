#include "pg/catalog/query.h"
#include "pg/catalog/readers.h"

namespace ferry::pg::catalog {

absl::Status ReadColumns(Session& session, Collector& out) {
  constexpr char kSql[] = R"sql(
SELECT c.oid, a.attnum, c.nspname, c.relname, a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull,
       CASE a.attgenerated WHEN '' THEN pg_catalog.pg_get_expr(d.adbin, d.adrelid) END,
       CASE a.attidentity WHEN 'a' THEN 'always' WHEN 'd' THEN 'by default' END,
       CASE WHEN a.attidentity <> '' THEN
         (SELECT pg_catalog.format('SEQUENCE NAME %I.%I START WITH %s INCREMENT BY %s MINVALUE %s MAXVALUE %s CACHE %s',
                                   sn.nspname, sc.relname, s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache) ||
                 CASE WHEN s.seqcycle THEN ' CYCLE' ELSE '' END
          FROM pg_catalog.pg_depend dep JOIN pg_catalog.pg_sequence s ON s.seqrelid = dep.objid
          JOIN pg_catalog.pg_class sc ON sc.oid = s.seqrelid
          JOIN pg_catalog.pg_namespace sn ON sn.oid = sc.relnamespace
          WHERE dep.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND dep.refobjid = a.attrelid
            AND dep.refobjsubid = a.attnum AND dep.deptype = 'i'
            AND dep.classid = 'pg_catalog.pg_class'::pg_catalog.regclass) END,
       CASE a.attgenerated WHEN 's' THEN 'stored' WHEN 'v' THEN 'virtual' END,
       CASE WHEN a.attgenerated <> '' THEN pg_catalog.pg_get_expr(d.adbin, d.adrelid) END,
       CASE WHEN a.attcollation <> t.typcollation THEN
         (SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(co.collname)
          FROM pg_catalog.pg_collation co JOIN pg_catalog.pg_namespace n ON n.oid = co.collnamespace
          WHERE co.oid = a.attcollation) END,
       CASE WHEN a.attstorage <> t.typstorage THEN
         CASE a.attstorage WHEN 'p' THEN 'plain' WHEN 'e' THEN 'external' WHEN 'm' THEN 'main' ELSE 'extended' END END,
       CASE pg_catalog.to_jsonb(a) ->> 'attcompression' WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END,
       COALESCE(a.attstattarget, -1),
       CASE WHEN a.attoptions IS NOT NULL THEN ARRAY(SELECT o FROM pg_catalog.unnest(a.attoptions) o WHERE o !~ '^pg_' ORDER BY o COLLATE pg_catalog."C") END,
       CASE WHEN a.attfdwoptions IS NOT NULL THEN ARRAY(SELECT o FROM pg_catalog.unnest(a.attfdwoptions) o ORDER BY o COLLATE pg_catalog."C") END,
       a.attinhcount > 0 AND NOT a.attislocal,
       a.attnum
FROM rel c
JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE c.relkind IN ('r', 'p', 'f'))sql";
  return ForEachRow(session, kSql, [&](Row& row) {
    const int64_t relation = row.Int();
    const Address address{Catalog::kClass, relation, row.Int()};
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
    column.storage = row.Text();
    column.compression = row.Text();
    column.statistics_target = row.Int();
    column.options = row.List();
    column.foreign_options = row.List();
    column.inherited = row.Bool();
    column.position = row.Int();
    out.Add(address, {schema::ObjectKind::kColumn, schema, table, name}, std::move(column));
  });
}

}  // namespace ferry::pg::catalog
