// A foreign data wrapper.
#ifndef FERRY_CORE_SCHEMA_FOREIGN_DATA_WRAPPER_H_
#define FERRY_CORE_SCHEMA_FOREIGN_DATA_WRAPPER_H_

#include <string>
#include <vector>

namespace ferry::schema {

struct ForeignDataWrapper {
  std::string handler;               // qualified and quoted; empty: none
  std::string validator;             // qualified and quoted; empty: none
  std::vector<std::string> options;  // sorted: "name=value"

  // Calls v(name, field) for every field, always in this order.
  template <class Self, class Visitor>
  static void VisitFields(Self& self, Visitor&& v) {
    v("handler", self.handler);
    v("validator", self.validator);
    v("options", self.options);
  }
  friend bool operator==(const ForeignDataWrapper&, const ForeignDataWrapper&) = default;
};

}  // namespace ferry::schema

#endif  // FERRY_CORE_SCHEMA_FOREIGN_DATA_WRAPPER_H_
