#include <utility>

#include "absl/strings/substitute.h"
#include "pg/catalog/pieces.h"
#include "pg/catalog/query.h"
#include "pg/catalog/readers.h"

namespace ferry::pg::catalog {

absl::Status ReadTextSearchParsers(Batch& batch, Collector& out) {
  const std::string sql = absl::Substitute(R"sql(
SELECT p.oid, n.nspname, p.prsname, $0,
       pg_catalog.array_remove(ARRAY['START = ' || $1, 'GETTOKEN = ' || $2, 'END = ' || $3, 'HEADLINE = ' || $4,
                                     'LEXTYPES = ' || $5], NULL)
FROM ns n
JOIN pg_catalog.pg_ts_parser p ON p.prsnamespace = n.oid
WHERE $6)sql",
                                           kNoAccess, FunctionName("p.prsstart"), FunctionName("p.prstoken"),
                                           FunctionName("p.prsend"), FunctionName("p.prsheadline"),
                                           FunctionName("p.prslextype"), NotMember("pg_ts_parser", "p.oid"));
  return ForEachRow(batch, sql, [&](Row& row) {
    Head head = TakeHead(row, Catalog::kTextSearchParser);
    head.Add(out, schema::TextSearchParser{row.List()});
  });
}

}  // namespace ferry::pg::catalog
