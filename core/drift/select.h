// Which drifted objects a word on a command line, or in a decision, is about. Pure; any thread.
#ifndef FERRY_CORE_DRIFT_SELECT_H_
#define FERRY_CORE_DRIFT_SELECT_H_

#include "absl/strings/string_view.h"
#include "core/schema/object_id.h"

namespace ferry::drift {

// Whether `pattern` (as diff::Matches reads it) is about the object itself, or about the table, view, type or
// server that it belongs to, which is a `parent_kind`.
bool Selects(absl::string_view pattern, const schema::ObjectId& id, schema::ObjectKind parent_kind);

// What `id.parent` names; for an object that has one.
schema::ObjectId ParentOf(const schema::ObjectId& id, schema::ObjectKind parent_kind);

}  // namespace ferry::drift

#endif  // FERRY_CORE_DRIFT_SELECT_H_
