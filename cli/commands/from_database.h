// `ferry init --from-db`: the first migration of a database that exists. See commands.h.
#ifndef FERRY_CLI_COMMANDS_FROM_DATABASE_H_
#define FERRY_CLI_COMMANDS_FROM_DATABASE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/context.h"
#include "workbench/init.h"

namespace ferry::cli {

struct FromDatabase {
  std::string url;  // empty: not asked for
  std::string version, scratch;
};

// kUsage: no version, or options that mean nothing without --from-db.
absl::Status CheckFromDatabase(const FromDatabase& from);

// Reads the database and writes the migration's file into `folder`, which has no migration yet (else
// kFileSystem). Prints its path and what it holds.
absl::StatusOr<workbench::InitialMigration> WriteInitialMigration(Context& context, const FromDatabase& from,
                                                                  const std::string& folder);

// With a server for scratch databases: builds the file there and compares; kExitDifferent with the
// differences printed. Without: says that nothing is proven. Says what comes next.
absl::StatusOr<int> ProveInitialMigration(Context& context, const FromDatabase& from,
                                          const workbench::InitialMigration& initial,
                                          const std::string& folder);

}  // namespace ferry::cli

#endif  // FERRY_CLI_COMMANDS_FROM_DATABASE_H_
