#include <utility>

#include "absl/strings/substitute.h"
#include "pg/catalog/pieces.h"
#include "pg/catalog/query.h"
#include "pg/catalog/readers.h"

namespace ferry::pg::catalog {

namespace {

// A table with its column list and its row filter, as CREATE PUBLICATION takes it; `r` is pg_publication_rel.
constexpr char kLists[] = R"sql( ||
                   COALESCE(' (' || (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', '
                                                                  ORDER BY a.attname COLLATE pg_catalog."C")
                                     FROM pg_catalog.pg_attribute a
                                     WHERE a.attrelid = r.prrelid AND a.attnum = ANY (r.prattrs)) || ')', '') ||
                   COALESCE(' WHERE (' || pg_catalog.pg_get_expr(r.prqual, r.prrelid) || ')', ''))sql";

constexpr char kSchemas[] = R"sql(ARRAY(
         SELECT pg_catalog.quote_ident(x.nspname)
         FROM pg_catalog.pg_publication_namespace pn JOIN pg_catalog.pg_namespace x ON x.oid = pn.pnnspid
         WHERE pn.pnpubid = p.oid ORDER BY pg_catalog.quote_ident(x.nspname) COLLATE pg_catalog."C"))sql";

}  // namespace

absl::Status ReadPublications(Batch& batch, Collector& out) {
  const int version = batch.server_version();
  const std::string sql = absl::Substitute(
      R"sql(
SELECT p.oid, '', p.pubname, $0, p.puballtables,
       ARRAY(SELECT x.item
             FROM (SELECT pg_catalog.quote_ident(tn.nspname) || '.' || pg_catalog.quote_ident(t.relname)$1
                   FROM pg_catalog.pg_publication_rel r JOIN pg_catalog.pg_class t ON t.oid = r.prrelid
                   JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
                   WHERE r.prpubid = p.oid) x(item)
             ORDER BY x.item COLLATE pg_catalog."C"),
       $2,
       pg_catalog.concat_ws(', ', CASE WHEN p.pubinsert THEN 'insert' END, CASE WHEN p.pubupdate THEN 'update' END,
                            CASE WHEN p.pubdelete THEN 'delete' END, CASE WHEN p.pubtruncate THEN 'truncate' END),
       p.pubviaroot,
       $3
FROM pg_catalog.pg_publication p
WHERE $4)sql",
      AccessColumns("p.pubowner"), version < 150000 ? "" : kLists, version < 150000 ? "NULL" : kSchemas,
      version < 180000 ? "NULL" : "CASE p.pubgencols WHEN 's' THEN '{publish_generated_columns=stored}' END",
      NotMember("pg_publication", "p.oid"));
  return ForEachRow(batch, sql, [&](Row& row) {
    Head head = TakeHead(row, Catalog::kPublication);
    schema::Publication publication;
    publication.all_tables = row.Bool();
    publication.tables = row.List();
    publication.schemas = row.List();
    publication.publish = row.Text();
    publication.via_root = row.Bool();
    publication.options = row.List();
    head.Add(out, std::move(publication));
  });
}

}  // namespace ferry::pg::catalog
