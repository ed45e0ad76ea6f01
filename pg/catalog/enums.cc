#include "pg/catalog/readers.h"
#include "pg/catalog/type_query.h"

namespace ferry::pg::catalog {

absl::Status ReadEnums(Batch& batch, Collector& out) {
  const std::string sql = TypesOf(
      "ARRAY(SELECT e.enumlabel FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid ORDER BY "
      "e.enumsortorder)",
      "", "t.typtype = 'e'");
  return ForEachRow(batch, sql, [&](Row& row) {
    Head head = TakeHead(row, Catalog::kType);
    head.Add(out, schema::Enum{row.List()});
  });
}

}  // namespace ferry::pg::catalog
