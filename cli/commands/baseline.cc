#include <memory>
#include <ostream>

#include "absl/strings/str_cat.h"
#include "cli/commands/commands.h"
#include "cli/commands/diff_result.h"
#include "cli/commands/start.h"
#include "cli/exit_code.h"
#include "cli/settings.h"
#include "core/base/error.h"
#include "core/migration/version.h"
#include "core/report/escape.h"

namespace ferry::cli {
namespace {

// The database as it is, beside the plan up to the version as its agent builds it in a scratch database.
absl::StatusOr<diff::DiffResult> Compare(Context& context, const StartOptions& options) {
  ASSIGN_OR_RETURN(const auto client, Connect(context));
  v1::PreviewBaselineRequest request;
  request.set_environment(options.environment);
  request.set_version(options.to_version);
  request.set_plan_digest(options.plan_digest);
  ASSIGN_OR_RETURN(const v1::DiffResponse response, client->PreviewBaseline(request));
  return ResultOf(response);
}

absl::StatusOr<int> RunBaseline(Context& context, const StartOptions& options) {
  if (!migration::Version::Parse(options.to_version).ok()) {
    return Error(ErrorCode::kUsage,
                 options.to_version.empty()
                     ? "baseline needs the version that the database is at: --at VERSION"
                     : absl::StrCat("\"", options.to_version, "\" is not a version: MAJOR.MINOR.PATCH"))
        .Next(absl::StrCat("ferry baseline ", options.environment, " --at 1.0.0"));
  }
  ASSIGN_OR_RETURN(const diff::DiffResult result, Compare(context, options));
  if (result.equal()) return StartAndWatch(context, options);
  PrintDiff(context, result);
  if (!context.options.quiet) {
    context.err << report::Visible(options.environment) << " is not at "
                << report::Visible(options.to_version)
                << ": nothing was recorded\n  next: mend the database or the plan, or name another version\n";
  }
  return kExitDifferent;
}

}  // namespace

void AddBaseline(CommandLine& line) {
  auto options = std::make_shared<StartOptions>();
  options->kind = v1::PROMOTION_KIND_BASELINE;
  options->yes = true;  // nothing is run
  line.Add("baseline", "Records versions for a database that has them already; runs nothing")
      .Argument("ENV", &options->environment, "the environment")
      .Option("--at", "VERSION", &options->to_version, "the version it is at; always needed")
      .Option("--plan", "DIGEST", &options->plan_digest, "of this plan (the newest registered)")
      .Option("--reason", "TEXT", &options->reason, "why, for the record")
      .Duration("--timeout", &options->timeout, "watch no longer; it goes on, and this ends with 124")
      .PrintsData()
      .Example("ferry baseline prod --at 1.0.0")
      .Run([options](Context& context) { return RunBaseline(context, *options); });
}

}  // namespace ferry::cli
