// A table, partitioned table or foreign table. Columns, constraints, indexes, triggers, policies and rules
// are objects of their own.
#ifndef FERRY_CORE_SCHEMA_TABLE_H_
#define FERRY_CORE_SCHEMA_TABLE_H_

#include <string>
#include <vector>

#include "core/schema/field.h"

namespace ferry::schema {

struct Table {
  std::string kind = "table";             // "table", "partitioned table", "foreign table"
  std::string persistence = "permanent";  // "permanent", "unlogged"
  std::string access_method = "heap";     // empty where there is no storage
  std::string tablespace;                 // unquoted; empty: the database's own
  std::vector<std::string> options;       // storage parameters, in the order they were set: "fillfactor=70",
                                          // "toast.autovacuum_enabled=false"
  std::string of_type;                    // of a typed table: its composite type, qualified and quoted
  std::string foreign_server;             // of a foreign table; unquoted
  std::vector<std::string> foreign_options;  // of a foreign table, sorted: "name=value"
  std::vector<std::string>
      inherits;               // parents, qualified and quoted, in order; the partitioned table of a partition
  std::string partition_key;  // "RANGE (created_at)"
  std::string partition_bound;      // "FOR VALUES FROM (…) TO (…)" or "DEFAULT"; of a partition only
  bool row_security = false;        // policies apply
  bool force_row_security = false;  // … to the owner too
  std::string replica_identity =
      "default";  // "default", "nothing", "full", "index" (which one: a field of that index)

  // Calls v(name, field) for every field, always in this order.
  template <class Self, class Visitor>
  static void VisitFields(Self& self, Visitor&& v) {
    v("kind", self.kind);
    v("persistence", self.persistence);
    v("access_method", self.access_method);
    v("tablespace", self.tablespace);
    v("options", self.options, FieldUse::kUnordered);
    v("of_type", self.of_type);
    v("foreign_server", self.foreign_server);
    v("foreign_options", self.foreign_options);
    v("inherits", self.inherits);
    v("partition_key", self.partition_key);
    v("partition_bound", self.partition_bound);
    v("row_security", self.row_security);
    v("force_row_security", self.force_row_security);
    v("replica_identity", self.replica_identity);
  }
  friend bool operator==(const Table&, const Table&) = default;
};

}  // namespace ferry::schema

#endif  // FERRY_CORE_SCHEMA_TABLE_H_
