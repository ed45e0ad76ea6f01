#include <utility>

#include "absl/strings/substitute.h"
#include "pg/catalog/readers.h"
#include "pg/catalog/type_query.h"

namespace ferry::pg::catalog {
namespace {

// The name of the multirange `m` of a range type `t`, but not one that PostgreSQL chooses. It cuts at bytes,
// so that a long name in other letters is merely told without need.
std::string Multirange() {
  return absl::Substitute(R"sql(
       CASE WHEN m.typnamespace <> t.typnamespace OR m.typname <> pg_catalog.left(
              CASE WHEN pg_catalog.strpos(t.typname, 'range') > 0
                   THEN pg_catalog.overlay(t.typname::pg_catalog.text, 'multirange',
                                           pg_catalog.strpos(t.typname, 'range'), 5)
                   ELSE pg_catalog.left(t.typname, 52) || '_multirange' END, 63)
            THEN $0 END)sql",
                          NameIn("pg_type", "typname", "typnamespace", "m.oid"));
}

}  // namespace

absl::Status ReadRangeTypes(Batch& batch, Collector& out) {
  const bool multiranges = batch.server_version() >= 140000;
  const std::string columns = absl::Substitute(
      R"sql(pg_catalog.format_type(r.rngsubtype, NULL),
       CASE WHEN NOT o.opcdefault THEN $0 END,
       CASE WHEN r.rngcollation <> s.typcollation THEN $1 END,
       $2, $3, $4)sql",
      NameIn("pg_opclass", "opcname", "opcnamespace", "r.rngsubopc"), CollationName("r.rngcollation"),
      FunctionName("r.rngcanonical"), FunctionName("r.rngsubdiff"), multiranges ? Multirange() : "NULL");
  const std::string joins =
      absl::Substitute(R"sql(JOIN pg_catalog.pg_range r ON r.rngtypid = t.oid
JOIN pg_catalog.pg_type s ON s.oid = r.rngsubtype
JOIN pg_catalog.pg_opclass o ON o.oid = r.rngsubopc
$0)sql",
                       multiranges ? "JOIN pg_catalog.pg_type m ON m.oid = r.rngmultitypid" : "");
  return ForEachRow(batch, TypesOf(columns, joins, "t.typtype = 'r'"), [&](Row& row) {
    Head head = TakeHead(row, Catalog::kType);
    schema::RangeType type;
    type.subtype = row.Text();
    type.operator_class = row.Text();
    type.collation = row.Text();
    type.canonical = row.Text();
    type.subtype_diff = row.Text();
    type.multirange = row.Text();
    head.Add(out, std::move(type));
  });
}

}  // namespace ferry::pg::catalog
