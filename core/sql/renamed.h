// What a statement renames, as PostgreSQL's parser reads it. Pure; any thread.
#ifndef FERRY_CORE_SQL_RENAMED_H_
#define FERRY_CORE_SQL_RENAMED_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "core/sql/statement.h"

namespace ferry::sql {

struct Renamed {
  TableName table;     // `schema` is empty where the statement leaves it to the search_path
  std::string column;  // its name before; empty: the table itself is renamed
  std::string to;

  friend bool operator==(const Renamed&, const Renamed&) = default;
};

// Of ALTER TABLE … RENAME TO and … RENAME COLUMN. Nothing for any other statement, for a text that is not one
// statement, or one that the parser refuses.
std::optional<Renamed> ReadRename(absl::string_view statement);

}  // namespace ferry::sql

#endif  // FERRY_CORE_SQL_RENAMED_H_
