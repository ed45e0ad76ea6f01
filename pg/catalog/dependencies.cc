#include "pg/catalog/query.h"
#include "pg/catalog/readers.h"

namespace ferry::pg::catalog {

absl::Status ReadDependencies(Session& session, Collector& out) {
  constexpr char kSql[] = R"sql(
SELECT d.classid, d.objid, d.objsubid, d.refclassid, d.refobjid, d.refobjsubid
FROM pg_catalog.pg_depend d
WHERE d.objid >= 16384::pg_catalog.oid AND d.refobjid >= 16384::pg_catalog.oid AND d.deptype <> 'e')sql";
  return ForEachRow(session, kSql, [&](Row& row) {
    const int64_t from_catalog = row.Int();
    const int64_t from = row.Int();
    const int64_t from_part = row.Int();
    const int64_t on_catalog = row.Int();
    const int64_t on = row.Int();
    out.Depends({static_cast<Catalog>(from_catalog), from, from_part},
                {static_cast<Catalog>(on_catalog), on, row.Int()});
  });
}

}  // namespace ferry::pg::catalog
