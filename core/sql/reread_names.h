// Inside core/sql: the names of constants that Reread leaves out. Pure; any thread.
#ifndef FERRY_CORE_SQL_REREAD_NAMES_H_
#define FERRY_CORE_SQL_REREAD_NAMES_H_

#include <string>

#include "absl/strings/string_view.h"

namespace ferry::sql {

// `printed` without every AS that names a constant after the type to which it is cast, as PostgreSQL names
// it by itself.
std::string WithoutImpliedNames(absl::string_view printed);

}  // namespace ferry::sql

#endif  // FERRY_CORE_SQL_REREAD_NAMES_H_
