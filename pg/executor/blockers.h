// Who holds what a statement could not lock. Read after the fact: a lock wait that has ended is in no view
// any more, so these are the other sessions that hold locks on the statement's tables now.
#ifndef FERRY_PG_EXECUTOR_BLOCKERS_H_
#define FERRY_PG_EXECUTOR_BLOCKERS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/sql/statement.h"
#include "pg/session/session.h"

namespace ferry::executor {

// "pid 8123 (report_job), idle in transaction for 31s", oldest first, at most five; prepared transactions by
// their gid. `tables` as written in a migration, found by `search_path`. Names nobody when the holders have
// gone. `session` outside a transaction.
absl::StatusOr<std::vector<std::string>> FindBlockers(pg::Session& session,
                                                      const std::vector<sql::TableName>& tables,
                                                      absl::string_view search_path);

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
