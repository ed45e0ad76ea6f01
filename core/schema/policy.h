// A row security policy of a table.
#ifndef FERRY_CORE_SCHEMA_POLICY_H_
#define FERRY_CORE_SCHEMA_POLICY_H_

#include <string>
#include <vector>

namespace ferry::schema {

struct Policy {
  bool permissive = true;          // false: restrictive
  std::string command = "ALL";     // "ALL", "SELECT", "INSERT", "UPDATE", "DELETE"
  std::vector<std::string> roles;  // quoted, sorted; PUBLIC as such
  std::string using_expression;    // empty: none
  std::string check_expression;    // WITH CHECK; empty: none

  // Calls v(name, field) for every field, always in this order.
  template <class Self, class Visitor>
  static void VisitFields(Self& self, Visitor&& v) {
    v("permissive", self.permissive);
    v("command", self.command);
    v("roles", self.roles);
    v("using_expression", self.using_expression);
    v("check_expression", self.check_expression);
  }
  friend bool operator==(const Policy&, const Policy&) = default;
};

}  // namespace ferry::schema

#endif  // FERRY_CORE_SCHEMA_POLICY_H_
