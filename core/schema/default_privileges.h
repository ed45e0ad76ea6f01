// ALTER DEFAULT PRIVILEGES: id.schema is IN SCHEMA (or empty), id.parent the role FOR which, id.name what:
// "tables", "sequences", "functions", "types", "schemas". Its grants are the object's grants.
#ifndef FERRY_CORE_SCHEMA_DEFAULT_PRIVILEGES_H_
#define FERRY_CORE_SCHEMA_DEFAULT_PRIVILEGES_H_

namespace ferry::schema {

struct DefaultPrivileges {
  // Calls v(name, field) for every field, always in this order.
  template <class Self, class Visitor>
  static void VisitFields(Self& /*self*/, Visitor&& /*v*/) {}
  friend bool operator==(const DefaultPrivileges&, const DefaultPrivileges&) = default;
};

}  // namespace ferry::schema

#endif  // FERRY_CORE_SCHEMA_DEFAULT_PRIVILEGES_H_
