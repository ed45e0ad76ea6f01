// Which objects a DDL statement creates, alters or drops, by the names that stand in it. Pure; any thread.
#ifndef FERRY_CORE_SQL_NAMED_H_
#define FERRY_CORE_SQL_NAMED_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace ferry::sql {

struct NamedObject {
  std::string schema;  // "" = as search_path finds it, or an object that is in no schema
  std::string name;    // of functions without arguments
  std::string part;    // column, constraint, index, trigger, policy or rule of the table or view `name`
  bool whole = false;  // of a table, view or type: with everything that belongs to it

  friend bool operator==(const NamedObject&, const NamedObject&) = default;
};

// In the order named, each once; of a rename the old and the new name. Not what a statement only reads, nor
// what PostgreSQL drops along with something. Nothing for a statement that is no DDL (a DO block among them),
// names what it cannot name (casts, default privileges), or is refused by the parser.
std::vector<NamedObject> NamedObjects(absl::string_view statement);

}  // namespace ferry::sql

#endif  // FERRY_CORE_SQL_NAMED_H_
