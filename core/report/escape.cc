#include "core/report/escape.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"

namespace ferry::report {
namespace {

struct Range {
  int first, last;
};

// Default-ignorable, format and separator characters that a terminal shows as nothing or obeys.
constexpr std::array<Range, 16> kHidden = {{{0x00, 0x1F},
                                            {0x7F, 0x9F},
                                            {0xAD, 0xAD},
                                            {0x34F, 0x34F},
                                            {0x61C, 0x61C},
                                            {0x115F, 0x1160},
                                            {0x17B4, 0x17B5},
                                            {0x180B, 0x180F},
                                            {0x200B, 0x200F},
                                            {0x2028, 0x202E},
                                            {0x2060, 0x206F},
                                            {0x3164, 0x3164},
                                            {0xFEFF, 0xFEFF},
                                            {0xFFA0, 0xFFA0},
                                            {0xFFF0, 0xFFFB},
                                            {0xE0000, 0xE0FFF}}};

// Combining marks of the scripts met most; a mark that is missing here only costs alignment.
constexpr std::array<Range, 14> kZeroWidth = {{{0x300, 0x36F},
                                               {0x483, 0x489},
                                               {0x591, 0x5BD},
                                               {0x610, 0x61A},
                                               {0x64B, 0x65F},
                                               {0x93C, 0x93C},
                                               {0x94D, 0x94D},
                                               {0xE31, 0xE31},
                                               {0xE34, 0xE3A},
                                               {0x1AB0, 0x1AFF},
                                               {0x1DC0, 0x1DFF},
                                               {0x20D0, 0x20FF},
                                               {0xFE00, 0xFE0F},
                                               {0xFE20, 0xFE2F}}};

// East Asian Wide and Fullwidth of UAX #11, in coarse ranges.
constexpr std::array<Range, 12> kWide = {{{0x1100, 0x115F},
                                          {0x2E80, 0x303E},
                                          {0x3041, 0x33FF},
                                          {0x3400, 0x4DBF},
                                          {0x4E00, 0xA4CF},
                                          {0xA960, 0xA97C},
                                          {0xAC00, 0xD7A3},
                                          {0xF900, 0xFAFF},
                                          {0xFE30, 0xFE6F},
                                          {0xFF01, 0xFF60},
                                          {0x1F300, 0x1FAFF},
                                          {0x20000, 0x3FFFD}}};

template <size_t N>
bool In(const std::array<Range, N>& ranges, int code_point) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [&](const Range& r) { return code_point >= r.first && code_point <= r.last; });
}

bool IsPlainIdentifier(absl::string_view name) {
  if (name.empty() || (name[0] >= '0' && name[0] <= '9') || name[0] == '$') return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '$';
  });
}

}  // namespace

int TakeCodePoint(absl::string_view& text) {
  const auto byte = [&](size_t i) { return static_cast<int>(static_cast<unsigned char>(text[i])); };
  const int lead = byte(0);
  const size_t length = lead < 0x80   ? 1
                        : lead < 0xC2 ? 0
                        : lead < 0xE0 ? 2
                        : lead < 0xF0 ? 3
                        : lead < 0xF5 ? 4
                                      : 0;
  int code_point = length == 1 ? lead : lead & (0x7F >> length);
  bool good = length > 0 && length <= text.size();
  for (size_t i = 1; good && i < length; ++i) {
    good = (byte(i) & 0xC0) == 0x80;
    code_point = code_point << 6 | (byte(i) & 0x3F);
  }
  if (length == 3) good = good && code_point >= 0x800 && (code_point < 0xD800 || code_point > 0xDFFF);
  if (length == 4) good = good && code_point >= 0x10000 && code_point <= 0x10FFFF;
  text.remove_prefix(good ? length : 1);
  return good ? code_point : -1;
}

bool IsHidden(int code_point) { return In(kHidden, code_point); }

std::string Visible(absl::string_view text) {
  std::string out;
  while (!text.empty()) {
    const absl::string_view before = text;
    const int code_point = TakeCodePoint(text);
    const absl::string_view bytes = before.substr(0, before.size() - text.size());
    if (code_point == '\n') {
      out += "\\n";
    } else if (code_point == '\r') {
      out += "\\r";
    } else if (code_point == '\t') {
      out += "\\t";
    } else if (code_point < 0) {
      absl::StrAppendFormat(&out, "\\x%02x", static_cast<unsigned char>(bytes[0]));
    } else if (!IsHidden(code_point)) {
      out.append(bytes.data(), bytes.size());
    } else if (code_point <= 0xFF) {
      absl::StrAppendFormat(&out, "\\x%02x", code_point);
    } else {
      absl::StrAppendFormat(&out, code_point <= 0xFFFF ? "\\u%04x" : "\\U%08x", code_point);
    }
  }
  return out;
}

std::vector<std::string> VisibleLines(absl::string_view text) {
  std::vector<std::string> lines;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    lines.push_back(Visible(line));
    std::string& last = lines.back();
    if (!last.empty() && last.back() == ' ') last.replace(last.size() - 1, 1, "\\x20");
  }
  return lines;
}

std::string VisibleName(absl::string_view name) {
  if (IsPlainIdentifier(name)) return std::string(name);
  std::string quoted = "\"";
  for (const char c : name) quoted.append(c == '"' || c == '\\' ? 2 : 1, c);
  return Visible(quoted) + "\"";
}

size_t DisplayWidth(absl::string_view text) {
  size_t width = 0;
  while (!text.empty()) {
    const int code_point = TakeCodePoint(text);
    if (code_point >= 0x300 && In(kZeroWidth, code_point)) continue;
    width += code_point >= 0x1100 && In(kWide, code_point) ? 2U : 1U;
  }
  return width;
}

}  // namespace ferry::report
