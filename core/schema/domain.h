// A domain. Its CHECK constraints are objects of their own, with the domain as parent.
#ifndef FERRY_CORE_SCHEMA_DOMAIN_H_
#define FERRY_CORE_SCHEMA_DOMAIN_H_

#include <string>

namespace ferry::schema {

struct Domain {
  std::string type;                // format_type of what it is over
  std::string collation;           // qualified and quoted, when not the type's own
  std::string default_expression;  // empty: none
  bool not_null = false;

  // Calls v(name, field) for every field, always in this order.
  template <class Self, class Visitor>
  static void VisitFields(Self& self, Visitor&& v) {
    v("type", self.type);
    v("collation", self.collation);
    v("default", self.default_expression);
    v("not_null", self.not_null);
  }
  friend bool operator==(const Domain&, const Domain&) = default;
};

}  // namespace ferry::schema

#endif  // FERRY_CORE_SCHEMA_DOMAIN_H_
