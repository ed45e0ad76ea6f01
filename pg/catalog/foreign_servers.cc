#include <utility>

#include "absl/strings/substitute.h"
#include "pg/catalog/pieces.h"
#include "pg/catalog/query.h"
#include "pg/catalog/readers.h"

namespace ferry::pg::catalog {

absl::Status ReadForeignServers(Batch& batch, Collector& out) {
  const std::string sql =
      absl::Substitute(R"sql(
SELECT s.oid, '', s.srvname, $0, w.fdwname, s.srvtype, s.srvversion, $1
FROM pg_catalog.pg_foreign_server s
JOIN pg_catalog.pg_foreign_data_wrapper w ON w.oid = s.srvfdw
WHERE $2)sql",
                       AccessColumns("s.srvowner", "s.srvacl", 'S'), ServerOptions("s.srvoptions"),
                       NotMember("pg_foreign_server", "s.oid"));
  return ForEachRow(batch, sql, [&](Row& row) {
    Head head = TakeHead(row, Catalog::kForeignServer);
    schema::ForeignServer server;
    server.wrapper = row.Text();
    server.type = row.Text();
    server.version = row.Text();
    server.options = row.List();
    head.Add(out, std::move(server));
  });
}

}  // namespace ferry::pg::catalog
