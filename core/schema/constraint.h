// A constraint of a table or domain, the index that enforces it included. NOT NULL is a property of the
// column, on every server. Constraints that only come from a parent table are left out.
#ifndef FERRY_CORE_SCHEMA_CONSTRAINT_H_
#define FERRY_CORE_SCHEMA_CONSTRAINT_H_

#include <string>
#include <vector>

#include "core/schema/field.h"

namespace ferry::schema {

struct Constraint {
  std::string type;        // "check", "primary key", "unique", "exclude", "foreign key", "trigger"
  std::string definition;  // pg_get_constraintdef, without NOT VALID
  bool validated = true;   // holds for the rows that are there, and its index is valid
  std::vector<std::string> index_options;  // storage parameters of its index, in the order they were set
  std::string tablespace;                  // of its index, unquoted; empty: the database's own
  std::string attached_to;  // index of the partitioned table that its index belongs to, qualified and quoted
  bool clustered = false;   // the table was clustered on its index
  bool replica_identity = false;  // its index is the table's replica identity
  std::string
      index_definition;  // of a primary key or unique constraint, what an Index has: "USING btree (id)"

  // Calls v(name, field) for every field, always in this order.
  template <class Self, class Visitor>
  static void VisitFields(Self& self, Visitor&& v) {
    v("type", self.type);
    v("definition", self.definition);
    v("validated", self.validated);
    v("index_options", self.index_options, FieldUse::kUnordered);
    v("tablespace", self.tablespace);
    v("attached_to", self.attached_to);
    v("clustered", self.clustered);
    v("replica_identity", self.replica_identity);
    v("index_definition", self.index_definition, FieldUse::kDisplayOnly);
  }
  friend bool operator==(const Constraint&, const Constraint&) = default;
};

}  // namespace ferry::schema

#endif  // FERRY_CORE_SCHEMA_CONSTRAINT_H_
