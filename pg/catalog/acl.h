// Who may do what, from aclitem to the form that schema::Traits has. Pure; any thread.
#ifndef FERRY_PG_CATALOG_ACL_H_
#define FERRY_PG_CATALOG_ACL_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace ferry::pg::catalog {

// An array as PostgreSQL prints it; nothing when `text` is none. "" and "{}" have no element.
std::optional<std::vector<std::string>> ParseArray(absl::string_view text);

// The grants of Traits of an object whose ACL prints as `acl` ("{owner=arwdDxt/owner,=r/owner}", empty when
// null) and that would have `default_acl` (of acldefault()) without one; `owner` unquoted. Nothing when one
// is malformed. The owner's MAINTAIN, which PostgreSQL 17 added to what an owner has, is left out where the
// owner has all else that there was before.
std::optional<std::vector<std::string>> Grants(absl::string_view acl, absl::string_view default_acl,
                                               absl::string_view owner);

}  // namespace ferry::pg::catalog

#endif  // FERRY_PG_CATALOG_ACL_H_
