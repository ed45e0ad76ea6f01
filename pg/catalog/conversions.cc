#include <utility>

#include "absl/strings/substitute.h"
#include "pg/catalog/pieces.h"
#include "pg/catalog/query.h"
#include "pg/catalog/readers.h"

namespace ferry::pg::catalog {

absl::Status ReadConversions(Batch& batch, Collector& out) {
  const std::string sql = absl::Substitute(R"sql(
SELECT c.oid, n.nspname, c.conname, $0, c.condefault, pg_catalog.pg_encoding_to_char(c.conforencoding),
       pg_catalog.pg_encoding_to_char(c.contoencoding), $1
FROM ns n
JOIN pg_catalog.pg_conversion c ON c.connamespace = n.oid
WHERE $2)sql",
                                           AccessColumns("c.conowner"), FunctionName("c.conproc"),
                                           NotMember("pg_conversion", "c.oid"));
  return ForEachRow(batch, sql, [&](Row& row) {
    Head head = TakeHead(row, Catalog::kConversion);
    schema::Conversion conversion;
    conversion.is_default = row.Bool();
    conversion.source_encoding = row.Text();
    conversion.target_encoding = row.Text();
    conversion.function = row.Text();
    head.Add(out, std::move(conversion));
  });
}

}  // namespace ferry::pg::catalog
