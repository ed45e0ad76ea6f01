#include <istream>
#include <memory>
#include <ostream>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "cli/commands/commands.h"
#include "cli/commands/start.h"
#include "core/base/error.h"
#include "core/report/escape.h"

namespace ferry::cli {
namespace {

// A restore takes away what was written since: one letter is not enough for that.
absl::Status AskForName(Context& context, const StartOptions& options) {
  if (options.yes) return absl::OkStatus();
  const std::string environment = report::Visible(options.environment);
  if (!context.in_terminal) {
    return Error(ErrorCode::kUsage, "nobody is there to confirm a restore")
        .Next(absl::StrCat("ferry restore ", environment, " ", report::Visible(options.restore_backup_id),
                           " --yes"));
  }
  context.err << environment << " goes back to " << report::Visible(options.restore_backup_id)
              << ": what was written after it is no longer there.\n"
              << "Type the environment's name to go on: " << std::flush;
  std::string answer;
  std::getline(context.in, answer);
  if (absl::StripAsciiWhitespace(answer) == options.environment) return absl::OkStatus();
  return Error(ErrorCode::kCancelled, "not confirmed")
      .TargetState("unchanged: nothing was started")
      .Next(absl::StrCat("ferry backup verify ", environment, " ", report::Visible(options.restore_backup_id),
                         " proves the backup; --yes does not ask"));
}

absl::StatusOr<int> RunRestore(Context& context, const StartOptions& options) {
  RETURN_IF_ERROR(AskForName(context, options));
  return StartAndWatch(context, options);
}

}  // namespace

void AddRestore(CommandLine& line) {
  auto options = std::make_shared<StartOptions>();
  options->kind = v1::PROMOTION_KIND_RESTORE;
  line.Add("restore", "Replaces a database by one of its backups; the old one is kept beside it")
      .Argument("ENV", &options->environment, "the environment")
      .Argument("BACKUP", &options->restore_backup_id, "the backup's id, or the end of it")
      .Options("--accept", "WHAT", &options->accepted_losses,
               "goes on without this (slot:NAME, …); may repeat")
      .Flag("--detach", &options->detach, "do not watch; end with 8 when it waits")
      .Duration("--timeout", &options->timeout, "watch no longer; it goes on, and this ends with 124")
      .Flag("-y,--yes", &options->yes, "do not ask for the environment's name")
      .PrintsData()
      .Example("ferry restore staging 1f3a9c27.1")
      .Run([options](Context& context) { return RunRestore(context, *options); });
}

}  // namespace ferry::cli
