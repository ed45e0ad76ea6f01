#include <utility>

#include "absl/strings/substitute.h"
#include "pg/catalog/pieces.h"
#include "pg/catalog/query.h"
#include "pg/catalog/readers.h"

namespace ferry::pg::catalog {

absl::Status ReadLanguages(Batch& batch, Collector& out) {
  const std::string sql = absl::Substitute(R"sql(
SELECT l.oid, '', l.lanname, $0, l.lanpltrusted, $1, $2, $3
FROM pg_catalog.pg_language l
WHERE l.oid >= 16384::pg_catalog.oid AND $4)sql",
                                           AccessColumns("l.lanowner", "l.lanacl", 'l'),
                                           FunctionName("l.lanplcallfoid"), FunctionName("l.laninline"),
                                           FunctionName("l.lanvalidator"), NotMember("pg_language", "l.oid"));
  return ForEachRow(batch, sql, [&](Row& row) {
    Head head = TakeHead(row, Catalog::kLanguage);
    schema::Language language;
    language.trusted = row.Bool();
    language.handler = row.Text();
    language.inline_handler = row.Text();
    language.validator = row.Text();
    head.Add(out, std::move(language));
  });
}

}  // namespace ferry::pg::catalog
