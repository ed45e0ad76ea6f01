#include "core/report/markdown.h"

#include "absl/strings/ascii.h"
#include "core/report/escape.h"

namespace ferry::report {
namespace {

// Special anywhere in a line. An underscore between letters or digits is not: names stay readable.
constexpr absl::string_view kSpecial = "\\`*[]<>|~&";
// Special at the start of a line.
constexpr absl::string_view kAtStart = "#+-=:";

bool IsWord(char c) { return absl::ascii_isalnum(static_cast<unsigned char>(c)) || (c & 0x80) != 0; }

}  // namespace

std::string MarkdownText(absl::string_view text) {
  const std::string visible = Visible(text);
  std::string out;
  bool in_number = true;  // "1." and "1)" begin a list
  for (size_t i = 0; i < visible.size(); ++i) {
    const char c = visible[i];
    const bool inner = i > 0 && i + 1 < visible.size() && IsWord(visible[i - 1]) && IsWord(visible[i + 1]);
    const bool list =
        in_number && i > 0 && (c == '.' || c == ')') && (i + 1 == visible.size() || visible[i + 1] == ' ');
    if (kSpecial.find(c) != absl::string_view::npos || (c == '_' && !inner) || list ||
        (i == 0 && kAtStart.find(c) != absl::string_view::npos)) {
      out += '\\';
    }
    in_number = in_number && absl::ascii_isdigit(static_cast<unsigned char>(c));
    out += c;
  }
  return out;
}

}  // namespace ferry::report
