// A schema (PostgreSQL's pg_namespace). What it has beside its name is what all objects have.
#ifndef FERRY_CORE_SCHEMA_NAMESPACE_H_
#define FERRY_CORE_SCHEMA_NAMESPACE_H_

namespace ferry::schema {

struct SchemaNamespace {
  // Calls v(name, field) for every field, always in this order.
  template <class Self, class Visitor>
  static void VisitFields(Self& /*self*/, Visitor&& /*v*/) {}
  friend bool operator==(const SchemaNamespace&, const SchemaNamespace&) = default;
};

}  // namespace ferry::schema

#endif  // FERRY_CORE_SCHEMA_NAMESPACE_H_
