// A user mapping: its id's parent is the server, its name the role ("public" for PUBLIC). Secrets are never
// read.
#ifndef FERRY_CORE_SCHEMA_USER_MAPPING_H_
#define FERRY_CORE_SCHEMA_USER_MAPPING_H_

#include <string>
#include <vector>

namespace ferry::schema {

struct UserMapping {
  std::vector<std::string>
      options;  // sorted: "name=value"; of one that may hold a secret only "name=" and three asterisks

  // Calls v(name, field) for every field, always in this order.
  template <class Self, class Visitor>
  static void VisitFields(Self& self, Visitor&& v) {
    v("options", self.options);
  }
  friend bool operator==(const UserMapping&, const UserMapping&) = default;
};

}  // namespace ferry::schema

#endif  // FERRY_CORE_SCHEMA_USER_MAPPING_H_
