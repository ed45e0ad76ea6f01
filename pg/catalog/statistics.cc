#include <utility>

#include "absl/strings/substitute.h"
#include "pg/catalog/pieces.h"
#include "pg/catalog/query.h"
#include "pg/catalog/readers.h"

namespace ferry::pg::catalog {

absl::Status ReadStatistics(Batch& batch, Collector& out) {
  const std::string sql =
      absl::Substitute(R"sql(
SELECT s.oid, n.nspname, s.stxname, $0,
       -- It lists columns by their place in the table, which is no part of a schema: here by name.
       COALESCE((SELECT pg_catalog.replace(
                          d.text,
                          ' ON ' || pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' ORDER BY a.attnum),
                          ' ON ' || pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', '
                                                          ORDER BY a.attname COLLATE pg_catalog."C"))
                 FROM pg_catalog.pg_attribute a
                 WHERE a.attrelid = s.stxrelid AND a.attnum = ANY (s.stxkeys::pg_catalog.int2[])), d.text),
       COALESCE(s.stxstattarget, -1)
FROM ns n
JOIN pg_catalog.pg_statistic_ext s ON s.stxnamespace = n.oid
JOIN pg_catalog.pg_class c ON c.oid = s.stxrelid AND c.relpersistence <> 't'
CROSS JOIN LATERAL (SELECT pg_catalog.pg_get_statisticsobjdef(s.oid)) d(text)
WHERE $1)sql",
                       AccessColumns("s.stxowner"), NotMember("pg_statistic_ext", "s.oid"));
  return ForEachRow(batch, sql, [&](Row& row) {
    Head head = TakeHead(row, Catalog::kStatistics);
    schema::Statistics statistics;
    statistics.definition = row.Definition();
    statistics.target = row.Int();
    head.Add(out, std::move(statistics));
  });
}

}  // namespace ferry::pg::catalog
