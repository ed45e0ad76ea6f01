#include "pg/catalog/query.h"
#include "pg/catalog/readers.h"

namespace ferry::pg::catalog {

absl::Status ReadNamespaces(Session& session, Collector& out) {
  constexpr char kSql[] = R"sql(
SELECT n.oid, n.nspname, pg_catalog.pg_get_userbyid(n.nspowner)
FROM ns n
WHERE NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_catalog.pg_namespace'::pg_catalog.regclass
                                         AND m.objid = n.oid))sql";
  return ForEachRow(session, kSql, [&](Row& row) {
    const Address address{Catalog::kNamespace, row.Int()};
    const std::string name = row.Text();
    schema::Traits traits;
    traits.owner = row.Text();
    out.Add(address, {schema::ObjectKind::kSchema, name, "", name}, schema::SchemaNamespace{},
            std::move(traits));
  });
}

}  // namespace ferry::pg::catalog
