#include <utility>

#include "absl/strings/substitute.h"
#include "pg/catalog/pieces.h"
#include "pg/catalog/query.h"
#include "pg/catalog/readers.h"

namespace ferry::pg::catalog {

absl::Status ReadStatistics(Batch& batch, Collector& out) {
  const std::string sql =
      absl::Substitute(R"sql(
SELECT s.oid, n.nspname, s.stxname, $0, pg_catalog.pg_get_statisticsobjdef(s.oid), COALESCE(s.stxstattarget, -1)
FROM ns n
JOIN pg_catalog.pg_statistic_ext s ON s.stxnamespace = n.oid
JOIN pg_catalog.pg_class c ON c.oid = s.stxrelid AND c.relpersistence <> 't'
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
