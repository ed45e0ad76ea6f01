#include "core/diff/steps.h"

#include <algorithm>

#include "core/diff/constraint_kind.h"

namespace ferry::diff::internal {

using schema::Object;
using schema::ObjectId;
using schema::ObjectKind;

Steps::Steps(Pairs& pairs)
    : pairs_(pairs), steps_(pairs.size()), drop_known_(pairs.size()), create_known_(pairs.size()) {
  for (size_t i = 0; i < pairs_.size(); ++i) AddDrop(i);
  for (size_t i = 0; i < pairs_.size(); ++i) AddCreate(i);
  for (size_t i = 0; i < pairs_.size(); ++i) AddAlter(i);
  for (size_t i = 0; i < pairs_.size(); ++i) AddDefault(i);
  for (size_t i = 0; i < pairs_.size(); ++i) AddPartition(i);
  for (size_t i = 0; i < pairs_.size(); ++i) AddAccess(i);
  for (size_t i = 0; i < pairs_.size(); ++i) {
    OrderByNeeds(i);
    OrderByOldNeeds(i);
    OrderParts(i);
    OrderPartition(i);
    OrderForeignKey(i);
    OrderPersistence(i);
    OrderOldChild(i);
    OrderAttachedIndex(i);
    OrderOverloads(i);
    OrderDomainCheck(i);
    OrderConstructors(i);
    OrderAccess(i);
  }
  OrderNames();
}

size_t Steps::Add(size_t pair, Operation operation, Facet facet) {
  const Pair& p = pairs_[pair];
  Change change{operation, facet, p.from, p.to, p.again, p.moved};
  if (operation == Operation::kCreate && facet == Facet::kObject && !p.again) change.from = nullptr;
  changes_.push_back(change);
  return graph_.Add(RankOf(p, operation, facet));
}

// The column of a parent table with which this one comes and goes.
size_t Steps::InheritedFrom(size_t column) const {
  const Pair& pair = pairs_[column];
  const schema::Column* body = ColumnOf(pair.to != nullptr ? pair.to : pair.from);
  if (body == nullptr || !body->inherited || pair.parent == kNone) return kNone;
  const Pair& table = pairs_[pair.parent];
  const Object* side = pair.to != nullptr ? table.to : table.from;
  if (side == nullptr || side->id.kind != ObjectKind::kTable) return kNone;
  for (const size_t parent : pairs_.ParentsOf(*side)) {
    const ObjectId& id = pairs_[parent].id();
    const size_t found = pairs_.Find({ObjectKind::kColumn, id.schema, id.name, pair.id().name});
    if (found != kNone) return found;
  }
  return kNone;
}

// What lies aside is there for a while: its rules cannot stay so long where what they call goes before.
bool Steps::CallsWhatGoes(size_t i) const {
  const std::vector<schema::Dependency>& needs = pairs_[i].from->dependencies;
  return std::any_of(needs.begin(), needs.end(), [this](const auto& needed) {
    const size_t on = pairs_.Find(needed.on);
    return on != kNone && !IsType(needed.on.kind) && pairs_[on].dropped();
  });
}

// Whether PostgreSQL drops it together with what it belongs to.
bool Steps::GoesWithParent(size_t i) const {
  const Pair& pair = pairs_[i];
  if (pair.parent == kNone || !pairs_[pair.parent].dropped()) return false;
  if (pair.id().kind == ObjectKind::kUserMapping) return false;
  if (pairs_[pair.parent].set_aside && CallsWhatGoes(i)) return false;
  if (!IsForeignKey(*pair.from)) return true;
  // Two tables may refer to each other: then neither can go first.
  return std::none_of(pair.from->dependencies.begin(), pair.from->dependencies.end(),
                      [&](const auto& needed) {
                        const size_t on = pairs_.Find(needed.on);
                        if (on == kNone) return false;
                        const size_t table = needed.on.kind == ObjectKind::kTable ? on : pairs_[on].parent;
                        return table != kNone && table != pair.parent && pairs_[table].dropped();
                      });
}

size_t Steps::PartOfType(size_t i, bool in_to) const {
  const auto side = [&](size_t pair) { return in_to ? pairs_[pair].to : pairs_[pair].from; };
  const Object* function = side(i);
  if (function == nullptr || function->id.kind != ObjectKind::kFunction) return kNone;
  for (const schema::Dependency& needed : function->dependencies) {
    if (needed.on.kind != ObjectKind::kBaseType && needed.on.kind != ObjectKind::kRangeType) continue;
    const size_t type = pairs_.Find(needed.on);
    if (type == kNone || side(type) == nullptr) continue;
    for (const schema::Dependency& back : side(type)->dependencies) {
      if (back.on == function->id) return type;
    }
  }
  return kNone;
}

size_t Steps::DropOf(size_t i) {
  AddDrop(i);
  return steps_[i].drop;
}

void Steps::AddDrop(size_t i) {
  if (drop_known_[i]) return;
  drop_known_[i] = 1;
  const Pair& pair = pairs_[i];
  if (!pair.dropped()) return;
  if (pair.set_aside) steps_[i].set_aside = Add(i, Operation::kAlter, Facet::kSetAside);
  if (GoesWithParent(i)) {
    steps_[i].drop = DropOf(pair.parent);
    return;
  }
  if (const size_t type = PartOfType(i, false); type != kNone && pairs_[type].dropped()) {
    steps_[i].drop = DropOf(type);
    return;
  }
  if (const auto* sequence = std::get_if<schema::Sequence>(&pair.from->body);
      sequence != nullptr && !sequence->owned_by.empty()) {
    for (const schema::Dependency& needed : pair.from->dependencies) {
      const size_t owner = pairs_.Find(needed.on);
      if (owner == kNone || needed.on.kind != ObjectKind::kColumn || !pairs_[owner].dropped()) continue;
      steps_[i].drop = DropOf(owner);
      return;
    }
  }
  if (const size_t column = InheritedFrom(i);
      column != kNone && pairs_[column].dropped() && !pairs_.Leaves(pair.parent, pairs_[column].parent)) {
    steps_[i].drop = DropOf(column);
    return;
  }
  if (!AttachedTo(*pair.from).empty() && !pairs_.IsDetached(pair.parent)) {
    for (const schema::Dependency& needed : pair.from->dependencies) {
      const size_t on = pairs_.Find(needed.on);
      const bool index = needed.on.kind == ObjectKind::kIndex || needed.on.kind == ObjectKind::kConstraint;
      if (on == kNone || !index || !pairs_[on].dropped() || needed.on.parent == pair.id().parent) continue;
      steps_[i].drop = DropOf(on);
      return;
    }
  }
  steps_[i].drop = Add(i, Operation::kDrop, Facet::kObject);
}

// Where a composite type became a table, or a table one: the new one, which brings column `i` along.
size_t Steps::BecameOf(size_t i) const {
  const Pair& pair = pairs_[i];
  if (pair.id().kind != ObjectKind::kColumn || pair.from == nullptr || pair.parent == kNone) return kNone;
  for (const ObjectKind kind : {ObjectKind::kTable, ObjectKind::kCompositeType}) {
    const size_t other = pairs_.Find({kind, pair.id().schema, "", pair.id().parent});
    if (other != kNone && other != pair.parent && pairs_[other].created()) return other;
  }
  return kNone;
}

size_t Steps::CreateOf(size_t i) {
  AddCreate(i);
  return steps_[i].create;
}

void Steps::AddCreate(size_t i) {
  if (create_known_[i]) return;
  create_known_[i] = 1;
  const Pair& pair = pairs_[i];
  if (!pair.created()) return;
  if (pair.id().kind == ObjectKind::kColumn && pair.parent != kNone &&
      pairs_[pair.parent].id().kind != ObjectKind::kView && pairs_[pair.parent].created()) {
    steps_[i].create = CreateOf(pair.parent);
    return;
  }
  if (const size_t other = BecameOf(i); other != kNone) {
    steps_[i].create = CreateOf(other);
    return;
  }
  steps_[i].create = Add(i, Operation::kCreate, Facet::kObject);
  if (const size_t type = PartOfType(i, true); type != kNone && pairs_[type].created()) {
    if (steps_[type].shell == kNone) steps_[type].shell = Add(type, Operation::kCreate, Facet::kShell);
  }
}

// Whether it is an index of a partition that is attached to a new one of the same name.
bool Steps::ComesBack(size_t i) const {
  const Pair& pair = pairs_[i];
  if (AttachedTo(*pair.to).empty()) return false;
  return std::any_of(pair.to->dependencies.begin(), pair.to->dependencies.end(), [&](const auto& needed) {
    const size_t on = pairs_.Find(needed.on);
    const bool index = needed.on.kind == ObjectKind::kIndex || needed.on.kind == ObjectKind::kConstraint;
    return index && on != kNone && pairs_[on].again && needed.on.parent != pair.id().parent;
  });
}

void Steps::AddAlter(size_t i) {
  const Pair& pair = pairs_[i];
  if (pair.both() && !pair.again && (pair.body_differs || pair.traits_differ || pair.moved || ComesBack(i))) {
    steps_[i].alter = Add(i, Operation::kAlter, Facet::kObject);
  }
  const auto owner = [](const Object* object) -> std::string {
    const auto* sequence = object == nullptr ? nullptr : std::get_if<schema::Sequence>(&object->body);
    return sequence == nullptr ? "" : sequence->owned_by;
  };
  const std::string before = pair.created() ? "" : owner(pair.from);
  const std::string after = owner(pair.to);
  if (pair.to == nullptr || before == after) return;
  if (!before.empty()) steps_[i].released = Add(i, Operation::kDrop, Facet::kOwnedBy);
  if (!after.empty()) steps_[i].owned_by = Add(i, Operation::kAlter, Facet::kOwnedBy);
}

}  // namespace ferry::diff::internal
