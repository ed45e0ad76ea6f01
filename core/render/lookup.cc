#include "core/render/lookup.h"

#include <algorithm>

#include "absl/strings/strip.h"
#include "core/render/words.h"

namespace ferry::render {

using schema::Object;
using schema::ObjectId;
using schema::ObjectKind;
using schema::Snapshot;

std::vector<const Object*> ChildrenOf(const Snapshot& snapshot, ObjectKind kind, const ObjectId& parent) {
  const ObjectId first{kind, parent.schema, parent.name, ""};
  auto at = std::lower_bound(snapshot.objects.begin(), snapshot.objects.end(), first,
                             [](const Object& object, const ObjectId& wanted) { return object.id < wanted; });
  std::vector<const Object*> out;
  for (; at != snapshot.objects.end(); ++at) {
    const ObjectId& id = at->id;
    if (id.kind != kind || id.schema != parent.schema || id.parent != parent.name) break;
    out.push_back(&*at);
  }
  if (kind == ObjectKind::kColumn) {
    std::stable_sort(out.begin(), out.end(), [](const Object* a, const Object* b) {
      return std::get<schema::Column>(a->body).position < std::get<schema::Column>(b->body).position;
    });
  }
  return out;
}

const schema::Table* TableOf(const Snapshot& snapshot, const ObjectId& child) {
  const Object* table = snapshot.Find({ObjectKind::kTable, child.schema, "", child.parent});
  return table == nullptr ? nullptr : &std::get<schema::Table>(table->body);
}

std::vector<const Object*> ParentsOf(const Snapshot& snapshot, const Object& table) {
  std::vector<const Object*> out;
  const auto& body = std::get<schema::Table>(table.body);
  if (body.inherits.empty() && body.of_type.empty()) return out;
  const ObjectKind kind = body.of_type.empty() ? ObjectKind::kTable : ObjectKind::kCompositeType;
  for (const schema::Dependency& needed : table.dependencies) {
    if (needed.on.kind != kind) continue;
    if (const Object* parent = snapshot.Find(needed.on); parent != nullptr) out.push_back(parent);
  }
  return out;
}

const Object* InheritedFrom(const Snapshot& snapshot, const Object& column) {
  const auto* body = std::get_if<schema::Column>(&column.body);
  const Object* table = snapshot.Find({ObjectKind::kTable, column.id.schema, "", column.id.parent});
  if (body == nullptr || !body->inherited || table == nullptr) return nullptr;
  for (const Object* parent : ParentsOf(snapshot, *table)) {
    const Object* found =
        snapshot.Find({ObjectKind::kColumn, parent->id.schema, parent->id.name, column.id.name});
    if (found != nullptr) return found;
  }
  return nullptr;
}

bool StandsAlone(const Context& context, const ObjectId& table) {
  if (context.list.attached.count(table) == 0) return false;
  for (const diff::Change& change : context.list.changes) {
    if (change.facet != diff::Facet::kPartition || change.operation != diff::Operation::kCreate) continue;
    if (change.id() == table)
      return change.again || !std::get<schema::Table>(change.to->body).partition_bound.empty();
  }
  return false;
}

const Object* AttachedTo(const Snapshot& snapshot, const Object& index) {
  const auto* as_index = std::get_if<schema::Index>(&index.body);
  const auto* as_constraint = std::get_if<schema::Constraint>(&index.body);
  const bool attached = as_index != nullptr ? !as_index->attached_to.empty()
                                            : as_constraint != nullptr && !as_constraint->attached_to.empty();
  if (!attached) return nullptr;
  for (const schema::Dependency& needed : index.dependencies) {
    const bool kind = needed.on.kind == ObjectKind::kIndex || needed.on.kind == ObjectKind::kConstraint;
    if (!kind || needed.on.parent == index.id.parent) continue;
    if (const Object* parent = snapshot.Find(needed.on); parent != nullptr) return parent;
  }
  return nullptr;
}

std::optional<Object> Beneath(const Object& object) {
  Object beneath;
  if (const auto* constraint = std::get_if<schema::Constraint>(&object.body)) {
    const std::string& type = constraint->type;
    if (type != "primary key" && type != "unique" && type != "exclude") return std::nullopt;
    beneath.id = {ObjectKind::kIndex, object.id.schema, object.id.parent, object.id.name};
    beneath.body = schema::Index();
    beneath.traits.comment = object.traits.beneath->index_comment;
    return beneath;
  }
  const auto* column = std::get_if<schema::Column>(&object.body);
  absl::string_view options = column == nullptr ? "" : absl::string_view(column->identity_options);
  if (!absl::ConsumePrefix(&options, "SEQUENCE NAME ")) return std::nullopt;
  const std::optional<ObjectId> id =
      ParseQualified(options.substr(0, FindOutside(options, " ")), ObjectKind::kSequence);
  if (!id.has_value()) return std::nullopt;
  beneath.id = *id;
  beneath.body = schema::Sequence();
  beneath.traits.comment = object.traits.beneath->sequence_comment;
  beneath.traits.security_labels = object.traits.beneath->sequence_labels;
  beneath.traits.grants = object.traits.beneath->sequence_grants;
  return beneath;
}

}  // namespace ferry::render
