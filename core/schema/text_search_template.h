// A text search template.
#ifndef FERRY_CORE_SCHEMA_TEXT_SEARCH_TEMPLATE_H_
#define FERRY_CORE_SCHEMA_TEXT_SEARCH_TEMPLATE_H_

#include <string>
#include <vector>

namespace ferry::schema {

struct TextSearchTemplate {
  std::vector<std::string> properties;  // in CREATE TEXT SEARCH TEMPLATE's words and order: "INIT = public.f"

  // Calls v(name, field) for every field, always in this order.
  template <class Self, class Visitor>
  static void VisitFields(Self& self, Visitor&& v) {
    v("properties", self.properties);
  }
  friend bool operator==(const TextSearchTemplate&, const TextSearchTemplate&) = default;
};

}  // namespace ferry::schema

#endif  // FERRY_CORE_SCHEMA_TEXT_SEARCH_TEMPLATE_H_
