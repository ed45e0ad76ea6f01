// An operator; its id's name has the operand types: "=(public.complex, public.complex)".
#ifndef FERRY_CORE_SCHEMA_OPERATOR_H_
#define FERRY_CORE_SCHEMA_OPERATOR_H_

#include <string>
#include <vector>

#include "core/schema/field.h"

namespace ferry::schema {

struct Operator {
  std::vector<std::string> properties;  // in CREATE OPERATOR's words and order: "FUNCTION = public.eq"
  std::string signature;  // what DROP, ALTER and COMMENT take: "public.= (public.complex, public.complex)"

  // Calls v(name, field) for every field, always in this order.
  template <class Self, class Visitor>
  static void VisitFields(Self& self, Visitor&& v) {
    v("properties", self.properties);
    v("signature", self.signature, FieldUse::kDisplayOnly);
  }
  friend bool operator==(const Operator&, const Operator&) = default;
};

}  // namespace ferry::schema

#endif  // FERRY_CORE_SCHEMA_OPERATOR_H_
