// `ferry new NAME --auto`: the next migration, written from a difference and proven. See commands.h.
#ifndef FERRY_CLI_COMMANDS_NEW_AUTO_H_
#define FERRY_CLI_COMMANDS_NEW_AUTO_H_

#include <string>

#include "absl/status/statusor.h"
#include "cli/commands/diff_sql.h"
#include "cli/context.h"
#include "cli/settings.h"

namespace ferry::cli {

struct AutoOptions {
  bool wanted = false;   // --auto
  std::string from, to;  // sources; from: the folder when empty
  std::string scratch;
  SqlOptions sql;
};

// kUsage: options that mean nothing without --auto, or no --to.
absl::Status CheckAuto(const AutoOptions& options);

// Writes the file into the folder, which `content` is of, and prints its path. Errors: those of ReadSources,
// RenamesOf, workbench::Generate and WriteNewFile; nothing is written then.
absl::StatusOr<int> WriteAuto(Context& context, const std::string& name, const FolderContent& content,
                              const AutoOptions& options);

}  // namespace ferry::cli

#endif  // FERRY_CLI_COMMANDS_NEW_AUTO_H_
