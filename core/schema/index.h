// An index that no constraint owns, of a table or materialized view.
#ifndef FERRY_CORE_SCHEMA_INDEX_H_
#define FERRY_CORE_SCHEMA_INDEX_H_

#include <string>
#include <vector>

namespace ferry::schema {

struct Index {
  bool unique = false;
  std::string definition;   // pg_get_indexdef from USING on: "USING btree (close) WHERE (close > 0)"
  bool valid = true;        // queries may use it; false: a leftover of a failed CREATE INDEX CONCURRENTLY
  bool ready = true;        // writes maintain it
  std::string tablespace;   // unquoted; empty: the database's own
  std::string attached_to;  // index of the partitioned table that it belongs to, qualified and quoted
  bool clustered = false;   // the table was clustered on it
  bool replica_identity = false;        // it is the table's replica identity
  std::vector<std::string> statistics;  // statistics targets of expressions: "2=500" for the second column

  // Calls v(name, field) for every field, always in this order.
  template <class Self, class Visitor>
  static void VisitFields(Self& self, Visitor&& v) {
    v("unique", self.unique);
    v("definition", self.definition);
    v("valid", self.valid);
    v("ready", self.ready);
    v("tablespace", self.tablespace);
    v("attached_to", self.attached_to);
    v("clustered", self.clustered);
    v("replica_identity", self.replica_identity);
    v("statistics", self.statistics);
  }
  friend bool operator==(const Index&, const Index&) = default;
};

}  // namespace ferry::schema

#endif  // FERRY_CORE_SCHEMA_INDEX_H_
