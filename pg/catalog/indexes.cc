#include "pg/catalog/query.h"
#include "pg/catalog/readers.h"

namespace ferry::pg::catalog {

absl::Status ReadIndexes(Session& session, Objects& out) {
  constexpr char kSql[] = R"sql(
SELECT c.nspname, c.relname, ic.relname, pg_catalog.pg_get_indexdef(ic.oid), i.indisvalid, i.indisready,
       (SELECT pg_catalog.quote_ident(pn.nspname) || '.' || pg_catalog.quote_ident(pc.relname)
        FROM pg_catalog.pg_inherits h JOIN pg_catalog.pg_class pc ON pc.oid = h.inhparent
        JOIN pg_catalog.pg_namespace pn ON pn.oid = pc.relnamespace
        WHERE h.inhrelid = ic.oid),
       i.indisclustered, i.indisreplident
FROM rel c
JOIN pg_catalog.pg_index i ON i.indrelid = c.oid
JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid
WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k
                  WHERE k.conrelid = i.indrelid AND k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x')))sql";
  return ForEachRow(session, kSql, [&](Row& row) {
    const std::string schema = row.Text();
    const std::string table = row.Text();
    const std::string name = row.Text();
    schema::Index index;
    index.definition = row.Definition();
    index.valid = row.Bool();
    index.ready = row.Bool();
    index.attached_to = row.Text();
    index.clustered = row.Bool();
    index.replica_identity = row.Bool();
    out.push_back(schema::MakeObject({schema::ObjectKind::kIndex, schema, table, name}, std::move(index)));
  });
}

}  // namespace ferry::pg::catalog
