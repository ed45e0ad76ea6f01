#include "core/drift/select.h"

#include "core/diff/allowed.h"

namespace ferry::drift {

schema::ObjectId ParentOf(const schema::ObjectId& id, schema::ObjectKind parent_kind) {
  return {parent_kind, id.schema, "", id.parent};
}

bool Selects(absl::string_view pattern, const schema::ObjectId& id, schema::ObjectKind parent_kind) {
  if (diff::Matches(pattern, id)) return true;
  return !id.parent.empty() && diff::Matches(pattern, ParentOf(id, parent_kind));
}

}  // namespace ferry::drift
