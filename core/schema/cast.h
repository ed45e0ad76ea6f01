// A cast; its id's name is "source AS target", both as format_type prints them.
#ifndef FERRY_CORE_SCHEMA_CAST_H_
#define FERRY_CORE_SCHEMA_CAST_H_

#include <string>

namespace ferry::schema {

struct Cast {
  std::string method = "function";   // "function", "binary", "inout"
  std::string function;              // with argument types, qualified and quoted
  std::string context = "explicit";  // "explicit", "assignment", "implicit"

  // Calls v(name, field) for every field, always in this order.
  template <class Self, class Visitor>
  static void VisitFields(Self& self, Visitor&& v) {
    v("method", self.method);
    v("function", self.function);
    v("context", self.context);
  }
  friend bool operator==(const Cast&, const Cast&) = default;
};

}  // namespace ferry::schema

#endif  // FERRY_CORE_SCHEMA_CAST_H_
