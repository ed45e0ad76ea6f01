// What the readers of types share: one query's shape.
#ifndef FERRY_PG_CATALOG_TYPE_QUERY_H_
#define FERRY_PG_CATALOG_TYPE_QUERY_H_

#include <string>

#include "absl/strings/string_view.h"
#include "pg/catalog/pieces.h"

namespace ferry::pg::catalog {

// The types `t` (pg_type) that fulfil `condition` and that no extension owns, with `columns` behind what
// TakeHead() takes. `joins`: further tables.
std::string TypesOf(absl::string_view columns, absl::string_view joins, absl::string_view condition);

}  // namespace ferry::pg::catalog

#endif  // FERRY_PG_CATALOG_TYPE_QUERY_H_
