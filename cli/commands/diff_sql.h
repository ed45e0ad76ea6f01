// `ferry diff A B --format sql`: the script that takes the first schema to the second. See commands.h.
#ifndef FERRY_CLI_COMMANDS_DIFF_SQL_H_
#define FERRY_CLI_COMMANDS_DIFF_SQL_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/context.h"
#include "cli/differences.h"
#include "cli/sources/read.h"
#include "core/diff/diff.h"
#include "core/render/renames.h"
#include "core/render/render.h"

namespace ferry::cli {

struct SqlOptions {
  std::vector<std::string> allow;    // "data-loss", "data-loss:public.prices"
  std::vector<std::string> renamed;  // "public.prices.close=close_price"
  bool proof = false;
};

// kUsage: an --allow or --renamed that cannot be read.
absl::StatusOr<render::Options> RenderOptionsOf(const SqlOptions& options,
                                                const diff::CompareOptions& compare);
// Those of --renamed, those that the target's own SQL declares, and those of the target's migrations that fit
// both schemas.
absl::StatusOr<std::vector<render::Rename>> RenamesOf(const SqlOptions& options, const ReadSchema& from,
                                                      const ReadSchema& to);

// On stderr, as questions: what may have been renamed, with the evidence and how to say so.
void AskAboutRenames(Context& context, const ReadSchema& from, const ReadSchema& to,
                     const std::vector<render::Rename>& declared);

// Makes the second of two schemas keep what the first one has where that is intentional.
void KeepIntentional(const Context& context, const Differences& differences,
                     const diff::CompareOptions& compare, std::vector<ReadSchema>& schemas);

// Prints only SQL and comments to stdout, and nothing at all when nothing differs. The exit code is
// kExitDifferent when `exit_code` and there is a statement. Errors: kUsage, unless there are two schemas;
// those of workbench::Converge.
absl::StatusOr<int> PrintSql(Context& context, const std::vector<ReadSchema>& schemas,
                             const SqlOptions& options, const diff::CompareOptions& compare,
                             const std::string& scratch, bool exit_code);

}  // namespace ferry::cli

#endif  // FERRY_CLI_COMMANDS_DIFF_SQL_H_
