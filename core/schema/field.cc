#include "core/schema/field.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace ferry::schema {
namespace {

// Takes one 'quoted' element off the front of `text`.
bool TakeElement(absl::string_view& text, std::string& element) {
  if (text.empty() || text[0] != '\'') return false;
  size_t at = 1;
  while (at < text.size()) {
    if (text[at] != '\'') {
      element.push_back(text[at++]);
    } else if (at + 1 < text.size() && text[at + 1] == '\'') {
      element.push_back('\'');
      at += 2;
    } else {
      text.remove_prefix(at + 1);
      return true;
    }
  }
  return false;
}

}  // namespace

std::string EncodeField(const std::string& value) { return value; }
std::string EncodeField(bool value) { return value ? "true" : "false"; }
std::string EncodeField(int64_t value) { return absl::StrCat(value); }
std::string EncodeField(const std::vector<std::string>& value) {
  std::string out;
  for (const std::string& element : value) {
    out += out.empty() ? "'" : ", '";
    for (const char c : element) out.append(c == '\'' ? 2 : 1, c);
    out += '\'';
  }
  return out;
}

bool DecodeField(absl::string_view text, std::string& value) {
  value = std::string(text);
  return true;
}

bool DecodeField(absl::string_view text, bool& value) {
  value = text == "true";
  return value || text == "false";
}

bool DecodeField(absl::string_view text, int64_t& value) {
  return absl::SimpleAtoi(text, &value) && EncodeField(value) == text;
}

bool DecodeField(absl::string_view text, std::vector<std::string>& value) {
  value.clear();
  while (!text.empty()) {
    if (!value.empty()) {
      if (text.substr(0, 2) != ", ") return false;
      text.remove_prefix(2);
    }
    value.emplace_back();
    if (!TakeElement(text, value.back())) return false;
  }
  return true;
}

}  // namespace ferry::schema
