// An index that no constraint owns, of a table or materialized view.
#ifndef FERRY_CORE_SCHEMA_INDEX_H_
#define FERRY_CORE_SCHEMA_INDEX_H_

#include <string>

namespace ferry::schema {

struct Index {
  std::string definition;   // pg_get_indexdef
  bool valid = true;        // queries may use it; false: a leftover of a failed CREATE INDEX CONCURRENTLY
  bool ready = true;        // writes maintain it
  std::string attached_to;  // index of the partitioned table that it belongs to, qualified and quoted
  bool clustered = false;   // the table was clustered on it
  bool replica_identity = false;  // it is the table's replica identity

  // Calls v(name, field) for every field, always in this order.
  template <class Self, class Visitor>
  static void VisitFields(Self& self, Visitor&& v) {
    v("definition", self.definition);
    v("valid", self.valid);
    v("ready", self.ready);
    v("attached_to", self.attached_to);
    v("clustered", self.clustered);
    v("replica_identity", self.replica_identity);
  }
  friend bool operator==(const Index&, const Index&) = default;
};

}  // namespace ferry::schema

#endif  // FERRY_CORE_SCHEMA_INDEX_H_
