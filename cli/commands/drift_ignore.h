// `ferry drift ENV --ignore OBJECT --until DAY --reason TEXT`. See commands.h.
#ifndef FERRY_CLI_COMMANDS_DRIFT_IGNORE_H_
#define FERRY_CLI_COMMANDS_DRIFT_IGNORE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/context.h"

namespace ferry::cli {

struct IgnoreOptions {
  std::string until, reason;
  std::string target;  // empty: every target that has it
};

// kUsage: something is missing, or `until` is no day.
absl::Status CheckIgnore(const std::string& environment, const std::vector<std::string>& objects,
                         const IgnoreOptions& options);

// Has the controller record the decision, to the end of that day, and prints what it is about. Errors: those
// of the call.
absl::StatusOr<int> IgnoreDrift(Context& context, rpc::FerryClient& client, const std::string& environment,
                                const std::vector<std::string>& objects, const IgnoreOptions& options);

}  // namespace ferry::cli

#endif  // FERRY_CLI_COMMANDS_DRIFT_IGNORE_H_
