// An encoding conversion.
#ifndef FERRY_CORE_SCHEMA_CONVERSION_H_
#define FERRY_CORE_SCHEMA_CONVERSION_H_

#include <string>

namespace ferry::schema {

struct Conversion {
  bool is_default = false;
  std::string source_encoding;
  std::string target_encoding;
  std::string function;  // qualified and quoted

  // Calls v(name, field) for every field, always in this order.
  template <class Self, class Visitor>
  static void VisitFields(Self& self, Visitor&& v) {
    v("is_default", self.is_default);
    v("source_encoding", self.source_encoding);
    v("target_encoding", self.target_encoding);
    v("function", self.function);
  }
  friend bool operator==(const Conversion&, const Conversion&) = default;
};

}  // namespace ferry::schema

#endif  // FERRY_CORE_SCHEMA_CONVERSION_H_
