// What objects of all kinds may have, and what an object needs. Values; any thread.
#ifndef FERRY_CORE_SCHEMA_TRAITS_H_
#define FERRY_CORE_SCHEMA_TRAITS_H_

#include <string>
#include <tuple>
#include <vector>

#include "core/schema/object_id.h"
#include "core/schema/rare.h"

namespace ferry::schema {

// Of what PostgreSQL keeps beneath an object under a name of its own: the index that enforces a constraint,
// and the sequence of an identity column, which belongs to whom the table belongs to. Else empty.
struct Beneath {
  std::string index_comment;
  std::string sequence_comment;
  std::vector<std::string> sequence_labels;  // as Traits::security_labels
  std::vector<std::string> sequence_grants;  // as Traits::grants

  friend bool operator==(const Beneath&, const Beneath&) = default;
};
inline const Beneath& Access(const Rare<Beneath>& beneath) { return *beneath; }
inline Beneath& Access(Rare<Beneath>& beneath) { return beneath.edit(); }

struct Traits {
  std::string comment;                       // empty: none
  std::vector<std::string> security_labels;  // "provider=label", sorted
  std::string owner;                         // role, unquoted; empty where the kind has none
  // Empty: what PostgreSQL grants by itself. Otherwise the complete list, sorted: "grantee=PRIVILEGE", one a
  // privilege, "grantee=PRIVILEGE*" with grant option, and "/grantor" behind it where that is not the owner.
  // Roles are quoted as quote_ident() does; the owner is written @owner, and PUBLIC so. When nobody has
  // anything: "nobody".
  std::vector<std::string> grants;
  Rare<Beneath> beneath;

  // Calls v(name, field) for every field of the structure, always in this order.
  template <class Self, class Visitor>
  static void VisitStructure(Self& self, Visitor&& v) {
    v("comment", self.comment);
    v("security_labels", self.security_labels);
    auto& beneath = Access(self.beneath);
    v("index_comment", beneath.index_comment);
    v("sequence_comment", beneath.sequence_comment);
    v("sequence_labels", beneath.sequence_labels);
  }
  // The same for who may do what.
  template <class Self, class Visitor>
  static void VisitAccess(Self& self, Visitor&& v) {
    v("owner", self.owner);
    v("grants", self.grants);
    v("sequence_grants", Access(self.beneath).sequence_grants);
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
