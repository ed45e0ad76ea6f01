#include "core/report/text_change.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/report/color.h"
#include "core/report/escape.h"

namespace ferry::report {
namespace {

constexpr size_t kContext = 2;  // unchanged lines around a change in a long text

void AppendLine(char sign, const std::string& text, size_t indent, bool color, std::string& out) {
  if (sign == ' ' && text.empty()) {
    out += "\n";
    return;
  }
  const std::string line =
      text.empty() ? std::string(1, sign) : absl::StrCat(std::string(1, sign), " ", text);
  const Color painted = sign == '-' ? Color::kRed : sign == '+' ? Color::kGreen : Color::kNone;
  absl::StrAppend(&out, std::string(indent, ' '), Paint(line, painted, color), "\n");
}

}  // namespace

std::string TextChange(absl::string_view old_text, absl::string_view new_text, size_t indent, bool color) {
  const std::vector<std::string> before = VisibleLines(old_text);
  const std::vector<std::string> after = VisibleLines(new_text);
  const size_t shorter = std::min(before.size(), after.size());
  size_t head = 0;
  while (head < shorter && before[head] == after[head]) ++head;
  size_t tail = 0;
  while (tail < shorter - head && before[before.size() - 1 - tail] == after[after.size() - 1 - tail]) ++tail;
  std::string out;
  const auto line = [&](char sign, const std::string& text) { AppendLine(sign, text, indent, color, out); };
  if (head > kContext) line(' ', "…");
  for (size_t i = head - std::min(head, kContext); i < head; ++i) line(' ', before[i]);
  for (size_t i = head; i < before.size() - tail; ++i) line('-', before[i]);
  for (size_t i = head; i < after.size() - tail; ++i) line('+', after[i]);
  const size_t rest = before.size() - tail;
  for (size_t i = rest; i < std::min(rest + kContext, before.size()); ++i) line(' ', before[i]);
  if (tail > kContext) line(' ', "…");
  return out;
}

}  // namespace ferry::report
