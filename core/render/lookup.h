// Finding what belongs to what in a snapshot. Internal to core/render. Pure; any thread.
#ifndef FERRY_CORE_RENDER_LOOKUP_H_
#define FERRY_CORE_RENDER_LOOKUP_H_

#include <optional>
#include <vector>

#include "core/render/kind.h"
#include "core/schema/snapshot.h"

namespace ferry::render {

// Objects of `kind` that belong to `parent`, by name; columns by their place.
std::vector<const schema::Object*> ChildrenOf(const schema::Snapshot& snapshot, schema::ObjectKind kind,
                                              const schema::ObjectId& parent);
// The table that `child` (or a column of it) belongs to, or null: a view, domain or type has it.
const schema::Table* TableOf(const schema::Snapshot& snapshot, const schema::ObjectId& child);
// The tables that `table` inherits from or is a partition of, or the type that it is OF.
std::vector<const schema::Object*> ParentsOf(const schema::Snapshot& snapshot, const schema::Object& table);
// The column of a parent table that `column` comes from, or null.
const schema::Object* InheritedFrom(const schema::Snapshot& snapshot, const schema::Object& column);
// Whether a table that stays has none of its parents for a while: it comes to a parent, or back to one.
bool StandsAlone(const Context& context, const schema::ObjectId& table);
// The index or constraint that an index or constraint is attached to, or null.
const schema::Object* AttachedTo(const schema::Snapshot& snapshot, const schema::Object& index);
// What PostgreSQL keeps beneath `object` under a name of its own, with its comment, labels and grants as the
// traits have them: the index of a constraint, the sequence of an identity column. Nothing: it has neither.
std::optional<schema::Object> Beneath(const schema::Object& object);

}  // namespace ferry::render

#endif  // FERRY_CORE_RENDER_LOOKUP_H_
