#include "pg/catalog/query.h"
#include "pg/catalog/readers.h"

namespace ferry::pg::catalog {

absl::Status ReadNamespaces(Batch& batch, Collector& out) {
  constexpr char kSql[] = R"sql(
SELECT n.oid, n.nspname, pg_catalog.pg_get_userbyid(n.nspowner), n.nspacl,
       CASE WHEN n.nspacl IS NOT NULL THEN pg_catalog.acldefault('n', n.nspowner) END
FROM ns n
WHERE NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_catalog.pg_namespace'::pg_catalog.regclass
                                         AND m.objid = n.oid))sql";
  return ForEachRow(batch, kSql, [&](Row& row) {
    const Address address{Catalog::kNamespace, row.Int()};
    const std::string name = row.Text();
    out.Add(address, {schema::ObjectKind::kSchema, name, "", name}, schema::SchemaNamespace{}, row.Access());
  });
}

}  // namespace ferry::pg::catalog
