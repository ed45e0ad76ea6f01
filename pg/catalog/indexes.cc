#include "absl/strings/strip.h"
#include "core/sql/reread.h"
#include "pg/catalog/query.h"
#include "pg/catalog/readers.h"

namespace ferry::pg::catalog {

absl::Status ReadIndexes(Batch& batch, Collector& out) {
  constexpr char kSql[] = R"sql(
SELECT ic.oid, c.nspname, c.relname, ic.relname, i.indisunique, pg_catalog.pg_get_indexdef(ic.oid),
       pg_catalog.concat(
           'CREATE ', CASE WHEN i.indisunique THEN 'UNIQUE ' END, 'INDEX ', pg_catalog.quote_ident(ic.relname), ' ON ',
           CASE WHEN ic.relkind = 'I' THEN 'ONLY ' END, pg_catalog.quote_ident(c.nspname), '.',
           pg_catalog.quote_ident(c.relname), ' '),
       i.indisvalid, i.indisready,
       CASE WHEN ic.reltablespace <> 0::pg_catalog.oid THEN
       (SELECT s.spcname FROM pg_catalog.pg_tablespace s WHERE s.oid = ic.reltablespace) END,
       CASE WHEN ic.relispartition THEN
       (SELECT pg_catalog.quote_ident(pn.nspname) || '.' || pg_catalog.quote_ident(pc.relname)
        FROM pg_catalog.pg_inherits h JOIN pg_catalog.pg_class pc ON pc.oid = h.inhparent
        JOIN pg_catalog.pg_namespace pn ON pn.oid = pc.relnamespace
        WHERE h.inhrelid = ic.oid) END,
       i.indisclustered, i.indisreplident,
       CASE WHEN i.indexprs IS NOT NULL THEN
       ARRAY(SELECT a.attnum || '=' || a.attstattarget FROM pg_catalog.pg_attribute a
             WHERE a.attrelid = ic.oid AND a.attstattarget >= 0 ORDER BY a.attnum) END
FROM rel c
JOIN pg_catalog.pg_index i ON i.indrelid = c.oid
JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid
WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k
                  WHERE k.conrelid = i.indrelid AND k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x')))sql";
  return ForEachRow(batch, kSql, [&](Row& row) {
    const Address address{Catalog::kClass, row.Int()};
    const std::string schema = row.Text();
    const std::string table = row.Text();
    const std::string name = row.Text();
    schema::Index index;
    index.unique = row.Bool();
    const std::string definition = row.Text();
    index.definition = sql::Reread(absl::StripPrefix(definition, row.Text()));
    index.valid = row.Bool();
    index.ready = row.Bool();
    index.tablespace = row.Text();
    index.attached_to = row.Text();
    index.clustered = row.Bool();
    index.replica_identity = row.Bool();
    index.statistics = row.List();
    out.Add(address, {schema::ObjectKind::kIndex, schema, table, name}, std::move(index));
  });
}

}  // namespace ferry::pg::catalog
