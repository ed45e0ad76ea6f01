#include "core/report/json_writer.h"

#include <cassert>
#include <charconv>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "core/report/escape.h"

namespace ferry::report {

JsonWriter& JsonWriter::Begin(char bracket) {
  BeforeValue();
  out_ += bracket;
  has_items_.push_back(false);
  return *this;
}

JsonWriter& JsonWriter::End(char bracket) {
  assert(!has_items_.empty() && !after_key_);
  const bool had_items = has_items_.back();
  has_items_.pop_back();
  if (had_items) NewLine();
  out_ += bracket;
  return *this;
}

JsonWriter& JsonWriter::Key(absl::string_view name) {
  assert(!has_items_.empty() && !after_key_);
  BeforeValue();
  Quote(name);
  out_ += style_ == Style::kPretty ? ": " : ":";
  after_key_ = true;
  return *this;
}

JsonWriter& JsonWriter::String(absl::string_view value) {
  BeforeValue();
  Quote(value);
  return *this;
}

JsonWriter& JsonWriter::Int(int64_t value) { return Raw(absl::StrCat(value)); }

JsonWriter& JsonWriter::Double(double value) {
  if (!std::isfinite(value)) return Null();
  char buffer[32];
  const std::to_chars_result end = std::to_chars(buffer, buffer + sizeof(buffer), value);
  return Raw(absl::string_view(buffer, static_cast<size_t>(end.ptr - buffer)));
}

JsonWriter& JsonWriter::Bool(bool value) { return Raw(value ? "true" : "false"); }

JsonWriter& JsonWriter::Null() { return Raw("null"); }

std::string JsonWriter::Take() {
  assert(has_items_.empty() && !after_key_);
  if (style_ == Style::kPretty) out_ += '\n';
  return std::exchange(out_, "");
}

JsonWriter& JsonWriter::Raw(absl::string_view text) {
  BeforeValue();
  out_.append(text.data(), text.size());
  return *this;
}

void JsonWriter::BeforeValue() {
  if (std::exchange(after_key_, false) || has_items_.empty()) return;
  if (has_items_.back()) out_ += ',';
  has_items_.back() = true;
  NewLine();
}

void JsonWriter::NewLine() {
  if (style_ != Style::kPretty) return;
  out_ += '\n';
  out_.append(2 * has_items_.size(), ' ');
}

void JsonWriter::Quote(absl::string_view text) {
  out_ += '"';
  while (!text.empty()) {
    const absl::string_view before = text;
    const int code_point = TakeCodePoint(text);
    if (code_point == '"' || code_point == '\\') {
      out_ += '\\';
      out_ += static_cast<char>(code_point);
    } else if (code_point == '\n') {
      out_ += "\\n";
    } else if (code_point == '\t') {
      out_ += "\\t";
    } else if (code_point < 0) {
      out_ += "\\ufffd";
    } else if (!IsHidden(code_point)) {
      out_.append(before.data(), before.size() - text.size());
    } else if (code_point <= 0xFFFF) {
      absl::StrAppendFormat(&out_, "\\u%04x", code_point);
    } else {  // a surrogate pair
      const int offset = code_point - 0x10000;
      absl::StrAppendFormat(&out_, "\\u%04x\\u%04x", 0xD800 + (offset >> 10), 0xDC00 + (offset & 0x3FF));
    }
  }
  out_ += '"';
}

}  // namespace ferry::report
