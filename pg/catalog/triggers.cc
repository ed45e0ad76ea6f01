#include "pg/catalog/query.h"
#include "pg/catalog/readers.h"

namespace ferry::pg::catalog {

absl::Status ReadTriggers(Batch& batch, Collector& out) {
  constexpr char kSql[] = R"sql(
SELECT t.oid, c.nspname, c.relname, t.tgname, pg_catalog.pg_get_triggerdef(t.oid),
       CASE t.tgenabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always' ELSE 'origin' END,
       p.oid IS NOT NULL
FROM rel c
JOIN pg_catalog.pg_trigger t ON t.tgrelid = c.oid
LEFT JOIN pg_catalog.pg_trigger p ON p.oid = t.tgparentid
WHERE (p.oid IS NULL AND NOT t.tgisinternal) OR (p.tgenabled <> t.tgenabled AND NOT p.tgisinternal))sql";
  return ForEachRow(batch, kSql, [&](Row& row) {
    const Address address{Catalog::kTrigger, row.Int()};
    const std::string schema = row.Text();
    const std::string table = row.Text();
    const std::string name = row.Text();
    schema::Trigger trigger;
    trigger.definition = row.Definition();
    trigger.enabled = row.Text();
    trigger.cloned = row.Bool();
    out.Add(address, {schema::ObjectKind::kTrigger, schema, table, name}, std::move(trigger));
  });
}

}  // namespace ferry::pg::catalog
