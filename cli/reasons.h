// Why the sources of a comparison differ, as far as migrations and agents tell.
#ifndef FERRY_CLI_REASONS_H_
#define FERRY_CLI_REASONS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/context.h"
#include "cli/sources/source.h"
#include "core/diff/reason.h"

namespace ferry::cli {

// `server_versions`: one a source of `result`, "" where not known. Asks the controller for the state of the
// environments among `sources` and for the newest plan, and reads the folders among them; asks nothing where
// nothing differs. Without a registered plan nothing is pending. Errors: those of Connect, GetStatus,
// GetPlan, BuildPlan and ReadFolder.
absl::StatusOr<diff::Reasons> FindReasons(Context& context, const std::vector<Source>& sources,
                                          const diff::DiffResult& result,
                                          const std::vector<std::string>& server_versions);

}  // namespace ferry::cli

#endif  // FERRY_CLI_REASONS_H_
