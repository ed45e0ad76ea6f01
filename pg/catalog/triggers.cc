#include "pg/catalog/query.h"
#include "pg/catalog/readers.h"

namespace ferry::pg::catalog {

// Left out: internal ones, and the copies that PostgreSQL makes of a partitioned table's trigger for its
// partitions, unless someone enabled or disabled the copy (as pg_dump does).
absl::Status ReadTriggers(Session& session, Objects& out) {
  constexpr char kSql[] = R"sql(
SELECT c.nspname, c.relname, t.tgname, pg_catalog.pg_get_triggerdef(t.oid),
       CASE t.tgenabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always' ELSE 'origin' END
FROM rel c
JOIN pg_catalog.pg_trigger t ON t.tgrelid = c.oid AND NOT t.tgisinternal
LEFT JOIN pg_catalog.pg_trigger p ON p.oid = t.tgparentid
WHERE p.oid IS NULL OR p.tgenabled <> t.tgenabled)sql";
  return ForEachRow(session, kSql, [&](Row& row) {
    const std::string schema = row.Text();
    const std::string table = row.Text();
    const std::string name = row.Text();
    schema::Trigger trigger;
    trigger.definition = row.Definition();
    trigger.enabled = row.Text();
    out.push_back(
        schema::MakeObject({schema::ObjectKind::kTrigger, schema, table, name}, std::move(trigger)));
  });
}

}  // namespace ferry::pg::catalog
