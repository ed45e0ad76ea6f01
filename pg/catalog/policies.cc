#include <utility>

#include "pg/catalog/query.h"
#include "pg/catalog/readers.h"

namespace ferry::pg::catalog {

absl::Status ReadPolicies(Batch& batch, Collector& out) {
  constexpr char kSql[] = R"sql(
SELECT p.oid, c.nspname, c.relname, p.polname, p.polpermissive,
       CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE'
                     ELSE 'ALL' END,
       ARRAY(SELECT x.role
             FROM (SELECT CASE r.oid WHEN 0::pg_catalog.oid THEN 'PUBLIC'
                                     ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(r.oid)) END
                   FROM pg_catalog.unnest(p.polroles) r(oid)) x(role)
             ORDER BY x.role COLLATE pg_catalog."C"),
       pg_catalog.pg_get_expr(p.polqual, p.polrelid), pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid)
FROM rel c
JOIN pg_catalog.pg_policy p ON p.polrelid = c.oid)sql";
  return ForEachRow(batch, kSql, [&](Row& row) {
    const Address address{Catalog::kPolicy, row.Int()};
    const std::string schema = row.Text();
    const std::string table = row.Text();
    const std::string name = row.Text();
    schema::Policy policy;
    policy.permissive = row.Bool();
    policy.command = row.Text();
    policy.roles = row.List();
    policy.using_expression = row.Definition();
    policy.check_expression = row.Definition();
    out.Add(address, {schema::ObjectKind::kPolicy, schema, table, name}, std::move(policy));
  });
}

}  // namespace ferry::pg::catalog
