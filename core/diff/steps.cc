#include "core/diff/steps.h"

#include <algorithm>
#include <set>

namespace ferry::diff::internal {
namespace {

using schema::Object;
using schema::ObjectId;
using schema::ObjectKind;

// What reads best, and fails least, where no dependency says otherwise.
int64_t KindRank(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::kRole:
    case ObjectKind::kTablespace:
      return 0;
    case ObjectKind::kSchema:
      return 1;
    case ObjectKind::kExtension:
    case ObjectKind::kLanguage:
    case ObjectKind::kAccessMethod:
      return 2;
    case ObjectKind::kCollation:
    case ObjectKind::kBaseType:
    case ObjectKind::kEnum:
    case ObjectKind::kCompositeType:
    case ObjectKind::kDomain:
    case ObjectKind::kRangeType:
      return 3;
    case ObjectKind::kFunction:
      return 4;
    case ObjectKind::kForeignDataWrapper:
    case ObjectKind::kForeignServer:
    case ObjectKind::kUserMapping:
      return 5;
    case ObjectKind::kSequence:
      return 6;
    case ObjectKind::kTable:
      return 7;
    case ObjectKind::kColumn:
      return 8;
    case ObjectKind::kConstraint:
      return 10;
    case ObjectKind::kIndex:
      return 11;
    case ObjectKind::kStatistics:
    case ObjectKind::kView:
      return 13;
    case ObjectKind::kRule:
    case ObjectKind::kTrigger:
    case ObjectKind::kPolicy:
      return 14;
    case ObjectKind::kPublication:
    case ObjectKind::kSubscription:
    case ObjectKind::kEventTrigger:
      return 16;
    case ObjectKind::kDefaultPrivileges:
    case ObjectKind::kSetting:
      return 17;
    default:
      return 5;
  }
}

bool IsForeignKey(const Object& object) {
  const auto* constraint = std::get_if<schema::Constraint>(&object.body);
  return constraint != nullptr && constraint->type == "foreign key";
}

// Creating and altering first; then what is dropped to be created again, so that it is missing for a short
// time; what is gone for good last.
int64_t RankOf(const Pair& pair, Operation operation, Facet facet) {
  int64_t kind = KindRank(pair.id().kind);
  const Object* object = pair.to != nullptr ? pair.to : pair.from;
  if (IsForeignKey(*object)) kind = 12;
  if (facet == Facet::kPartition) kind = 9;
  if (operation == Operation::kDrop) return pair.again ? 100 - kind : 200 - kind;
  return facet == Facet::kSetAside ? 100 : kind;
}

const schema::Column* ColumnOf(const Object* object) {
  return object == nullptr ? nullptr : std::get_if<schema::Column>(&object->body);
}

}  // namespace

Steps::Steps(Pairs& pairs)
    : pairs_(pairs), steps_(pairs.size()), drop_known_(pairs.size()), create_known_(pairs.size()) {
  for (size_t i = 0; i < pairs_.size(); ++i) AddDrop(i);
  for (size_t i = 0; i < pairs_.size(); ++i) AddCreate(i);
  for (size_t i = 0; i < pairs_.size(); ++i) AddAlter(i);
  for (size_t i = 0; i < pairs_.size(); ++i) AddDefault(i);
  for (size_t i = 0; i < pairs_.size(); ++i) AddPartition(i);
  for (size_t i = 0; i < pairs_.size(); ++i) {
    OrderByNeeds(i);
    OrderByOldNeeds(i);
    OrderParts(i);
    OrderPartition(i);
    OrderForeignKey(i);
    OrderOldChild(i);
    OrderAttachedIndex(i);
    OrderOverloads(i);
    OrderDomainCheck(i);
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

// Whether PostgreSQL drops it together with what it belongs to.
bool Steps::GoesWithParent(size_t i) const {
  const Pair& pair = pairs_[i];
  if (pair.parent == kNone || !pairs_[pair.parent].dropped()) return false;
  if (pair.id().kind == ObjectKind::kUserMapping) return false;
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

// Whether all that the default needs can be there before the table: a function that returns the table's own
// row type cannot.
bool Steps::DefaultCanBeInline(size_t column) const {
  const size_t table = pairs_[column].parent;
  std::set<size_t> seen;
  std::vector<size_t> open;
  const auto needs = [&](size_t of, bool through_default) {
    for (const schema::Dependency& needed : pairs_[of].to->dependencies) {
      if (through_default && !needed.through_default) continue;
      if (pairs_[of].id().kind == ObjectKind::kSequence && needed.on.kind == ObjectKind::kColumn) continue;
      size_t on = pairs_.Find(needed.on);
      if (on == kNone || pairs_[on].to == nullptr) continue;
      if (needed.on.kind == ObjectKind::kColumn && pairs_[on].parent != kNone) on = pairs_[on].parent;
      if (seen.insert(on).second) open.push_back(on);
    }
  };
  needs(column, true);
  while (!open.empty()) {
    const size_t on = open.back();
    open.pop_back();
    if (on == table) return false;
    if (pairs_[on].created()) needs(on, false);
  }
  return true;
}

void Steps::AddDefault(size_t i) {
  const Pair& pair = pairs_[i];
  const schema::Column* from = ColumnOf(pair.from);
  const schema::Column* to = ColumnOf(pair.to);
  if (from == nullptr && to == nullptr) return;
  if (pair.created()) {
    if (to->default_expression.empty() || pair.parent == kNone || !pairs_[pair.parent].created()) return;
    const bool view = pairs_[pair.parent].id().kind == ObjectKind::kView;
    if (view || DefaultCanBeInline(i)) return;
    steps_[i].default_set = Add(i, Operation::kCreate, Facet::kDefault);
    return;
  }
  if (pair.dropped()) return;
  const bool differs = from->default_expression != to->default_expression;
  if (!differs && !pair.default_again) return;
  if (!from->default_expression.empty() && (to->default_expression.empty() || pair.default_again)) {
    steps_[i].default_drop = Add(i, Operation::kDrop, Facet::kDefault);
  }
  if (!to->default_expression.empty()) steps_[i].default_set = Add(i, Operation::kCreate, Facet::kDefault);
}

void Steps::AddPartition(size_t i) {
  const Pair& pair = pairs_[i];
  if (pair.id().kind != ObjectKind::kTable) return;
  const auto* from = pair.from == nullptr ? nullptr : &std::get<schema::Table>(pair.from->body);
  const auto* to = pair.to == nullptr ? nullptr : &std::get<schema::Table>(pair.to->body);
  if (pair.created()) {
    if (IsPartition(pair.to)) steps_[i].attach = Add(i, Operation::kCreate, Facet::kPartition);
    return;
  }
  if (pair.dropped()) return;
  const bool differs = from->inherits != to->inherits || from->partition_bound != to->partition_bound;
  if (!differs && !pair.reattach) return;
  if (!from->inherits.empty()) steps_[i].detach = Add(i, Operation::kDrop, Facet::kPartition);
  if (!to->inherits.empty()) steps_[i].attach = Add(i, Operation::kCreate, Facet::kPartition);
  for (const size_t step : {steps_[i].detach, steps_[i].attach}) {
    if (step != kNone) changes_[step].again = pair.reattach;
  }
}

}  // namespace ferry::diff::internal
