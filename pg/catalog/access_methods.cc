#include <utility>

#include "absl/strings/substitute.h"
#include "pg/catalog/pieces.h"
#include "pg/catalog/query.h"
#include "pg/catalog/readers.h"

namespace ferry::pg::catalog {

absl::Status ReadAccessMethods(Batch& batch, Collector& out) {
  const std::string sql =
      absl::Substitute(R"sql(
SELECT m.oid, '', m.amname, $0, CASE m.amtype WHEN 't' THEN 'TABLE' ELSE 'INDEX' END, $1
FROM pg_catalog.pg_am m
WHERE m.oid >= 16384::pg_catalog.oid AND $2)sql",
                       kNoAccess, FunctionName("m.amhandler"), NotMember("pg_am", "m.oid"));
  return ForEachRow(batch, sql, [&](Row& row) {
    Head head = TakeHead(row, Catalog::kAccessMethod);
    schema::AccessMethod method;
    method.type = row.Text();
    method.handler = row.Text();
    head.Add(out, std::move(method));
  });
}

}  // namespace ferry::pg::catalog
