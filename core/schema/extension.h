// An installed extension. What belongs to it is not in the snapshot; what depends on that depends on it.
#ifndef FERRY_CORE_SCHEMA_EXTENSION_H_
#define FERRY_CORE_SCHEMA_EXTENSION_H_

#include <string>

#include "core/schema/field.h"

namespace ferry::schema {

struct Extension {
  std::string version;
  std::string extension_schema;  // unquoted
  bool relocatable = false;

  // Calls v(name, field) for every field, always in this order.
  template <class Self, class Visitor>
  static void VisitFields(Self& self, Visitor&& v) {
    v("version", self.version);
    v("extension_schema", self.extension_schema);
    v("relocatable", self.relocatable, FieldUse::kDisplayOnly);
  }
  friend bool operator==(const Extension&, const Extension&) = default;
};

}  // namespace ferry::schema

#endif  // FERRY_CORE_SCHEMA_EXTENSION_H_
