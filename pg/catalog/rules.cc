#include <utility>

#include "pg/catalog/query.h"
#include "pg/catalog/readers.h"

namespace ferry::pg::catalog {

absl::Status ReadRules(Batch& batch, Collector& out) {
  constexpr char kSql[] = R"sql(
SELECT r.oid, c.nspname, c.relname, r.rulename, pg_catalog.pg_get_ruledef(r.oid),
       CASE r.ev_enabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always' ELSE 'origin' END
FROM rel c
JOIN pg_catalog.pg_rewrite r ON r.ev_class = c.oid AND r.rulename <> '_RETURN')sql";
  return ForEachRow(batch, kSql, [&](Row& row) {
    const Address address{Catalog::kRewrite, row.Int()};
    const std::string schema = row.Text();
    const std::string table = row.Text();
    const std::string name = row.Text();
    schema::Rule rule;
    rule.definition = row.Definition();
    rule.enabled = row.Text();
    out.Add(address, {schema::ObjectKind::kRule, schema, table, name}, std::move(rule));
  });
}

}  // namespace ferry::pg::catalog
