#include <memory>

#include "cli/commands/commands.h"
#include "cli/commands/diff_result.h"
#include "cli/exit_code.h"
#include "cli/settings.h"
#include "core/base/error.h"

namespace ferry::cli {
namespace {

struct Options {
  std::vector<std::string> environments;
  bool exit_code = false;
};

absl::StatusOr<int> RunDiff(Context& context, const Options& options) {
  ASSIGN_OR_RETURN(const auto client, Connect(context));
  v1::DiffRequest request;
  for (const std::string& name : options.environments) request.add_environments(name);
  ASSIGN_OR_RETURN(const v1::DiffResponse response, client->Diff(request));
  ASSIGN_OR_RETURN(const diff::DiffResult result, ResultOf(response));
  PrintDiff(context, result);
  return options.exit_code && !result.equal() ? kExitDifferent : kExitOk;
}

}  // namespace

void AddDiff(CommandLine& line) {
  auto options = std::make_shared<Options>();
  line.Add("diff", "How the schemas of two or more environments differ, read afresh")
      .Arguments("ENV", &options->environments, "environments to compare", 2)
      .Flag("--exit-code", &options->exit_code, "end with 2 when there are differences")
      .PrintsData()
      .Example("ferry diff staging prod --exit-code")
      .Run([options](Context& context) { return RunDiff(context, *options); });
}

}  // namespace ferry::cli
