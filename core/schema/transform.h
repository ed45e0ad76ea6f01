// A transform between a type and a language; its id's name is "FOR type LANGUAGE language".
#ifndef FERRY_CORE_SCHEMA_TRANSFORM_H_
#define FERRY_CORE_SCHEMA_TRANSFORM_H_

#include <string>

namespace ferry::schema {

struct Transform {
  std::string from_sql;  // function with argument types; empty: none
  std::string to_sql;    // function with argument types; empty: none

  // Calls v(name, field) for every field, always in this order.
  template <class Self, class Visitor>
  static void VisitFields(Self& self, Visitor&& v) {
    v("from_sql", self.from_sql);
    v("to_sql", self.to_sql);
  }
  friend bool operator==(const Transform&, const Transform&) = default;
};

}  // namespace ferry::schema

#endif  // FERRY_CORE_SCHEMA_TRANSFORM_H_
