// A text search configuration.
#ifndef FERRY_CORE_SCHEMA_TEXT_SEARCH_CONFIGURATION_H_
#define FERRY_CORE_SCHEMA_TEXT_SEARCH_CONFIGURATION_H_

#include <string>
#include <vector>

namespace ferry::schema {

struct TextSearchConfiguration {
  std::string parser;                 // qualified and quoted
  std::vector<std::string> mappings;  // "asciiword WITH pg_catalog.english_stem, …", sorted by token type

  // Calls v(name, field) for every field, always in this order.
  template <class Self, class Visitor>
  static void VisitFields(Self& self, Visitor&& v) {
    v("parser", self.parser);
    v("mappings", self.mappings);
  }
  friend bool operator==(const TextSearchConfiguration&, const TextSearchConfiguration&) = default;
};

}  // namespace ferry::schema

#endif  // FERRY_CORE_SCHEMA_TEXT_SEARCH_CONFIGURATION_H_
