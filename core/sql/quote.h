// Names and values as SQL text. Pure; any thread.
#ifndef FERRY_CORE_SQL_QUOTE_H_
#define FERRY_CORE_SQL_QUOTE_H_

#include <string>

#include "absl/strings/string_view.h"
#include "core/sql/statement.h"

namespace ferry::sql {

// `name` as PostgreSQL's quote_ident() writes it: bare when it is lower case and no keyword but an unreserved
// one.
std::string QuoteIdentifier(absl::string_view name);

// "schema.name", each part quoted as needed; only the name when the schema is empty.
std::string QuoteQualified(const TableName& table);

// `value` as a string literal, as quote_literal() writes it: E'…' when it holds a backslash, so that it means
// the same under either standard_conforming_strings. Needs: no NUL byte in `value`.
std::string QuoteLiteral(absl::string_view value);

}  // namespace ferry::sql

#endif  // FERRY_CORE_SQL_QUOTE_H_
