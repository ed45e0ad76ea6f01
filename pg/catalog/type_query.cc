#include "pg/catalog/type_query.h"

#include "absl/strings/substitute.h"

namespace ferry::pg::catalog {

std::string TypesOf(absl::string_view columns, absl::string_view joins, absl::string_view condition) {
  return absl::Substitute(R"sql(
SELECT t.oid, n.nspname, t.typname, $0,
       $1
FROM ns n
JOIN pg_catalog.pg_type t ON t.typnamespace = n.oid
$2
WHERE $3 AND $4)sql",
                          AccessColumns("t.typowner", "t.typacl", 'T'), columns, joins, condition,
                          NotMember("pg_type", "t.oid"));
}

}  // namespace ferry::pg::catalog
