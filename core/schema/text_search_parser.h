// A text search parser.
#ifndef FERRY_CORE_SCHEMA_TEXT_SEARCH_PARSER_H_
#define FERRY_CORE_SCHEMA_TEXT_SEARCH_PARSER_H_

#include <string>
#include <vector>

namespace ferry::schema {

struct TextSearchParser {
  std::vector<std::string> properties;  // in CREATE TEXT SEARCH PARSER's words and order: "START = public.f"

  // Calls v(name, field) for every field, always in this order.
  template <class Self, class Visitor>
  static void VisitFields(Self& self, Visitor&& v) {
    v("properties", self.properties);
  }
  friend bool operator==(const TextSearchParser&, const TextSearchParser&) = default;
};

}  // namespace ferry::schema

#endif  // FERRY_CORE_SCHEMA_TEXT_SEARCH_PARSER_H_
