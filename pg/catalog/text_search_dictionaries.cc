#include <utility>

#include "absl/strings/substitute.h"
#include "pg/catalog/pieces.h"
#include "pg/catalog/query.h"
#include "pg/catalog/readers.h"

namespace ferry::pg::catalog {

absl::Status ReadTextSearchDictionaries(Batch& batch, Collector& out) {
  const std::string sql = absl::Substitute(
      R"sql(
SELECT d.oid, n.nspname, d.dictname, $0, $1, d.dictinitoption
FROM ns n
JOIN pg_catalog.pg_ts_dict d ON d.dictnamespace = n.oid
WHERE $2)sql",
      AccessColumns("d.dictowner"), NameIn("pg_ts_template", "tmplname", "tmplnamespace", "d.dicttemplate"),
      NotMember("pg_ts_dict", "d.oid"));
  return ForEachRow(batch, sql, [&](Row& row) {
    Head head = TakeHead(row, Catalog::kTextSearchDictionary);
    schema::TextSearchDictionary dictionary;
    dictionary.template_name = row.Text();
    dictionary.options = row.Text();
    head.Add(out, std::move(dictionary));
  });
}

}  // namespace ferry::pg::catalog
