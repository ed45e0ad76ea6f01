#include <utility>

#include "absl/strings/substitute.h"
#include "pg/catalog/pieces.h"
#include "pg/catalog/query.h"
#include "pg/catalog/readers.h"

namespace ferry::pg::catalog {

absl::Status ReadForeignDataWrappers(Batch& batch, Collector& out) {
  const std::string sql =
      absl::Substitute(R"sql(
SELECT w.oid, '', w.fdwname, $0, $1, $2, $3
FROM pg_catalog.pg_foreign_data_wrapper w
WHERE w.oid >= 16384::pg_catalog.oid AND $4)sql",
                       AccessColumns("w.fdwowner", "w.fdwacl", 'F'), FunctionName("w.fdwhandler"),
                       FunctionName("w.fdwvalidator"), ServerOptions("w.fdwoptions"),
                       NotMember("pg_foreign_data_wrapper", "w.oid"));
  return ForEachRow(batch, sql, [&](Row& row) {
    Head head = TakeHead(row, Catalog::kForeignDataWrapper);
    schema::ForeignDataWrapper wrapper;
    wrapper.handler = row.Text();
    wrapper.validator = row.Text();
    wrapper.options = row.List();
    head.Add(out, std::move(wrapper));
  });
}

}  // namespace ferry::pg::catalog
