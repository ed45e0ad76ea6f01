// An operator family, one that PostgreSQL made for an operator class of the same name included.
#ifndef FERRY_CORE_SCHEMA_OPERATOR_FAMILY_H_
#define FERRY_CORE_SCHEMA_OPERATOR_FAMILY_H_

#include <string>
#include <vector>

#include "core/schema/field.h"

namespace ferry::schema {

struct OperatorFamily {
  std::vector<std::string>
      items;              // loose operators and functions in ALTER OPERATOR FAMILY ADD's words, sorted
  std::string signature;  // what DROP, ALTER and COMMENT take: "public.complex_ops USING btree"

  // Calls v(name, field) for every field, always in this order.
  template <class Self, class Visitor>
  static void VisitFields(Self& self, Visitor&& v) {
    v("items", self.items);
    v("signature", self.signature, FieldUse::kDisplayOnly);
  }
  friend bool operator==(const OperatorFamily&, const OperatorFamily&) = default;
};

}  // namespace ferry::schema

#endif  // FERRY_CORE_SCHEMA_OPERATOR_FAMILY_H_
