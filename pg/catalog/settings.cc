#include <utility>

#include "absl/strings/substitute.h"
#include "pg/catalog/pieces.h"
#include "pg/catalog/query.h"
#include "pg/catalog/readers.h"

namespace ferry::pg::catalog {

// Those that hold in this database. The catalog has no oids: the rows are numbered.
absl::Status ReadSettings(Batch& batch, Collector& out) {
  const std::string sql = absl::Substitute(
      R"sql(
SELECT pg_catalog.row_number() OVER (), CASE WHEN s.setdatabase <> 0::pg_catalog.oid THEN 'database' END,
       CASE WHEN s.setrole <> 0::pg_catalog.oid THEN pg_catalog.pg_get_userbyid(s.setrole) END, $0
FROM pg_catalog.pg_db_role_setting s
WHERE s.setdatabase IN (0::pg_catalog.oid, (SELECT b.oid FROM pg_catalog.pg_database b
                                            WHERE b.datname = pg_catalog.current_database())))sql",
      ServerOptions("s.setconfig"));
  return ForEachRow(batch, sql, [&](Row& row) {
    const Address address{Catalog::kSetting, row.Int()};
    const std::string where = row.Text();
    const std::string role = row.Text();
    out.Add(address, {schema::ObjectKind::kSetting, "", where, role}, schema::Setting{row.List()});
  });
}

}  // namespace ferry::pg::catalog
