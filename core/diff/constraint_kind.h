// What sort of constraint or index an object is. Internal to core/diff. Pure; any thread.
#ifndef FERRY_CORE_DIFF_CONSTRAINT_KIND_H_
#define FERRY_CORE_DIFF_CONSTRAINT_KIND_H_

#include <string>

#include "absl/strings/string_view.h"
#include "core/schema/object.h"

namespace ferry::diff::internal {

// False for what is no constraint at all.
inline bool IsConstraintOf(const schema::Object& object, absl::string_view type) {
  const auto* constraint = std::get_if<schema::Constraint>(&object.body);
  return constraint != nullptr && constraint->type == type;
}
inline bool IsForeignKey(const schema::Object& object) { return IsConstraintOf(object, "foreign key"); }
inline bool IsCheck(const schema::Object& object) { return IsConstraintOf(object, "check"); }
inline bool IsPrimaryKey(const schema::Object& object) { return IsConstraintOf(object, "primary key"); }

// An index, or a constraint that PostgreSQL keeps with one.
inline bool HasIndex(const schema::Object& object) {
  return object.id.kind == schema::ObjectKind::kIndex || IsPrimaryKey(object) ||
         IsConstraintOf(object, "unique") || IsConstraintOf(object, "exclude");
}

}  // namespace ferry::diff::internal

#endif  // FERRY_CORE_DIFF_CONSTRAINT_KIND_H_
