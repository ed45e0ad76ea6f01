#include <utility>

#include "absl/strings/substitute.h"
#include "pg/catalog/pieces.h"
#include "pg/catalog/query.h"
#include "pg/catalog/readers.h"

namespace ferry::pg::catalog {

absl::Status ReadTransforms(Batch& batch, Collector& out) {
  const std::string sql = absl::Substitute(
      R"sql(
SELECT t.oid, '', 'FOR ' || pg_catalog.format_type(t.trftype, NULL) || ' LANGUAGE ' || pg_catalog.quote_ident(l.lanname),
       $0, $1, $2
FROM pg_catalog.pg_transform t
JOIN pg_catalog.pg_language l ON l.oid = t.trflang
WHERE t.oid >= 16384::pg_catalog.oid AND $3)sql",
      kNoAccess, FunctionSignature("t.trffromsql"), FunctionSignature("t.trftosql"),
      NotMember("pg_transform", "t.oid"));
  return ForEachRow(batch, sql, [&](Row& row) {
    Head head = TakeHead(row, Catalog::kTransform);
    schema::Transform transform;
    transform.from_sql = row.Text();
    transform.to_sql = row.Text();
    head.Add(out, std::move(transform));
  });
}

}  // namespace ferry::pg::catalog
