#include <utility>

#include "absl/strings/substitute.h"
#include "pg/catalog/pieces.h"
#include "pg/catalog/query.h"
#include "pg/catalog/readers.h"

namespace ferry::pg::catalog {

absl::Status ReadTextSearchTemplates(Batch& batch, Collector& out) {
  const std::string sql =
      absl::Substitute(R"sql(
SELECT t.oid, n.nspname, t.tmplname, $0, pg_catalog.array_remove(ARRAY['INIT = ' || $1, 'LEXIZE = ' || $2], NULL)
FROM ns n
JOIN pg_catalog.pg_ts_template t ON t.tmplnamespace = n.oid
WHERE $3)sql",
                       kNoAccess, FunctionName("t.tmplinit"), FunctionName("t.tmpllexize"),
                       NotMember("pg_ts_template", "t.oid"));
  return ForEachRow(batch, sql, [&](Row& row) {
    Head head = TakeHead(row, Catalog::kTextSearchTemplate);
    head.Add(out, schema::TextSearchTemplate{row.List()});
  });
}

}  // namespace ferry::pg::catalog
