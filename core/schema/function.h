// A function, procedure, window function or aggregate, identified by its argument types.
#ifndef FERRY_CORE_SCHEMA_FUNCTION_H_
#define FERRY_CORE_SCHEMA_FUNCTION_H_

#include <string>

#include "core/schema/field.h"

namespace ferry::schema {

struct Function {
  std::string kind = "function";  // "function", "procedure", "window function", "aggregate"
  std::string
      definition;  // pg_get_functiondef; for an aggregate all after its name: "(bigint) (SFUNC = …, …)"
  std::string signature;  // what DROP, ALTER, COMMENT and GRANT take: qualified and quoted name with the
                          // identity arguments
  std::string arguments;  // pg_get_function_arguments: names, modes, types, defaults
  std::string result;     // pg_get_function_result; empty for a procedure

  // Calls v(name, field) for every field, always in this order.
  template <class Self, class Visitor>
  static void VisitFields(Self& self, Visitor&& v) {
    v("kind", self.kind);
    v("definition", self.definition);
    v("signature", self.signature, FieldUse::kDisplayOnly);
    v("arguments", self.arguments, FieldUse::kDisplayOnly);
    v("result", self.result, FieldUse::kDisplayOnly);
  }
  friend bool operator==(const Function&, const Function&) = default;
};

}  // namespace ferry::schema

#endif  // FERRY_CORE_SCHEMA_FUNCTION_H_
