#include "cli/terminal.h"

#include "absl/strings/numbers.h"

namespace ferry::cli {
namespace {

constexpr size_t kNarrowest = 40;
constexpr size_t kWidest = 1000;

}  // namespace

Terminal DetectTerminal(bool is_tty, size_t columns, const Environment& environment, bool no_color) {
  Terminal out;
  uint32_t forced = 0;
  const std::optional<std::string> force = environment("FERRY_FORCE_TTY");
  if (force.has_value() && absl::SimpleAtoi(*force, &forced) && forced > 0) {
    is_tty = true;
    columns = forced;
  }
  const bool dumb = environment("TERM").value_or("") == "dumb";
  out.interactive = is_tty && !dumb;
  out.color = out.interactive && !no_color && environment("NO_COLOR").value_or("").empty();
  if (columns > 0) out.columns = std::min(std::max(columns, kNarrowest), kWidest);
  return out;
}

}  // namespace ferry::cli
