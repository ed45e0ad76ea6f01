// Looks at a target outside the migration's own transactions. Inside the executor.
#ifndef FERRY_PG_EXECUTOR_BLOCKERS_H_
#define FERRY_PG_EXECUTOR_BLOCKERS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/sql/statement.h"
#include "pg/session/session.h"

namespace ferry::executor {

// Those of `tables` that exist, qualified, each once. `session` outside a transaction.
absl::StatusOr<std::vector<sql::TableName>> ResolveTables(pg::Session& session,
                                                          const std::vector<sql::TableName>& tables,
                                                          absl::string_view search_path);

// A read-only look under `search_path`, as `role` unless that is empty, in a transaction of its own.
absl::StatusOr<pg::Rows> Look(pg::Session& session, absl::string_view search_path, absl::string_view query,
                              const std::vector<std::optional<std::string>>& values = {},
                              absl::string_view role = "");

}  // namespace ferry::executor

#endif  // FERRY_PG_EXECUTOR_BLOCKERS_H_
