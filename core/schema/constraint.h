// A constraint of a table, the index that enforces it included. NOT NULL is a property of the column, on
// every server.
#ifndef FERRY_CORE_SCHEMA_CONSTRAINT_H_
#define FERRY_CORE_SCHEMA_CONSTRAINT_H_

#include <string>

namespace ferry::schema {

struct Constraint {
  std::string type;               // "check", "primary key", "unique", "exclude", "foreign key"
  std::string definition;         // pg_get_constraintdef, without NOT VALID
  bool validated = true;          // holds for the rows that are there, and its index is valid
  std::string index_options;      // storage parameters of its index, sorted
  bool clustered = false;         // the table was clustered on its index
  bool replica_identity = false;  // its index is the table's replica identity

  // Calls v(name, field) for every field, always in this order.
  template <class Self, class Visitor>
  static void VisitFields(Self& self, Visitor&& v) {
    v("type", self.type);
    v("definition", self.definition);
    v("validated", self.validated);
    v("index_options", self.index_options);
    v("clustered", self.clustered);
    v("replica_identity", self.replica_identity);
  }
  friend bool operator==(const Constraint&, const Constraint&) = default;
};

}  // namespace ferry::schema

#endif  // FERRY_CORE_SCHEMA_CONSTRAINT_H_
