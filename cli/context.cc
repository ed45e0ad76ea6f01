#include "cli/context.h"

#include <istream>
#include <ostream>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "cli/exit_code.h"
#include "core/base/error.h"
#include "core/report/color.h"
#include "core/report/escape.h"

namespace ferry::cli {
namespace {

// What to do about an error that nobody has said it of.
std::string DefaultNext(const absl::Status& status) {
  switch (CodeOf(status)) {
    case ErrorCode::kUsage:
      return "ferry --help";
    case ErrorCode::kTransport:
      return "is ferry-controller running, and is --controller, $FERRY_CONTROLLER or ferry.yaml right?";
    case ErrorCode::kConfig:
      return "correct the file";
    case ErrorCode::kFileSystem:
      return "check that the file exists and that you may read and write it";
    case ErrorCode::kEnvironmentUnknown:
    case ErrorCode::kPromotionUnknown:
      return "ferry status";
    case ErrorCode::kPlanUnknown:
      return "ferry plan list";
    default:
      return "ferry status; if it stays unclear, ferry history shows what happened";
  }
}

}  // namespace

absl::Status Escaped(const absl::Status& status) {
  if (status.ok()) return status;
  ErrorDetail detail = DetailOf(status);
  for (std::string* text :
       {&detail.file, &detail.statement, &detail.sqlstate, &detail.target_state, &detail.next}) {
    *text = report::Visible(*text);
  }
  return StatusFrom(report::Visible(status.message()), detail);
}

int Fail(Context& context, const absl::Status& status) {
  const absl::Status shown = Annotate(Escaped(status), [&](ErrorDetail& detail) {
    if (detail.next.empty()) detail.next = DefaultNext(status);
  });
  const std::string text = ErrorText(shown);
  const size_t head = text.find(": ");
  context.err << report::Paint(text.substr(0, head), report::Color::kRed, context.err_terminal.color)
              << text.substr(head) << "\n";
  context.err.flush();
  return ExitCodeOf(status);
}

Screen ScreenOf(const Context& context) {
  return {context.out_terminal.color, context.out_terminal.columns, context.clock.Now(), context.zone};
}

bool Confirm(Context& context, const std::string& question) {
  if (!context.in_terminal) return false;
  context.err << question << " [y/N] " << std::flush;
  std::string answer;
  if (!std::getline(context.in, answer)) return false;
  answer = absl::AsciiStrToLower(absl::StripAsciiWhitespace(answer));
  return answer == "y" || answer == "yes";
}

}  // namespace ferry::cli
