#include "pg/catalog/query.h"
#include "pg/catalog/readers.h"

namespace ferry::pg::catalog {

absl::Status ReadEnums(Session& session, Collector& out) {
  constexpr char kSql[] = R"sql(
SELECT t.oid, n.nspname, t.typname,
       ARRAY(SELECT e.enumlabel FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder),
       pg_catalog.pg_get_userbyid(t.typowner)
FROM ns n
JOIN pg_catalog.pg_type t ON t.typnamespace = n.oid AND t.typtype = 'e'
WHERE NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_catalog.pg_type'::pg_catalog.regclass
                                         AND m.objid = t.oid))sql";
  return ForEachRow(session, kSql, [&](Row& row) {
    const Address address{Catalog::kType, row.Int()};
    const std::string schema = row.Text();
    const std::string name = row.Text();
    schema::Enum type;
    type.labels = row.List();
    schema::Traits traits;
    traits.owner = row.Text();
    out.Add(address, {schema::ObjectKind::kEnum, schema, "", name}, std::move(type), std::move(traits));
  });
}

}  // namespace ferry::pg::catalog
