// A column of a table. Its place among the others is shown, never compared.
#ifndef FERRY_CORE_SCHEMA_COLUMN_H_
#define FERRY_CORE_SCHEMA_COLUMN_H_

#include <cstdint>
#include <string>

#include "core/schema/field.h"

namespace ferry::schema {

struct Column {
  std::string type;  // format_type: "numeric(10,2)", "public.mood"
  bool not_null = false;
  std::string default_expression;     // empty: none
  std::string identity;               // "", "always", "by default"
  std::string identity_options;       // of the identity's own sequence: "start 1 increment 1 …"
  std::string generated;              // "", "stored", "virtual"
  std::string generation_expression;  // of a generated column
  std::string collation;              // qualified and quoted, when not the type's own
  int64_t position = 0;               // ascending from left to right, with gaps; display only

  // Calls v(name, field) for every field, always in this order.
  template <class Self, class Visitor>
  static void VisitFields(Self& self, Visitor&& v) {
    v("type", self.type);
    v("not_null", self.not_null);
    v("default", self.default_expression);
    v("identity", self.identity);
    v("identity_options", self.identity_options);
    v("generated", self.generated);
    v("generation_expression", self.generation_expression);
    v("collation", self.collation);
    v("position", self.position, FieldUse::kDisplayOnly);
  }
  friend bool operator==(const Column&, const Column&) = default;
};

}  // namespace ferry::schema

#endif  // FERRY_CORE_SCHEMA_COLUMN_H_
