// A base type made with CREATE TYPE (INPUT = …), or a shell type.
#ifndef FERRY_CORE_SCHEMA_BASE_TYPE_H_
#define FERRY_CORE_SCHEMA_BASE_TYPE_H_

#include <string>
#include <vector>

namespace ferry::schema {

struct BaseType {
  bool shell = false;                   // declared, not yet defined
  std::vector<std::string> properties;  // in CREATE TYPE's words and order: "INPUT = public.complex_in"

  // Calls v(name, field) for every field, always in this order.
  template <class Self, class Visitor>
  static void VisitFields(Self& self, Visitor&& v) {
    v("shell", self.shell);
    v("properties", self.properties);
  }
  friend bool operator==(const BaseType&, const BaseType&) = default;
};

}  // namespace ferry::schema

#endif  // FERRY_CORE_SCHEMA_BASE_TYPE_H_
