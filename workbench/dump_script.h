// What pg_dump prints, as statements that a migration may contain. Pure; any thread.
#ifndef FERRY_WORKBENCH_DUMP_SCRIPT_H_
#define FERRY_WORKBENCH_DUMP_SCRIPT_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/sql/parser.h"

namespace ferry::workbench {

// `dump` with its lines `\restrict KEY`, before the first statement, and `\unrestrict KEY`, behind the last
// one, as blanks, so that every place stays what it was. In between a line may begin so inside a function's
// body.
std::string WithoutRestrict(absl::string_view dump);

// The statements of `dump` in their order. Left out are: pg_dump's comments; its `\restrict` lines; the
// settings it begins with, when they are those that ferry's own sessions have or that change nothing (but
// check_function_bodies, which ScriptText puts back); a table access method that is in force already.
// `source` names the dump in errors, which have line and column in it:
// - kSqlSyntax: PostgreSQL 15's grammar does not know it
// - kForbiddenStatement: a migration may not contain it, or it could hold a password (a subscription, a user
//   mapping), or it is a setting that is not known here
absl::StatusOr<std::vector<sql::Statement>> ReadDump(absl::string_view dump, absl::string_view source);

// The statements as the text of an up section, each ended by ";" and an empty line.
std::string ScriptText(const std::vector<sql::Statement>& statements);

}  // namespace ferry::workbench

#endif  // FERRY_WORKBENCH_DUMP_SCRIPT_H_
