// A text search dictionary.
#ifndef FERRY_CORE_SCHEMA_TEXT_SEARCH_DICTIONARY_H_
#define FERRY_CORE_SCHEMA_TEXT_SEARCH_DICTIONARY_H_

#include <string>

namespace ferry::schema {

struct TextSearchDictionary {
  std::string template_name;  // qualified and quoted
  std::string options;        // as CREATE TEXT SEARCH DICTIONARY takes them

  // Calls v(name, field) for every field, always in this order.
  template <class Self, class Visitor>
  static void VisitFields(Self& self, Visitor&& v) {
    v("template_name", self.template_name);
    v("options", self.options);
  }
  friend bool operator==(const TextSearchDictionary&, const TextSearchDictionary&) = default;
};

}  // namespace ferry::schema

#endif  // FERRY_CORE_SCHEMA_TEXT_SEARCH_DICTIONARY_H_
