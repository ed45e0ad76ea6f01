#include "pg/catalog/query.h"
#include "pg/catalog/readers.h"

namespace ferry::pg::catalog {

absl::Status ReadNamespaces(Session& session, Objects& out) {
  constexpr char kSql[] = R"sql(
SELECT n.nspname
FROM ns n
WHERE NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_catalog.pg_namespace'::pg_catalog.regclass
                                         AND m.objid = n.oid))sql";
  return ForEachRow(session, kSql, [&](Row& row) {
    const std::string name = row.Text();
    out.push_back(
        schema::MakeObject({schema::ObjectKind::kSchema, name, "", name}, schema::SchemaNamespace{}));
  });
}

}  // namespace ferry::pg::catalog
