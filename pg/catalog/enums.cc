#include "pg/catalog/query.h"
#include "pg/catalog/readers.h"

namespace ferry::pg::catalog {

absl::Status ReadEnums(Session& session, Objects& out) {
  constexpr char kSql[] = R"sql(
SELECT n.nspname, t.typname,
       (SELECT pg_catalog.string_agg('''' || pg_catalog.replace(e.enumlabel::pg_catalog.text, '''', '''''') || '''',
                                     ', ' ORDER BY e.enumsortorder)
        FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid)
FROM ns n
JOIN pg_catalog.pg_type t ON t.typnamespace = n.oid AND t.typtype = 'e'
WHERE NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_catalog.pg_type'::pg_catalog.regclass
                                         AND m.objid = t.oid))sql";
  return ForEachRow(session, kSql, [&](Row& row) {
    const std::string schema = row.Text();
    const std::string name = row.Text();
    out.push_back(
        schema::MakeObject({schema::ObjectKind::kEnum, schema, "", name}, schema::Enum{row.List()}));
  });
}

}  // namespace ferry::pg::catalog
