#include <utility>

#include "absl/strings/substitute.h"
#include "pg/catalog/pieces.h"
#include "pg/catalog/query.h"
#include "pg/catalog/readers.h"

namespace ferry::pg::catalog {

// What came with the server (plpgsql) is left out. An extension's owner cannot be changed and is not read.
absl::Status ReadExtensions(Batch& batch, Collector& out) {
  const std::string sql = absl::Substitute(R"sql(
SELECT e.oid, '', e.extname, $0, e.extversion, n.nspname, e.extrelocatable
FROM pg_catalog.pg_extension e
JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
WHERE e.oid >= 16384::pg_catalog.oid)sql",
                                           kNoAccess);
  return ForEachRow(batch, sql, [&](Row& row) {
    Head head = TakeHead(row, Catalog::kExtension);
    schema::Extension extension;
    extension.version = row.Text();
    extension.extension_schema = row.Text();
    extension.relocatable = row.Bool();
    head.Add(out, std::move(extension));
  });
}

}  // namespace ferry::pg::catalog
