#include "absl/strings/strip.h"
#include "absl/strings/substitute.h"
#include "core/sql/reread.h"
#include "pg/catalog/query.h"
#include "pg/catalog/readers.h"

namespace ferry::pg::catalog {

absl::Status ReadIndexes(Batch& batch, Collector& out) {
  // pg_get_indexdef searches all operator classes once a column. It is only asked where its answer is not
  // plain: a btree over columns whose type's own operator class, collation and order it has.
  constexpr char kSql[] = R"sql(
SELECT ic.oid, c.nspname, c.relname, ic.relname, i.indisunique,
       CASE WHEN p.columns IS NOT NULL AND ic.reloptions IS NULL THEN pg_catalog.concat('USING btree (', p.columns, ')',
           $0CASE WHEN i.indpred IS NOT NULL THEN ' WHERE ' || pg_catalog.pg_get_expr(i.indpred, i.indrelid) END)
       ELSE pg_catalog.pg_get_indexdef(ic.oid) END,
       CASE WHEN p.columns IS NULL OR ic.reloptions IS NOT NULL THEN pg_catalog.concat(
           'CREATE ', CASE WHEN i.indisunique THEN 'UNIQUE ' END, 'INDEX ', pg_catalog.quote_ident(ic.relname), ' ON ',
           CASE WHEN ic.relkind = 'I' THEN 'ONLY ' END, pg_catalog.quote_ident(c.nspname), '.',
           pg_catalog.quote_ident(c.relname), ' ') END,
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
LEFT JOIN LATERAL (
  SELECT CASE WHEN pg_catalog.bool_and(
           o.opcdefault AND o.opcmethod = 403::pg_catalog.oid AND k.coll = a.attcollation
           AND (o.opcintype = a.atttypid OR (o.opcintype = 25::pg_catalog.oid AND a.atttypid = 1043::pg_catalog.oid)
                OR (o.opcintype = 3500::pg_catalog.oid
                    AND (SELECT t.typtype = 'e' FROM pg_catalog.pg_type t WHERE t.oid = a.atttypid)))) THEN
         pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' ORDER BY k.n) END AS columns
  FROM ROWS FROM (pg_catalog.unnest(i.indkey::pg_catalog.int2[]), pg_catalog.unnest(i.indclass::pg_catalog.oid[]),
                  pg_catalog.unnest(i.indcollation::pg_catalog.oid[])) WITH ORDINALITY k(att, cls, coll, n)
  JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.att
  JOIN pg_catalog.pg_opclass o ON o.oid = k.cls
  WHERE i.indexprs IS NULL AND i.indnatts = i.indnkeyatts AND 0 = ALL (i.indoption::pg_catalog.int2[])
) p ON true
WHERE i.indexrelid NOT IN (SELECT k.conindid FROM pg_catalog.pg_constraint k WHERE k.contype IN ('p', 'u', 'x')))sql";
  // NULLS NOT DISTINCT came with PostgreSQL 15.
  const absl::string_view nulls = batch.server_version() >= 150000
                                      ? "CASE WHEN i.indnullsnotdistinct THEN ' NULLS NOT DISTINCT' END, "
                                      : "";
  return ForEachRow(batch, absl::Substitute(kSql, nulls), [&](Row& row) {
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
