#include <memory>

#include "absl/strings/str_cat.h"
#include "cli/commands/commands.h"
#include "cli/commands/start.h"
#include "core/base/error.h"
#include "core/migration/version.h"

namespace ferry::cli {
namespace {

absl::StatusOr<int> RunPromote(Context& context, const StartOptions& options) {
  const std::string& given = options.to_version;
  const bool is_version = given.empty() || migration::Version::Parse(given).ok();
  if (options.environment.empty()) {
    return Error(ErrorCode::kUsage, "promote needs the environment to promote to: --to ENV")
        .Next(is_version ? absl::StrCat("ferry promote ", given, given.empty() ? "" : " ", "--to ENV")
                         : absl::StrCat("did you mean ferry promote --to ", given, "?"));
  }
  if (!is_version) {
    return Error(ErrorCode::kUsage, absl::StrCat("\"", given, "\" is not a version: MAJOR.MINOR.PATCH"))
        .Next(absl::StrCat("ferry promote --to ", options.environment,
                           ", or ferry plan show for the versions"));
  }
  return StartAndWatch(context, options);
}

}  // namespace

void AddPromote(CommandLine& line) {
  auto options = std::make_shared<StartOptions>();
  line.Add("promote", "Brings an environment to a version, and watches until it is there")
      .OptionalArgument("VERSION", &options->to_version, "version to reach (the plan's newest)")
      .Option("--to", "ENV", &options->environment, "the environment; always needed")
      .Option("--plan", "DIGEST", &options->plan_digest, "of this plan (the newest registered)")
      .Option("--hotfix", "REASON", &options->reason,
              "also what is out of order: versions below the newest applied one")
      .Flag("--detach", &options->detach, "do not watch; end with 8 when it waits")
      .Duration("--timeout", &options->timeout, "watch no longer; it goes on, and this ends with 124")
      .Flag("-y,--yes", &options->yes, "do not ask about breaking migrations")
      .PrintsData()
      .Example("ferry promote --to staging")
      .Example("ferry promote 1.1.0 --to prod --detach")
      .Example("ferry promote 1.0.1 --to prod --hotfix 'orders stop without it'")
      .Run([options](Context& context) { return RunPromote(context, *options); });
}

}  // namespace ferry::cli
