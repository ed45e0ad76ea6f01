#include <utility>

#include "absl/strings/substitute.h"
#include "pg/catalog/operator_items.h"
#include "pg/catalog/pieces.h"
#include "pg/catalog/query.h"
#include "pg/catalog/readers.h"

namespace ferry::pg::catalog {

absl::Status ReadOperatorFamilies(Batch& batch, Collector& out) {
  const std::string sql = absl::Substitute(
      R"sql(
SELECT f.oid, n.nspname, f.opfname || ' USING ' || m.amname, $0, $1,
       pg_catalog.format('%I.%I USING %I', n.nspname, f.opfname, m.amname)
FROM ns n
JOIN pg_catalog.pg_opfamily f ON f.opfnamespace = n.oid
JOIN pg_catalog.pg_am m ON m.oid = f.opfmethod
WHERE $2)sql",
      AccessColumns("f.opfowner"), OperatorItems("pg_opfamily", "f.oid", "NULL"),
      NotMember("pg_opfamily", "f.oid"));
  return ForEachRow(batch, sql, [&](Row& row) {
    Head head = TakeHead(row, Catalog::kOperatorFamily);
    schema::OperatorFamily family;
    family.items = row.List();
    family.signature = row.Text();
    head.Add(out, std::move(family));
  });
}

}  // namespace ferry::pg::catalog
