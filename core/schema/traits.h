// What objects of all kinds may have, and what an object needs. Values; any thread.
#ifndef FERRY_CORE_SCHEMA_TRAITS_H_
#define FERRY_CORE_SCHEMA_TRAITS_H_

#include <string>
#include <tuple>
#include <vector>

#include "core/schema/object_id.h"

namespace ferry::schema {

struct Traits {
  std::string comment;                       // empty: none
  std::vector<std::string> security_labels;  // "provider=label", sorted
  std::string owner;                         // role, unquoted; empty where the kind has none
  // Empty: what PostgreSQL grants by itself. Otherwise the complete list, sorted: "grantee=PRIVILEGE", one a
  // privilege, "grantee=PRIVILEGE*" with grant option, and "/grantor" behind it where that is not the owner.
  // Roles are quoted as quote_ident() does; the owner is written @owner, and PUBLIC so. When nobody has
  // anything: "nobody".
  std::vector<std::string> grants;

  // Calls v(name, field) for every field of the structure, always in this order.
  template <class Self, class Visitor>
  static void VisitStructure(Self& self, Visitor&& v) {
    v("comment", self.comment);
    v("security_labels", self.security_labels);
  }
  // The same for who may do what.
  template <class Self, class Visitor>
  static void VisitAccess(Self& self, Visitor&& v) {
    v("owner", self.owner);
    v("grants", self.grants);
  }
  friend bool operator==(const Traits&, const Traits&) = default;
};

struct Dependency {
  ObjectId on;
  bool through_default = false;  // only the column's default needs it

  friend bool operator==(const Dependency&, const Dependency&) = default;
  friend bool operator<(const Dependency& a, const Dependency& b) {
    return std::tie(a.on, a.through_default) < std::tie(b.on, b.through_default);
  }
};

}  // namespace ferry::schema

#endif  // FERRY_CORE_SCHEMA_TRAITS_H_
