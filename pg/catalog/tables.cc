#include "pg/catalog/query.h"
#include "pg/catalog/readers.h"

namespace ferry::pg::catalog {

absl::Status ReadTables(Session& session, Objects& out) {
  constexpr char kSql[] = R"sql(
SELECT c.nspname, c.relname,
       CASE c.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'partitioned table' ELSE 'foreign table' END,
       CASE c.relpersistence WHEN 'u' THEN 'unlogged' ELSE 'permanent' END,
       am.amname,
       (SELECT pg_catalog.string_agg(o, ', ' ORDER BY o COLLATE pg_catalog."C")
        FROM pg_catalog.unnest(c.reloptions) o),
       (SELECT pg_catalog.concat_ws(' ', pg_catalog.quote_ident(s.srvname),
                 '(' || (SELECT pg_catalog.string_agg(o, ', ' ORDER BY o COLLATE pg_catalog."C")
                         FROM pg_catalog.unnest(f.ftoptions) o) || ')')
        FROM pg_catalog.pg_foreign_table f JOIN pg_catalog.pg_foreign_server s ON s.oid = f.ftserver
        WHERE f.ftrelid = c.oid),
       (SELECT pg_catalog.string_agg('''' || pg_catalog.replace(pg_catalog.quote_ident(pn.nspname) || '.' ||
                  pg_catalog.quote_ident(pc.relname), '''', '''''') || '''', ', ' ORDER BY i.inhseqno)
        FROM pg_catalog.pg_inherits i JOIN pg_catalog.pg_class pc ON pc.oid = i.inhparent
        JOIN pg_catalog.pg_namespace pn ON pn.oid = pc.relnamespace
        WHERE i.inhrelid = c.oid),
       CASE c.relkind WHEN 'p' THEN pg_catalog.pg_get_partkeydef(c.oid) END,
       pg_catalog.pg_get_expr(c.relpartbound, c.oid),
       c.relrowsecurity, c.relforcerowsecurity,
       CASE c.relreplident WHEN 'n' THEN 'nothing' WHEN 'f' THEN 'full' WHEN 'i' THEN 'index' ELSE 'default' END
FROM rel c LEFT JOIN pg_catalog.pg_am am ON am.oid = c.relam
WHERE c.relkind IN ('r', 'p', 'f'))sql";
  return ForEachRow(session, kSql, [&](Row& row) {
    const std::string schema = row.Text();
    const std::string name = row.Text();
    schema::Table table;
    table.kind = row.Text();
    table.persistence = row.Text();
    table.access_method = row.Text();
    table.options = row.Text();
    table.foreign_server = row.Text();
    table.inherits = row.List();
    table.partition_key = row.Text();
    table.partition_bound = row.Text();
    table.row_security = row.Bool();
    table.force_row_security = row.Bool();
    table.replica_identity = row.Text();
    out.push_back(schema::MakeObject({schema::ObjectKind::kTable, schema, "", name}, std::move(table)));
  });
}

}  // namespace ferry::pg::catalog
