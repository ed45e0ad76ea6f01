#include <memory>

#include "absl/strings/str_cat.h"
#include "cli/commands/commands.h"
#include "cli/commands/start.h"
#include "core/base/error.h"
#include "core/migration/version.h"

namespace ferry::cli {
namespace {

absl::StatusOr<int> RunRollback(Context& context, const StartOptions& options) {
  const std::string& to = options.to_version;
  if (!to.empty() && to != "0" && !migration::Version::Parse(to).ok()) {
    return Error(ErrorCode::kUsage,
                 absl::StrCat("\"", to, "\" is neither a version nor 0, the state before the first"))
        .Next(absl::StrCat("ferry rollback ", options.environment, " --to VERSION"));
  }
  return StartAndWatch(context, options);
}

}  // namespace

void AddRollback(CommandLine& line) {
  auto options = std::make_shared<StartOptions>();
  options->kind = v1::PROMOTION_KIND_ROLLBACK;
  line.Add("rollback", "Undoes migrations of an environment, newest first, after a backup")
      .Argument("ENV", &options->environment, "the environment")
      .Option("--to", "VERSION", &options->to_version,
              "back to this version, which stays; 0 = all (one migration)")
      .Option("--plan", "DIGEST", &options->plan_digest, "of this plan (the newest registered)")
      .Flag("--detach", &options->detach, "do not watch; end with 8 when it waits")
      .Duration("--timeout", &options->timeout, "watch no longer; it goes on, and this ends with 124")
      .Flag("-y,--yes", &options->yes, "do not ask")
      .PrintsData()
      .Example("ferry rollback staging --to 1.0.0")
      .Run([options](Context& context) { return RunRollback(context, *options); });
}

}  // namespace ferry::cli
