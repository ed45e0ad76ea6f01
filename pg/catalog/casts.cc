#include <utility>

#include "absl/strings/substitute.h"
#include "pg/catalog/pieces.h"
#include "pg/catalog/query.h"
#include "pg/catalog/readers.h"

namespace ferry::pg::catalog {

// Left out with the members of extensions: the casts that PostgreSQL makes with a range type.
absl::Status ReadCasts(Batch& batch, Collector& out) {
  const std::string sql = absl::Substitute(R"sql(
SELECT c.oid, '', pg_catalog.format_type(c.castsource, NULL) || ' AS ' || pg_catalog.format_type(c.casttarget, NULL), $0,
       CASE c.castmethod WHEN 'b' THEN 'binary' WHEN 'i' THEN 'inout' ELSE 'function' END, $1,
       CASE c.castcontext WHEN 'i' THEN 'implicit' WHEN 'a' THEN 'assignment' ELSE 'explicit' END
FROM pg_catalog.pg_cast c
WHERE c.oid >= 16384::pg_catalog.oid
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                  WHERE d.classid = 'pg_catalog.pg_cast'::pg_catalog.regclass AND d.objid = c.oid
                    AND d.deptype IN ('e', 'i')))sql",
                                           kNoAccess, FunctionSignature("c.castfunc"));
  return ForEachRow(batch, sql, [&](Row& row) {
    Head head = TakeHead(row, Catalog::kCast);
    schema::Cast cast;
    cast.method = row.Text();
    cast.function = row.Text();
    cast.context = row.Text();
    head.Add(out, std::move(cast));
  });
}

}  // namespace ferry::pg::catalog
