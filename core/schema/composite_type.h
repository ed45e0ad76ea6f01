// A composite type of its own (not the row type of a table). Its attributes are columns with the type as
// parent.
#ifndef FERRY_CORE_SCHEMA_COMPOSITE_TYPE_H_
#define FERRY_CORE_SCHEMA_COMPOSITE_TYPE_H_

namespace ferry::schema {

struct CompositeType {
  // Calls v(name, field) for every field, always in this order.
  template <class Self, class Visitor>
  static void VisitFields(Self& /*self*/, Visitor&& /*v*/) {}
  friend bool operator==(const CompositeType&, const CompositeType&) = default;
};

}  // namespace ferry::schema

#endif  // FERRY_CORE_SCHEMA_COMPOSITE_TYPE_H_
