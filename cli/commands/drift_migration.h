// `ferry drift ENV --adopt` and `--revert`: the migration that ends a drift, written and proven. See
// commands.h.
#ifndef FERRY_CLI_COMMANDS_DRIFT_MIGRATION_H_
#define FERRY_CLI_COMMANDS_DRIFT_MIGRATION_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/context.h"

namespace ferry::cli {

struct DriftMigrationOptions {
  bool adopt = false;              // else: revert
  std::string folder;              // of migrations; empty: the project's
  std::string scratch;             // server for scratch databases; empty: see ScratchUrl
  std::string target;              // needed where several targets have drifted
  std::vector<std::string> allow;  // as in SqlOptions
};

// Adopting leads from what should be there to what is there, reverting back; each does nothing where it has
// been done, so that it can go through every environment like any other migration. Its header names the
// objects and where it comes from. `patterns` select objects; without any, all that nobody lives with. Prints
// the path of the file. Errors, after which nothing is written: kUsage; kNothingToDo: nothing has drifted;
// kDrift: the agent does not know any more what should be there, or it changes just now; kNotRepeatable: it
// cannot be written so, or an object cannot be named in the header; those of the calls and of
// workbench::Generate.
absl::StatusOr<int> WriteDriftMigration(Context& context, rpc::FerryClient& client,
                                        const std::string& environment,
                                        const std::vector<std::string>& patterns,
                                        const DriftMigrationOptions& options);

}  // namespace ferry::cli

#endif  // FERRY_CLI_COMMANDS_DRIFT_MIGRATION_H_
