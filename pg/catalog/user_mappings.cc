#include <utility>

#include "absl/strings/substitute.h"
#include "pg/catalog/pieces.h"
#include "pg/catalog/query.h"
#include "pg/catalog/readers.h"

namespace ferry::pg::catalog {

// From the view, which everybody may read; it shows the options to those alone who may see them.
absl::Status ReadUserMappings(Batch& batch, Collector& out) {
  const std::string sql =
      absl::Substitute(R"sql(
SELECT u.umid, u.srvname, u.usename, $0
FROM pg_catalog.pg_user_mappings u
WHERE $1)sql",
                       UserOptions("u.umoptions"), NotMember("pg_user_mapping", "u.umid"));
  return ForEachRow(batch, sql, [&](Row& row) {
    const Address address{Catalog::kUserMapping, row.Int()};
    const std::string server = row.Text();
    const std::string user = row.Text();
    out.Add(address, {schema::ObjectKind::kUserMapping, "", server, user}, schema::UserMapping{row.List()});
  });
}

}  // namespace ferry::pg::catalog
