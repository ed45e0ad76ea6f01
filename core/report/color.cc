#include "core/report/color.h"

#include "absl/strings/str_cat.h"

namespace ferry::report {
namespace {

absl::string_view Sequence(Color color) {
  switch (color) {
    case Color::kRed:
      return "\x1b[31m";
    case Color::kGreen:
      return "\x1b[32m";
    case Color::kYellow:
      return "\x1b[33m";
    case Color::kBold:
      return "\x1b[1m";
    case Color::kDim:
      return "\x1b[2m";
    case Color::kNone:
      break;
  }
  return "";
}

}  // namespace

std::string Paint(absl::string_view text, Color color, bool enabled) {
  if (!enabled || text.empty() || color == Color::kNone) return std::string(text);
  return absl::StrCat(Sequence(color), text, "\x1b[0m");
}

}  // namespace ferry::report
