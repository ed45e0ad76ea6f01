// Who may do what, as sets: what a list of schema::Traits means, what an object has by itself, and the GRANT
// and REVOKE statements between two sets. Pure; any thread.
#ifndef FERRY_CORE_RENDER_GRANTS_H_
#define FERRY_CORE_RENDER_GRANTS_H_

#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "absl/strings/string_view.h"
#include "core/schema/object_id.h"

namespace ferry::render {

// Roles are quoted; "@owner" and "PUBLIC" stand for themselves.
struct GrantKey {
  std::string grantor = "@owner";
  std::string grantee;
  std::string privilege;

  friend bool operator<(const GrantKey& a, const GrantKey& b) {
    return std::tie(a.grantor, a.grantee, a.privilege) < std::tie(b.grantor, b.grantee, b.privilege);
  }
};
using Acl = std::map<GrantKey, bool>;  // true: with grant option

// Needs: `grants` as schema::Traits has them and not empty.
Acl ParseGrants(const std::vector<std::string>& grants);
// `acl` after `role` (quoted) became the owner: what it had of its own is the owner's.
Acl WithOwner(const Acl& acl, absl::string_view role);

// What can be granted on objects of this class ("TABLE", "COLUMN", "FUNCTION", …: Reference::on_type), in the
// order in which it is printed; empty where nothing can.
std::vector<std::string> PrivilegesOf(absl::string_view on_type);
// The class that default privileges called "tables", "functions", … are for.
std::string ClassOfDefaults(absl::string_view name);
// What PostgreSQL grants by itself.
Acl DefaultAcl(absl::string_view on_type);

// Where the privileges apply.
struct GrantTarget {
  std::string prefix;  // "ALTER DEFAULT PRIVILEGES FOR ROLE app "
  std::string on_type;
  std::string on;      // "TABLE public.prices", "TABLES"
  std::string column;  // quoted; empty: the whole object
  std::string owner;   // what to write for @owner
};

// The statements that take away what `from` has and `to` has not, and those that give what `to` has and
// `from` has not; in the order that grant options need.
std::vector<std::string> Revokes(const Acl& from, const Acl& to, const GrantTarget& target);
std::vector<std::string> Grants(const Acl& from, const Acl& to, const GrantTarget& target);

}  // namespace ferry::render

#endif  // FERRY_CORE_RENDER_GRANTS_H_
