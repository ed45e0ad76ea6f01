#include <utility>

#include "absl/strings/substitute.h"
#include "pg/catalog/operator_items.h"
#include "pg/catalog/pieces.h"
#include "pg/catalog/query.h"
#include "pg/catalog/readers.h"

namespace ferry::pg::catalog {

absl::Status ReadOperatorClasses(Batch& batch, Collector& out) {
  const std::string sql = absl::Substitute(
      R"sql(
SELECT c.oid, n.nspname, c.opcname || ' USING ' || m.amname, $0, c.opcdefault,
       pg_catalog.format_type(c.opcintype, NULL), $1, $2,
       pg_catalog.format('%I.%I USING %I', n.nspname, c.opcname, m.amname)
FROM ns n
JOIN pg_catalog.pg_opclass c ON c.opcnamespace = n.oid
JOIN pg_catalog.pg_am m ON m.oid = c.opcmethod
WHERE $3)sql",
      AccessColumns("c.opcowner"), NameIn("pg_opfamily", "opfname", "opfnamespace", "c.opcfamily"),
      OperatorItems("pg_opclass", "c.oid", "NULLIF(c.opckeytype, 0::pg_catalog.oid)"),
      NotMember("pg_opclass", "c.oid"));
  return ForEachRow(batch, sql, [&](Row& row) {
    Head head = TakeHead(row, Catalog::kOperatorClass);
    schema::OperatorClass type;
    type.is_default = row.Bool();
    type.type = row.Text();
    type.family = row.Text();
    type.items = row.List();
    type.signature = row.Text();
    head.Add(out, std::move(type));
  });
}

}  // namespace ferry::pg::catalog
