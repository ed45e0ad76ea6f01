#include "pg/catalog/query.h"
#include "pg/catalog/readers.h"

namespace ferry::pg::catalog {

absl::Status ReadComments(Session& session, Collector& out) {
  constexpr char kSql[] = R"sql(
SELECT d.classoid, d.objoid, d.objsubid, d.description
FROM pg_catalog.pg_description d
WHERE d.objoid >= 16384::pg_catalog.oid OR d.classoid = 'pg_catalog.pg_namespace'::pg_catalog.regclass)sql";
  return ForEachRow(session, kSql, [&](Row& row) {
    const int64_t catalog = row.Int();
    const int64_t oid = row.Int();
    const int64_t part = row.Int();
    out.Comment({static_cast<Catalog>(catalog), oid, part}, row.Text());
  });
}

}  // namespace ferry::pg::catalog
