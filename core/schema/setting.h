// ALTER ROLE … SET and ALTER DATABASE … SET: id.name is the role or empty for all roles, id.parent "database"
// when it holds in this database alone. Only in a snapshot that asked for what the whole server shares.
#ifndef FERRY_CORE_SCHEMA_SETTING_H_
#define FERRY_CORE_SCHEMA_SETTING_H_

#include <string>
#include <vector>

namespace ferry::schema {

struct Setting {
  std::vector<std::string>
      values;  // sorted: "search_path=app"; of one that may hold a secret only "name=" and three asterisks

  // Calls v(name, field) for every field, always in this order.
  template <class Self, class Visitor>
  static void VisitFields(Self& self, Visitor&& v) {
    v("values", self.values);
  }
  friend bool operator==(const Setting&, const Setting&) = default;
};

}  // namespace ferry::schema

#endif  // FERRY_CORE_SCHEMA_SETTING_H_
