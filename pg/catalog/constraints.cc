#include "pg/catalog/query.h"
#include "pg/catalog/readers.h"

namespace ferry::pg::catalog {

// Left out: NOT NULL ('n', PostgreSQL 18), which is the column's; constraint triggers ('t'), which are
// triggers; and the copies of a foreign key that PostgreSQL keeps for partitions, as pg_dump does.
absl::Status ReadConstraints(Session& session, Objects& out) {
  constexpr char kSql[] = R"sql(
SELECT c.nspname, c.relname, k.conname,
       CASE k.contype WHEN 'c' THEN 'check' WHEN 'p' THEN 'primary key' WHEN 'u' THEN 'unique'
                      WHEN 'x' THEN 'exclude' ELSE 'foreign key' END,
       pg_catalog.regexp_replace(pg_catalog.pg_get_constraintdef(k.oid), ' NOT VALID$', ''),
       k.convalidated AND COALESCE(i.indisvalid, true),
       (SELECT pg_catalog.string_agg(o, ', ' ORDER BY o COLLATE pg_catalog."C")
        FROM pg_catalog.unnest(ic.reloptions) o),
       COALESCE(i.indisclustered, false), COALESCE(i.indisreplident, false)
FROM rel c
JOIN pg_catalog.pg_constraint k ON k.conrelid = c.oid
LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = k.conindid AND k.contype IN ('p', 'u', 'x')
LEFT JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid
WHERE k.contype IN ('c', 'p', 'u', 'x') OR (k.contype = 'f' AND k.conparentid = 0))sql";
  return ForEachRow(session, kSql, [&](Row& row) {
    const std::string schema = row.Text();
    const std::string table = row.Text();
    const std::string name = row.Text();
    schema::Constraint constraint;
    constraint.type = row.Text();
    constraint.definition = row.Definition();
    constraint.validated = row.Bool();
    constraint.index_options = row.Text();
    constraint.clustered = row.Bool();
    constraint.replica_identity = row.Bool();
    out.push_back(
        schema::MakeObject({schema::ObjectKind::kConstraint, schema, table, name}, std::move(constraint)));
  });
}

}  // namespace ferry::pg::catalog
