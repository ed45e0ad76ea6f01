// An enumerated type.
#ifndef FERRY_CORE_SCHEMA_ENUM_H_
#define FERRY_CORE_SCHEMA_ENUM_H_

#include <string>
#include <vector>

namespace ferry::schema {

struct Enum {
  std::vector<std::string> labels;  // in their order

  // Calls v(name, field) for every field, always in this order.
  template <class Self, class Visitor>
  static void VisitFields(Self& self, Visitor&& v) {
    v("labels", self.labels);
  }
  friend bool operator==(const Enum&, const Enum&) = default;
};

}  // namespace ferry::schema

#endif  // FERRY_CORE_SCHEMA_ENUM_H_
