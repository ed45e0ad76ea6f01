#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"
#include "pg/catalog/readers.h"
#include "pg/catalog/type_query.h"

namespace ferry::pg::catalog {

// One row an attribute, one also where there is none.
absl::Status ReadCompositeTypes(Batch& batch, Collector& out) {
  const std::string columns = absl::Substitute(
      R"sql(t.typrelid, COALESCE(a.attnum, 0), a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod),
       CASE WHEN a.attcollation <> y.typcollation THEN $0 END)sql",
      CollationName("a.attcollation"));
  const std::string sql =
      TypesOf(columns, R"sql(JOIN pg_catalog.pg_class c ON c.oid = t.typrelid AND c.relkind = 'c'
LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_catalog.pg_type y ON y.oid = a.atttypid)sql",
              "t.typtype = 'c'");
  Address last{Catalog::kType, 0};
  return ForEachRow(batch, absl::StrCat(sql, " ORDER BY t.oid, a.attnum"), [&](Row& row) {
    Head head = TakeHead(row, Catalog::kType);
    const int64_t relation = row.Int();
    const int64_t number = row.Int();
    schema::ObjectId attribute{schema::ObjectKind::kColumn, head.schema, head.name, row.Text()};
    schema::Column column;
    column.type = row.Text();
    column.collation = row.Text();
    column.position = number;
    if (head.address != last) {
      last = head.address;
      head.Add(out, schema::CompositeType{});
    }
    if (number > 0) out.Add({Catalog::kClass, relation, number}, std::move(attribute), std::move(column));
  });
}

}  // namespace ferry::pg::catalog
