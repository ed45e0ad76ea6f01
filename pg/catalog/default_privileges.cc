#include <utility>

#include "pg/catalog/pieces.h"
#include "pg/catalog/query.h"
#include "pg/catalog/readers.h"

namespace ferry::pg::catalog {

// Of a schema they are what is granted besides; without a schema they stand instead of what PostgreSQL
// grants.
absl::Status ReadDefaultPrivileges(Batch& batch, Collector& out) {
  constexpr char kSql[] = R"sql(
SELECT d.oid, n.nspname, pg_catalog.pg_get_userbyid(d.defaclrole),
       CASE d.defaclobjtype WHEN 'r' THEN 'tables' WHEN 'S' THEN 'sequences' WHEN 'f' THEN 'functions'
                            WHEN 'T' THEN 'types' WHEN 'n' THEN 'schemas' ELSE 'large objects' END,
       pg_catalog.pg_get_userbyid(d.defaclrole), d.defaclacl, NULL
FROM pg_catalog.pg_default_acl d
LEFT JOIN ns n ON n.oid = d.defaclnamespace
WHERE d.defaclnamespace = 0::pg_catalog.oid OR n.oid IS NOT NULL)sql";
  return ForEachRow(batch, kSql, [&](Row& row) {
    const Address address{Catalog::kDefaultPrivileges, row.Int()};
    const std::string schema = row.Text();
    const std::string role = row.Text();
    const std::string what = row.Text();
    schema::Traits traits = row.Access();
    traits.owner.clear();
    out.Add(address, {schema::ObjectKind::kDefaultPrivileges, schema, role, what},
            schema::DefaultPrivileges{}, std::move(traits));
  });
}

}  // namespace ferry::pg::catalog
