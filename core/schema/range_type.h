// A range type with its multirange.
#ifndef FERRY_CORE_SCHEMA_RANGE_TYPE_H_
#define FERRY_CORE_SCHEMA_RANGE_TYPE_H_

#include <string>

namespace ferry::schema {

struct RangeType {
  std::string subtype;
  std::string operator_class;  // qualified and quoted, when not the default one of the subtype
  std::string collation;       // qualified and quoted, when not the subtype's own
  std::string canonical;       // function, qualified and quoted
  std::string subtype_diff;    // function, qualified and quoted
  std::string multirange;      // its name, qualified and quoted, when not the one that PostgreSQL chooses

  // Calls v(name, field) for every field, always in this order.
  template <class Self, class Visitor>
  static void VisitFields(Self& self, Visitor&& v) {
    v("subtype", self.subtype);
    v("operator_class", self.operator_class);
    v("collation", self.collation);
    v("canonical", self.canonical);
    v("subtype_diff", self.subtype_diff);
    v("multirange", self.multirange);
  }
  friend bool operator==(const RangeType&, const RangeType&) = default;
};

}  // namespace ferry::schema

#endif  // FERRY_CORE_SCHEMA_RANGE_TYPE_H_
