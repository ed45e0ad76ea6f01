// An operator class; its id's name has the access method: "complex_ops USING btree".
#ifndef FERRY_CORE_SCHEMA_OPERATOR_CLASS_H_
#define FERRY_CORE_SCHEMA_OPERATOR_CLASS_H_

#include <string>
#include <vector>

#include "core/schema/field.h"

namespace ferry::schema {

struct OperatorClass {
  bool is_default = false;  // the type's default for the access method
  std::string type;
  std::string family;  // qualified and quoted
  std::vector<std::string>
      items;              // operators, functions and storage in CREATE OPERATOR CLASS's words, sorted
  std::string signature;  // what DROP, ALTER and COMMENT take: "public.complex_ops USING btree"

  // Calls v(name, field) for every field, always in this order.
  template <class Self, class Visitor>
  static void VisitFields(Self& self, Visitor&& v) {
    v("is_default", self.is_default);
    v("type", self.type);
    v("family", self.family);
    v("items", self.items);
    v("signature", self.signature, FieldUse::kDisplayOnly);
  }
  friend bool operator==(const OperatorClass&, const OperatorClass&) = default;
};

}  // namespace ferry::schema

#endif  // FERRY_CORE_SCHEMA_OPERATOR_CLASS_H_
