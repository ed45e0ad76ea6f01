// A function, procedure, window function or aggregate, identified by its argument types.
#ifndef FERRY_CORE_SCHEMA_FUNCTION_H_
#define FERRY_CORE_SCHEMA_FUNCTION_H_

#include <string>

namespace ferry::schema {

struct Function {
  std::string kind = "function";  // "function", "procedure", "window function", "aggregate"
  std::string definition;  // pg_get_functiondef; for an aggregate, its arguments and properties in CREATE
                           // AGGREGATE's words

  // Calls v(name, field) for every field, always in this order.
  template <class Self, class Visitor>
  static void VisitFields(Self& self, Visitor&& v) {
    v("kind", self.kind);
    v("definition", self.definition);
  }
  friend bool operator==(const Function&, const Function&) = default;
};

}  // namespace ferry::schema

#endif  // FERRY_CORE_SCHEMA_FUNCTION_H_
