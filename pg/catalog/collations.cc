#include <utility>

#include "absl/strings/substitute.h"
#include "pg/catalog/pieces.h"
#include "pg/catalog/query.h"
#include "pg/catalog/readers.h"

namespace ferry::pg::catalog {

// Before PostgreSQL 15 the locale of an ICU collation stood where libc's does.
absl::Status ReadCollations(Batch& batch, Collector& out) {
  const int version = batch.server_version();
  const char* const columns = version < 150000   ? "CASE WHEN c.collprovider <> 'i' THEN c.collcollate END, "
                                                   "CASE WHEN c.collprovider <> 'i' THEN c.collctype END, "
                                                   "CASE WHEN c.collprovider = 'i' THEN c.collcollate END, NULL"
                              : version < 160000 ? "c.collcollate, c.collctype, c.colliculocale, NULL"
                              : version < 170000
                                  ? "c.collcollate, c.collctype, c.colliculocale, c.collicurules"
                                  : "c.collcollate, c.collctype, c.colllocale, c.collicurules";
  const std::string sql =
      absl::Substitute(R"sql(
SELECT c.oid, n.nspname, c.collname, $0,
       CASE c.collprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' WHEN 'd' THEN 'default' ELSE 'libc' END,
       $1, c.collisdeterministic
FROM ns n
JOIN pg_catalog.pg_collation c ON c.collnamespace = n.oid
 AND c.collencoding IN (-1, (SELECT b.encoding FROM pg_catalog.pg_database b
                             WHERE b.datname = pg_catalog.current_database()))
WHERE $2)sql",
                       AccessColumns("c.collowner"), columns, NotMember("pg_collation", "c.oid"));
  return ForEachRow(batch, sql, [&](Row& row) {
    Head head = TakeHead(row, Catalog::kCollation);
    schema::Collation collation;
    collation.provider = row.Text();
    collation.lc_collate = row.Text();
    collation.lc_ctype = row.Text();
    collation.locale = row.Text();
    collation.rules = row.Text();
    collation.deterministic = row.Bool();
    head.Add(out, std::move(collation));
  });
}

}  // namespace ferry::pg::catalog
