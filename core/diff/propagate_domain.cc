#include <algorithm>

#include "core/diff/propagate.h"

namespace ferry::diff::internal {

using schema::ObjectKind;

// PostgreSQL checks no rows whose column holds a domain inside of something: such a domain takes no new
// rule.
void Propagation::OfDomain(size_t i) {
  const Pair& pair = pairs_[i];
  if (pair.parent == kNone || pairs_[pair.parent].id().kind != ObjectKind::kDomain || pair.to == nullptr)
    return;
  const auto& after = std::get<schema::Constraint>(pair.to->body);
  if (after.validated && pairs_[pair.parent].both() && IsInContainer(pair.parent)) Again(pair.parent);
}

bool Propagation::IsInContainer(size_t type) const {
  const std::vector<Use>& users = pairs_.users(type);
  return std::any_of(users.begin(), users.end(), [&](const Use& use) {
    const Pair& user = pairs_[use.by];
    return user.id().kind == ObjectKind::kRangeType || IsInsideOf(user, type);
  });
}

// Whether a column has the type as an array's element or a composite type's attribute.
bool Propagation::IsInsideOf(const Pair& column, size_t type) const {
  if (column.id().kind != ObjectKind::kColumn || column.parent == kNone || column.from == nullptr)
    return false;
  const ObjectKind kind = pairs_[column.parent].id().kind;
  if (kind == ObjectKind::kCompositeType) return true;
  const std::string& name = std::get<schema::Column>(column.from->body).type;
  return kind == ObjectKind::kTable && pairs_[type].id().kind == ObjectKind::kDomain && name.size() > 2 &&
         name.compare(name.size() - 2, 2, "[]") == 0;
}

}  // namespace ferry::diff::internal
