// Writes one JSON document, in the order of the calls. The result is always valid UTF-8 and valid JSON (RFC
// 8259) as long as calls nest properly, which debug builds assert. One thread at a time.
//   JsonWriter json;
//   json.BeginObject().Key("schema").String("ferry/diff/v1").Key("equal").Bool(true).EndObject();
//   std::cout << json.Take();
#ifndef FERRY_CORE_REPORT_JSON_WRITER_H_
#define FERRY_CORE_REPORT_JSON_WRITER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace ferry::report {

class JsonWriter {
 public:
  // kPretty: two blanks a level and a final newline. kLine: one line without a final newline, for streams of
  // documents.
  enum class Style { kPretty, kLine };
  explicit JsonWriter(Style style = Style::kPretty) : style_(style) {}

  JsonWriter& BeginObject() { return Begin('{'); }
  JsonWriter& EndObject() { return End('}'); }
  JsonWriter& BeginArray() { return Begin('['); }
  JsonWriter& EndArray() { return End(']'); }
  // Inside an object, before every value.
  JsonWriter& Key(absl::string_view name);
  // Control and hidden characters (escape.h) become \uXXXX; a byte that is not UTF-8 becomes U+FFFD.
  JsonWriter& String(absl::string_view value);
  JsonWriter& Int(int64_t value);
  // The shortest text that reads back the same; null when not finite, since JSON has no such numbers.
  JsonWriter& Double(double value);
  JsonWriter& Bool(bool value);
  JsonWriter& Null();

  // The finished document. Call once, last.
  std::string Take();

 private:
  JsonWriter& Begin(char bracket);
  JsonWriter& End(char bracket);
  JsonWriter& Raw(absl::string_view text);
  void BeforeValue();
  void NewLine();
  void Quote(absl::string_view text);

  Style style_;
  std::string out_;
  std::vector<bool> has_items_;  // one an open bracket
  bool after_key_ = false;
};

}  // namespace ferry::report

#endif  // FERRY_CORE_REPORT_JSON_WRITER_H_
