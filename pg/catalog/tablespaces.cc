#include <utility>

#include "absl/strings/substitute.h"
#include "pg/catalog/pieces.h"
#include "pg/catalog/query.h"
#include "pg/catalog/readers.h"

namespace ferry::pg::catalog {

absl::Status ReadTablespaces(Batch& batch, Collector& out) {
  const std::string sql = absl::Substitute(
      R"sql(
SELECT t.oid, '', t.spcname, $0, pg_catalog.shobj_description(t.oid, 'pg_tablespace'), $1,
       pg_catalog.pg_tablespace_location(t.oid)
FROM pg_catalog.pg_tablespace t
WHERE t.spcname !~ '^pg_')sql",
      AccessColumns("t.spcowner", "t.spcacl", 't'), Sorted("t.spcoptions"));
  return ForEachRow(batch, sql, [&](Row& row) {
    Head head = TakeHead(row, Catalog::kTablespace);
    head.traits.comment = row.Text();
    schema::Tablespace tablespace;
    tablespace.options = row.List();
    tablespace.location = row.Text();
    head.Add(out, std::move(tablespace));
  });
}

}  // namespace ferry::pg::catalog
