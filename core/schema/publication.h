// A publication.
#ifndef FERRY_CORE_SCHEMA_PUBLICATION_H_
#define FERRY_CORE_SCHEMA_PUBLICATION_H_

#include <string>
#include <vector>

namespace ferry::schema {

struct Publication {
  bool all_tables = false;
  std::vector<std::string> tables;  // sorted, qualified and quoted, with column list and row filter as CREATE
                                    // PUBLICATION takes them
  std::vector<std::string> schemas;  // of FOR TABLES IN SCHEMA; quoted, sorted
  std::string publish;               // "insert, update, delete, truncate"
  bool via_root = false;             // publish_via_partition_root
  std::vector<std::string>
      options;  // further parameters of newer servers, sorted: "publish_generated_columns=stored"

  // Calls v(name, field) for every field, always in this order.
  template <class Self, class Visitor>
  static void VisitFields(Self& self, Visitor&& v) {
    v("all_tables", self.all_tables);
    v("tables", self.tables);
    v("schemas", self.schemas);
    v("publish", self.publish);
    v("via_root", self.via_root);
    v("options", self.options);
  }
  friend bool operator==(const Publication&, const Publication&) = default;
};

}  // namespace ferry::schema

#endif  // FERRY_CORE_SCHEMA_PUBLICATION_H_
