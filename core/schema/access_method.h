// An access method that no extension brought.
#ifndef FERRY_CORE_SCHEMA_ACCESS_METHOD_H_
#define FERRY_CORE_SCHEMA_ACCESS_METHOD_H_

#include <string>

namespace ferry::schema {

struct AccessMethod {
  std::string type;     // "TABLE", "INDEX"
  std::string handler;  // qualified and quoted

  // Calls v(name, field) for every field, always in this order.
  template <class Self, class Visitor>
  static void VisitFields(Self& self, Visitor&& v) {
    v("type", self.type);
    v("handler", self.handler);
  }
  friend bool operator==(const AccessMethod&, const AccessMethod&) = default;
};

}  // namespace ferry::schema

#endif  // FERRY_CORE_SCHEMA_ACCESS_METHOD_H_
