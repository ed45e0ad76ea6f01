// What belongs to an operator class or loosely to an operator family, as SQL. Any thread.
#ifndef FERRY_PG_CATALOG_OPERATOR_ITEMS_H_
#define FERRY_PG_CATALOG_OPERATOR_ITEMS_H_

#include <string>

#include "absl/strings/string_view.h"

namespace ferry::pg::catalog {

// An expression: an array of "STORAGE type", "OPERATOR 1 public.<(integer, integer)" and "FUNCTION 1
// (integer, integer) public.f(integer, integer)", as CREATE OPERATOR CLASS and ALTER OPERATOR FAMILY … ADD
// take them, in this order and by their numbers. `catalog` is pg_opclass or pg_opfamily, `oid` and `storage`
// (a type, or null) expressions.
std::string OperatorItems(absl::string_view catalog, absl::string_view oid, absl::string_view storage);

}  // namespace ferry::pg::catalog

#endif  // FERRY_PG_CATALOG_OPERATOR_ITEMS_H_
