// Names as they stand in headers and directives. Pure; any thread.
#ifndef FERRY_CORE_MIGRATION_SEARCH_PATH_H_
#define FERRY_CORE_MIGRATION_SEARCH_PATH_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "core/sql/statement.h"

namespace ferry::migration {

// Takes one SQL identifier off the front of `text`: bare (folded to lower case) or "quoted". Nothing when
// there is none.
std::optional<std::string> TakeIdentifier(absl::string_view& text);

// `text` as [schema.]table; nothing when it is not exactly that.
std::optional<sql::TableName> ParseTableName(absl::string_view text);

// `text` as one or more identifiers with commas and no blanks between them; nothing when it is none, or names
// one twice.
std::optional<std::vector<std::string>> ParseNames(absl::string_view text);

// `text` as a comma list of schemas, each quoted as needed; nothing when it is none, or names "ferry" or
// pg_temp.
std::optional<std::string> ParseSearchPath(absl::string_view text);

}  // namespace ferry::migration

#endif  // FERRY_CORE_MIGRATION_SEARCH_PATH_H_
