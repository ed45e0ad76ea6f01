#include "pg/catalog/query.h"
#include "pg/catalog/readers.h"

namespace ferry::pg::catalog {

absl::Status ReadTables(Batch& batch, Collector& out) {
  constexpr char kSql[] = R"sql(
, parent AS (
  SELECT i.inhrelid, pg_catalog.array_agg(pg_catalog.quote_ident(pn.nspname) || '.' || pg_catalog.quote_ident(pc.relname)
                                          ORDER BY i.inhseqno) AS names
  FROM pg_catalog.pg_inherits i JOIN pg_catalog.pg_class pc ON pc.oid = i.inhparent
  JOIN pg_catalog.pg_namespace pn ON pn.oid = pc.relnamespace
  WHERE pc.relkind IN ('r', 'p', 'f')
  GROUP BY i.inhrelid
)
SELECT c.oid, c.nspname, c.relname,
       CASE c.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'partitioned table' ELSE 'foreign table' END,
       CASE c.relpersistence WHEN 'u' THEN 'unlogged' ELSE 'permanent' END,
       am.amname,
       CASE WHEN c.reltablespace <> 0::pg_catalog.oid THEN
       (SELECT s.spcname FROM pg_catalog.pg_tablespace s WHERE s.oid = c.reltablespace) END,
       CASE WHEN c.reloptions IS NOT NULL OR tc.reloptions IS NOT NULL THEN
       ARRAY(SELECT o FROM (SELECT pg_catalog.unnest(c.reloptions) UNION ALL
                            SELECT 'toast.' || pg_catalog.unnest(tc.reloptions)) x(o)) END,
       CASE WHEN c.reloftype <> 0::pg_catalog.oid THEN pg_catalog.format_type(c.reloftype, NULL) END,
       s.srvname, CASE WHEN f.ftoptions IS NOT NULL THEN
       ARRAY(SELECT o FROM pg_catalog.unnest(f.ftoptions) o ORDER BY o COLLATE pg_catalog."C") END,
       i.names,
       CASE c.relkind WHEN 'p' THEN pg_catalog.pg_get_partkeydef(c.oid) END,
       pg_catalog.pg_get_expr(c.relpartbound, c.oid),
       c.relrowsecurity, c.relforcerowsecurity,
       CASE WHEN c.relkind = 'f' THEN 'default' WHEN c.relreplident = 'n' THEN 'nothing'
            WHEN c.relreplident = 'f' THEN 'full' WHEN c.relreplident = 'i' THEN 'index' ELSE 'default' END,
       pg_catalog.pg_get_userbyid(c.relowner), c.relacl,
       CASE WHEN c.relacl IS NOT NULL THEN pg_catalog.acldefault('r', c.relowner) END
FROM rel c LEFT JOIN pg_catalog.pg_am am ON am.oid = c.relam
LEFT JOIN parent i ON i.inhrelid = c.oid
LEFT JOIN pg_catalog.pg_class tc ON tc.oid = c.reltoastrelid
LEFT JOIN pg_catalog.pg_foreign_table f ON f.ftrelid = c.oid
LEFT JOIN pg_catalog.pg_foreign_server s ON s.oid = f.ftserver
WHERE c.relkind IN ('r', 'p', 'f'))sql";
  return ForEachRow(batch, kSql, [&](Row& row) {
    const Address address{Catalog::kClass, row.Int()};
    const std::string schema = row.Text();
    const std::string name = row.Text();
    schema::Table table;
    table.kind = row.Text();
    table.persistence = row.Text();
    table.access_method = row.Text();
    table.tablespace = row.Text();
    table.options = row.List();
    table.of_type = row.Text();
    table.foreign_server = row.Text();
    table.foreign_options = row.List();
    table.inherits = row.List();
    table.partition_key = row.Definition();
    table.partition_bound = row.Definition();
    table.row_security = row.Bool();
    table.force_row_security = row.Bool();
    table.replica_identity = row.Text();
    out.Add(address, {schema::ObjectKind::kTable, schema, "", name}, std::move(table), row.Access());
  });
}

}  // namespace ferry::pg::catalog
