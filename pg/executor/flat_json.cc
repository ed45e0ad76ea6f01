#include "pg/executor/flat_json.h"

#include <cstdint>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace ferry::executor {
namespace {

using Json = nlohmann::json;

// "-12.50e3" as "-125e2": digits without zeroes at their ends, and a power of ten.
std::string OneSpelling(absl::string_view number) {
  const bool negative = absl::ConsumePrefix(&number, "-");
  int64_t exponent = 0;
  const size_t e = number.find_first_of("eE");
  if (e != absl::string_view::npos) {
    absl::string_view power = number.substr(e + 1);
    absl::ConsumePrefix(&power, "+");
    if (!absl::SimpleAtoi(power, &exponent)) return std::string(number);
    number = number.substr(0, e);
  }
  std::string digits;
  const size_t point = number.find('.');
  for (const char c : number) {
    if (c != '.') digits += c;
  }
  if (point != absl::string_view::npos) exponent -= static_cast<int64_t>(number.size() - point - 1);
  while (!digits.empty() && digits.back() == '0') {
    digits.pop_back();
    ++exponent;
  }
  digits.erase(0, digits.find_first_not_of('0'));
  if (digits.empty()) return "0";
  return absl::StrCat(negative ? "-" : "", digits, "e", exponent);
}

class FlatReader final : public nlohmann::json_sax<Json> {
 public:
  std::map<std::string, JsonMember> members;

  bool null() override { return Value(JsonMember::Kind::kNull, ""); }
  bool boolean(bool value) override { return Value(JsonMember::Kind::kBoolean, value ? "true" : "false"); }
  bool number_integer(number_integer_t value) override {
    return Value(JsonMember::Kind::kNumber, OneSpelling(absl::StrCat(value)));
  }
  bool number_unsigned(number_unsigned_t value) override {
    return Value(JsonMember::Kind::kNumber, OneSpelling(absl::StrCat(value)));
  }
  bool number_float(number_float_t, const string_t& text) override {
    return Value(JsonMember::Kind::kNumber, OneSpelling(text));
  }
  bool string(string_t& value) override { return Value(JsonMember::Kind::kString, value); }
  bool binary(binary_t&) override { return false; }
  bool start_object(size_t) override { return Open(); }
  bool start_array(size_t) override { return depth_ > 0 && Open(); }
  bool end_object() override { return Close(); }
  bool end_array() override { return Close(); }
  bool key(string_t& name) override {
    if (depth_ > 1) return true;
    name_ = name;
    return members.emplace(name_, JsonMember()).second;
  }
  bool parse_error(size_t, const std::string&, const nlohmann::detail::exception&) override { return false; }

 private:
  bool Value(JsonMember::Kind kind, std::string text) {
    if (depth_ == 1) members[name_] = {kind, std::move(text)};
    return depth_ > 0;
  }
  bool Open() {
    if (depth_ == 1) members[name_].kind = JsonMember::Kind::kNested;
    ++depth_;
    return true;
  }
  bool Close() {
    --depth_;
    return true;
  }

  int depth_ = 0;
  std::string name_;
};

}  // namespace

std::optional<std::map<std::string, JsonMember>> ReadFlatObject(absl::string_view line) {
  FlatReader reader;
  if (!Json::sax_parse(line.begin(), line.end(), &reader)) return std::nullopt;
  return std::move(reader.members);
}

}  // namespace ferry::executor
