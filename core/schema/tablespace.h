// A tablespace; only in a snapshot that asked for what the whole server shares.
#ifndef FERRY_CORE_SCHEMA_TABLESPACE_H_
#define FERRY_CORE_SCHEMA_TABLESPACE_H_

#include <string>
#include <vector>

#include "core/schema/field.h"

namespace ferry::schema {

struct Tablespace {
  std::vector<std::string> options;  // sorted: "random_page_cost=1.1"
  std::string location;              // a path of that server

  // Calls v(name, field) for every field, always in this order.
  template <class Self, class Visitor>
  static void VisitFields(Self& self, Visitor&& v) {
    v("options", self.options);
    v("location", self.location, FieldUse::kDisplayOnly);
  }
  friend bool operator==(const Tablespace&, const Tablespace&) = default;
};

}  // namespace ferry::schema

#endif  // FERRY_CORE_SCHEMA_TABLESPACE_H_
