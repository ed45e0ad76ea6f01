#include "pg/catalog/query.h"
#include "pg/catalog/readers.h"

namespace ferry::pg::catalog {

absl::Status ReadDependencies(Batch& batch, Collector& out) {
  // PostgreSQL records what is part of something (deptype i: the row type of a table, its array type, the
  // rule that makes a view, the index of a constraint, the multirange of a range, the sequence of an identity
  // column, what generates a column) and what belongs to an extension (e) as dependencies, too. So are,
  // without that mark, the entries of operator families and publications and the defaults of columns. The
  // catalogs without a name in Catalog are pg_amop, pg_amproc, pg_publication_rel and
  // pg_publication_namespace. Left out: the triggers inside foreign keys, and schemas that follow from ids.
  constexpr char kSql[] = R"sql(
SELECT CASE WHEN d.deptype = 'i' AND d.classid = 2604::pg_catalog.oid THEN 'g'
            WHEN d.deptype IN ('e', 'i') THEN 'p'
            WHEN d.deptype = 'a' AND d.classid = 2604::pg_catalog.oid AND d.refobjsubid <> 0 THEN 'p'
            WHEN d.classid IN (2602::pg_catalog.oid, 2603::pg_catalog.oid)
                 AND d.refclassid IN (2616::pg_catalog.oid, 2753::pg_catalog.oid) THEN 'p'
            WHEN d.classid IN (6106::pg_catalog.oid, 6237::pg_catalog.oid)
                 AND d.refclassid = 6104::pg_catalog.oid THEN 'p' END,
       d.classid, d.objid, d.objsubid, d.refclassid, d.refobjid, d.refobjsubid
FROM pg_catalog.pg_depend d
WHERE d.objid >= 16384::pg_catalog.oid
  AND (d.refobjid >= 16384::pg_catalog.oid OR d.refclassid = 2615::pg_catalog.oid)
  AND NOT (d.refclassid = 2615::pg_catalog.oid
           AND d.classid IN (1259::pg_catalog.oid, 1247::pg_catalog.oid, 1255::pg_catalog.oid))
  AND NOT (d.classid = 2620::pg_catalog.oid AND d.deptype = 'i'))sql";
  return ForEachRow(batch, kSql, [&](Row& row) {
    const std::string what = row.Text();
    const auto address = [&row] {
      const int64_t catalog = row.Int();
      const int64_t oid = row.Int();
      return Address{static_cast<Catalog>(catalog), oid, row.Int()};
    };
    const Address from = address();
    const Address on = address();
    if (what.empty()) {
      out.Depends(from, on);
    } else {
      out.Alias(from, on);
    }
    // What generates a column is no default that could come later.
    if (what == "g") out.NotLater(from);
  });
}

}  // namespace ferry::pg::catalog
