#include "pg/catalog/query.h"
#include "pg/catalog/readers.h"

namespace ferry::pg::catalog {

absl::Status ReadSequences(Batch& batch, Collector& out) {
  constexpr char kSql[] = R"sql(
SELECT c.oid, c.nspname, c.relname, pg_catalog.format_type(s.seqtypid, NULL), s.seqstart, s.seqincrement, s.seqmin, s.seqmax,
       s.seqcache, s.seqcycle,
       CASE c.relpersistence WHEN 'u' THEN 'unlogged' ELSE 'permanent' END,
       CASE WHEN d.deptype = 'a' THEN
       (SELECT pg_catalog.quote_ident(tn.nspname) || '.' || pg_catalog.quote_ident(t.relname) || '.' ||
               pg_catalog.quote_ident(a.attname)
        FROM pg_catalog.pg_class t JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
        JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid
        WHERE t.oid = d.refobjid AND a.attnum = d.refobjsubid) END,
       pg_catalog.pg_get_userbyid(c.relowner), c.relacl,
       CASE WHEN c.relacl IS NOT NULL THEN pg_catalog.acldefault('s', c.relowner) END
FROM rel c
JOIN pg_catalog.pg_sequence s ON s.seqrelid = c.oid
LEFT JOIN pg_catalog.pg_depend d
  ON d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.objsubid = 0
  AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.deptype IN ('a', 'i')
WHERE d.deptype IS DISTINCT FROM 'i')sql";
  return ForEachRow(batch, kSql, [&](Row& row) {
    const Address address{Catalog::kClass, row.Int()};
    const std::string schema = row.Text();
    const std::string name = row.Text();
    schema::Sequence sequence;
    sequence.type = row.Text();
    sequence.start = row.Int();
    sequence.increment = row.Int();
    sequence.min = row.Int();
    sequence.max = row.Int();
    sequence.cache = row.Int();
    sequence.cycle = row.Bool();
    sequence.persistence = row.Text();
    sequence.owned_by = row.Text();
    out.Add(address, {schema::ObjectKind::kSequence, schema, "", name}, std::move(sequence), row.Access());
  });
}

}  // namespace ferry::pg::catalog
