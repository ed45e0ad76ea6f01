// A role; only in a snapshot that asked for what the whole server shares. Never its password.
#ifndef FERRY_CORE_SCHEMA_ROLE_H_
#define FERRY_CORE_SCHEMA_ROLE_H_

#include <string>
#include <vector>

namespace ferry::schema {

struct Role {
  std::vector<std::string> attributes;  // sorted: "LOGIN", "CREATEDB", "CONNECTION LIMIT 5"
  std::vector<std::string> member_of;   // quoted, sorted, with options

  // Calls v(name, field) for every field, always in this order.
  template <class Self, class Visitor>
  static void VisitFields(Self& self, Visitor&& v) {
    v("attributes", self.attributes);
    v("member_of", self.member_of);
  }
  friend bool operator==(const Role&, const Role&) = default;
};

}  // namespace ferry::schema

#endif  // FERRY_CORE_SCHEMA_ROLE_H_
