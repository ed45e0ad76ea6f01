#include <utility>

#include "absl/strings/substitute.h"
#include "pg/catalog/pieces.h"
#include "pg/catalog/query.h"
#include "pg/catalog/readers.h"

namespace ferry::pg::catalog {

// Our own, whose functions are in the schemas `ferry` and `ferry_watch`, are left out.
absl::Status ReadEventTriggers(Batch& batch, Collector& out) {
  const std::string sql = absl::Substitute(R"sql(
SELECT e.oid, '', e.evtname, $0, e.evtevent, $1, $2,
       CASE e.evtenabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always' ELSE 'origin' END
FROM pg_catalog.pg_event_trigger e
JOIN pg_catalog.pg_proc f ON f.oid = e.evtfoid
JOIN pg_catalog.pg_namespace n ON n.oid = f.pronamespace
WHERE n.nspname NOT IN ('ferry', 'ferry_watch') AND $3)sql",
                                           AccessColumns("e.evtowner"), FunctionName("e.evtfoid"),
                                           Sorted("e.evttags"), NotMember("pg_event_trigger", "e.oid"));
  return ForEachRow(batch, sql, [&](Row& row) {
    Head head = TakeHead(row, Catalog::kEventTrigger);
    schema::EventTrigger trigger;
    trigger.event = row.Text();
    trigger.function = row.Text();
    trigger.tags = row.List();
    trigger.enabled = row.Text();
    head.Add(out, std::move(trigger));
  });
}

}  // namespace ferry::pg::catalog
