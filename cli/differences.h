// ferry.differences.yaml: what may differ, for how long and who says so, and what is nobody's business.
#ifndef FERRY_CLI_DIFFERENCES_H_
#define FERRY_CLI_DIFFERENCES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cli/context.h"
#include "core/diff/allowed.h"
#include "core/report/diff_page.h"

namespace ferry::cli {

struct Differences {
  std::vector<diff::AllowedDifference> allowed;
  diff::Rules rules;

  bool empty() const { return allowed.empty() && rules.empty(); }
};

// `differences:` (object, field, environments, owner, reason, expires: YYYY-MM-DD) and `rules:` (each one of
// schema, object, partitions_of). kConfig with file, line and column: unknown keys, an entry without object,
// owner, reason or expires, a date that is none.
absl::StatusOr<Differences> ParseDifferences(absl::string_view file, absl::string_view text);

// The project's: the file that `differences:` of ferry.yaml names, or ferry.differences.yaml beside it. Empty
// without a project or without such a file; kFileSystem when ferry.yaml names one that is not there.
absl::StatusOr<Differences> FindDifferences(const Context& context);

// Lines for the screen: what is intentional, and what has expired. Ends with a newline unless empty.
std::string IntentionalText(const report::DiffPage& page);

}  // namespace ferry::cli

#endif  // FERRY_CLI_DIFFERENCES_H_
