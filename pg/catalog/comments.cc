#include "absl/strings/str_cat.h"
#include "pg/catalog/query.h"
#include "pg/catalog/readers.h"

namespace ferry::pg::catalog {

absl::Status ReadComments(Batch& batch, Collector& out) {
  // Of roles and tablespaces, whose comments and labels are kept for the whole cluster, too.
  constexpr char kSql[] = R"sql(
SELECT d.classoid, d.objoid, d.objsubid, NULL, d.description
FROM pg_catalog.pg_description d
WHERE d.objoid >= 16384::pg_catalog.oid OR d.classoid = 'pg_catalog.pg_namespace'::pg_catalog.regclass
UNION ALL SELECT d.classoid, d.objoid, 0, NULL, d.description FROM pg_catalog.pg_shdescription d
UNION ALL SELECT l.classoid, l.objoid, l.objsubid, l.provider, l.label FROM pg_catalog.pg_seclabel l
UNION ALL SELECT l.classoid, l.objoid, 0, l.provider, l.label FROM pg_catalog.pg_shseclabel l)sql";
  return ForEachRow(batch, kSql, [&](Row& row) {
    const int64_t catalog = row.Int();
    const int64_t oid = row.Int();
    const Address address{static_cast<Catalog>(catalog), oid, row.Int()};
    const std::string provider = row.Text();
    if (provider.empty()) {
      out.Comment(address, row.Text());
    } else {
      out.SecurityLabel(address, absl::StrCat(provider, "=", row.Text()));
    }
  });
}

}  // namespace ferry::pg::catalog
