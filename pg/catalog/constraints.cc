#include "pg/catalog/query.h"
#include "pg/catalog/readers.h"

namespace ferry::pg::catalog {

absl::Status ReadConstraints(Session& session, Collector& out) {
  constexpr char kSql[] = R"sql(
SELECT k.oid, c.nspname, c.relname, k.conname,
       CASE k.contype WHEN 'c' THEN 'check' WHEN 'p' THEN 'primary key' WHEN 'u' THEN 'unique'
                      WHEN 'x' THEN 'exclude' WHEN 't' THEN 'trigger' ELSE 'foreign key' END,
       pg_catalog.regexp_replace(pg_catalog.pg_get_constraintdef(k.oid), ' NOT VALID$', ''),
       k.convalidated AND COALESCE(i.indisvalid, true),
       ARRAY(SELECT o FROM pg_catalog.unnest(ic.reloptions) o ORDER BY o COLLATE pg_catalog."C"),
       (SELECT s.spcname FROM pg_catalog.pg_tablespace s WHERE s.oid = ic.reltablespace),
       (SELECT pg_catalog.quote_ident(pn.nspname) || '.' || pg_catalog.quote_ident(pc.relname)
        FROM pg_catalog.pg_inherits h JOIN pg_catalog.pg_class pc ON pc.oid = h.inhparent
        JOIN pg_catalog.pg_namespace pn ON pn.oid = pc.relnamespace
        WHERE h.inhrelid = ic.oid),
       COALESCE(i.indisclustered, false), COALESCE(i.indisreplident, false), ic.oid
FROM rel c
JOIN pg_catalog.pg_constraint k ON k.conrelid = c.oid
LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = k.conindid AND k.contype IN ('p', 'u', 'x')
LEFT JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid
WHERE (k.contype = 'c' AND k.conislocal) OR k.contype IN ('p', 'u', 'x') OR (k.contype = 'f' AND k.conparentid = 0))sql";
  return ForEachRow(session, kSql, [&](Row& row) {
    const Address address{Catalog::kConstraint, row.Int()};
    const std::string schema = row.Text();
    const std::string table = row.Text();
    const std::string name = row.Text();
    schema::Constraint constraint;
    constraint.type = row.Text();
    constraint.definition = row.Definition();
    constraint.validated = row.Bool();
    constraint.index_options = row.List();
    constraint.tablespace = row.Text();
    constraint.attached_to = row.Text();
    constraint.clustered = row.Bool();
    constraint.replica_identity = row.Bool();
    const std::string index = row.Text();
    int64_t oid = 0;
    if (schema::DecodeField(index, oid)) out.Alias({Catalog::kClass, oid}, address);
    out.Add(address, {schema::ObjectKind::kConstraint, schema, table, name}, std::move(constraint));
  });
}

}  // namespace ferry::pg::catalog
