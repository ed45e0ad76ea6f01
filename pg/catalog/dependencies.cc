#include "absl/container/flat_hash_map.h"
#include "core/base/error.h"
#include "pg/catalog/query.h"
#include "pg/catalog/readers.h"

namespace ferry::pg::catalog {

absl::Status ReadDependencies(Batch& batch, Collector& out) {
  // PostgreSQL records what is part of something (deptype i: the row type of a table, the rule that makes a
  // view, the index of a constraint, the multirange of a range, the sequence of an identity column) and what
  // belongs to an extension (e) as dependencies, too. So are, without that mark, the entries of operator
  // families and publications and the defaults of columns. An array stands for its element. The catalogs
  // without a name in Catalog are pg_amop, pg_amproc, pg_publication_rel and pg_publication_namespace.
  constexpr char kSql[] = R"sql(
SELECT CASE WHEN d.deptype IN ('e', 'i') THEN 'part'
            WHEN d.classid IN (2602::pg_catalog.oid, 2603::pg_catalog.oid)
                 AND d.refclassid IN (2616::pg_catalog.oid, 2753::pg_catalog.oid) THEN 'part'
            WHEN d.classid IN (6106::pg_catalog.oid, 6237::pg_catalog.oid)
                 AND d.refclassid = 6104::pg_catalog.oid THEN 'part' END,
       d.classid, d.objid, d.objsubid, d.refclassid, d.refobjid, d.refobjsubid
FROM pg_catalog.pg_depend d
WHERE d.objid >= 16384::pg_catalog.oid
  AND (d.refobjid >= 16384::pg_catalog.oid OR d.refclassid = 'pg_catalog.pg_namespace'::pg_catalog.regclass)
UNION ALL
SELECT CASE WHEN a.attgenerated = '' THEN 'default' ELSE 'generated' END,
       'pg_catalog.pg_attrdef'::pg_catalog.regclass, d.oid, 0, 'pg_catalog.pg_class'::pg_catalog.regclass, d.adrelid, d.adnum
FROM pg_catalog.pg_attrdef d JOIN pg_catalog.pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
UNION ALL
SELECT 'part', 'pg_catalog.pg_type'::pg_catalog.regclass, t.typarray, 0, 'pg_catalog.pg_type'::pg_catalog.regclass, t.oid, 0
FROM pg_catalog.pg_type t WHERE t.oid >= 16384::pg_catalog.oid AND t.typarray <> 0::pg_catalog.oid)sql";
  std::vector<std::pair<Address, Address>> depends;
  absl::flat_hash_map<Address, Address> generated;
  RETURN_IF_ERROR(ForEachRow(batch, kSql, [&](Row& row) {
    const std::string what = row.Text();
    const auto address = [&row] {
      const int64_t catalog = row.Int();
      const int64_t oid = row.Int();
      return Address{static_cast<Catalog>(catalog), oid, row.Int()};
    };
    const Address from = address();
    const Address on = address();
    if (what == "generated") generated.emplace(from, on);
    if (what.empty()) {
      depends.emplace_back(from, on);
    } else {
      out.Alias(from, on);
    }
  }));
  for (auto& [from, on] : depends) {
    // What generates a column is no default that could come later.
    const auto column = generated.find(from);
    out.Depends(column == generated.end() ? from : column->second, on);
  }
  return absl::OkStatus();
}

}  // namespace ferry::pg::catalog
