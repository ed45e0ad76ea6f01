// A procedural language that no extension brought.
#ifndef FERRY_CORE_SCHEMA_LANGUAGE_H_
#define FERRY_CORE_SCHEMA_LANGUAGE_H_

#include <string>

namespace ferry::schema {

struct Language {
  bool trusted = false;
  std::string handler;         // qualified and quoted
  std::string inline_handler;  // qualified and quoted
  std::string validator;       // qualified and quoted

  // Calls v(name, field) for every field, always in this order.
  template <class Self, class Visitor>
  static void VisitFields(Self& self, Visitor&& v) {
    v("trusted", self.trusted);
    v("handler", self.handler);
    v("inline_handler", self.inline_handler);
    v("validator", self.validator);
  }
  friend bool operator==(const Language&, const Language&) = default;
};

}  // namespace ferry::schema

#endif  // FERRY_CORE_SCHEMA_LANGUAGE_H_
