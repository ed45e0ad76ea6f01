#include "agent/worker/hooks.h"

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "pg/backup/subprocess.h"

namespace ferry::worker {
namespace {

constexpr size_t kLongestLine = 200;

std::string LastLine(absl::string_view output) {
  const absl::string_view text = absl::StripAsciiWhitespace(output);
  const size_t end = text.rfind('\n');
  const absl::string_view line = end == absl::string_view::npos ? text : text.substr(end + 1);
  return absl::Utf8SafeCHexEscape(line.substr(0, kLongestLine));
}

}  // namespace

absl::Status RunHook(const policy::HookConfig& hook, const HookCall& call,
                     const std::function<bool()>& stop) {
  if (hook.command.empty()) return absl::OkStatus();
  pg::Command command;
  command.argv = hook.command;
  command.env = {{"PATH", "/usr/local/bin:/usr/bin:/bin"},
                 {"LC_ALL", "C"},
                 {"FERRY_HOOK", call.name},
                 {"FERRY_TARGET", call.target_id},
                 {"FERRY_PROMOTION", call.promotion_id}};
  const absl::Duration end = SystemClock().Elapsed() + hook.timeout;
  bool late = false;
  const auto ends = [&] {
    late = SystemClock().Elapsed() > end;
    return late || (stop && stop());
  };
  const absl::StatusOr<pg::Outcome> outcome = pg::RunCommand(command, ends, nullptr);
  std::string why;
  if (!outcome.ok()) {
    why = std::string(outcome.status().message());
  } else if (outcome->stopped && !late) {
    return Error(ErrorCode::kCancelled, absl::StrCat("cancelled while the hook \"", call.name, "\" ran"));
  } else if (outcome->stopped) {
    why = absl::StrCat("it took longer than ", absl::FormatDuration(hook.timeout));
  } else if (outcome->exit_code != 0) {
    const std::string line = LastLine(outcome->output);
    why = absl::StrCat("exit code ", outcome->exit_code, line.empty() ? "" : ": ", line);
  } else {
    return absl::OkStatus();
  }
  return Error(ErrorCode::kHookFailed,
               absl::StrCat("the hook \"", call.name, "\" of ", call.target_id, " failed: ", why));
}

}  // namespace ferry::worker
