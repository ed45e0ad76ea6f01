// Scratch databases that are made to have a schema.
#ifndef FERRY_WORKBENCH_COPY_H_
#define FERRY_WORKBENCH_COPY_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/diff/diff.h"
#include "core/render/statement.h"
#include "core/schema/snapshot.h"
#include "pg/scratch/build.h"

namespace ferry::workbench {

// A new database that has the schema `wanted` as far as `compare` looks, made by statements of core/render
// and compared afterwards. kNotConverging, with `name` and what differs: it cannot be made so. Else errors of
// ParseUrl, Database::Create and ReadSnapshot.
absl::StatusOr<std::unique_ptr<scratch::Database>> CopyOf(const std::string& scratch_url,
                                                          const schema::Snapshot& wanted,
                                                          absl::string_view name,
                                                          const diff::CompareOptions& compare,
                                                          const scratch::Running& running);

// Runs the statements one by one, each committed by itself. kNotConverging, with statement and SQLSTATE.
absl::Status RunStatements(const scratch::Database& database,
                           const std::vector<render::Statement>& statements, const scratch::Running& running);

// Roles that own or may do something in a snapshot and that the server does not have, sorted.
absl::StatusOr<std::vector<std::string>> MissingRoles(const std::string& scratch_url,
                                                      const std::vector<const schema::Snapshot*>& snapshots);

// "3 objects differ: table public.a, …": kNotConverging with `what` before it; OK when `left` is equal.
absl::Status CheckNothingLeft(const diff::DiffResult& left, absl::string_view what);

}  // namespace ferry::workbench

#endif  // FERRY_WORKBENCH_COPY_H_
