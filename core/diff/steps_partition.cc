// Which step comes before which where tables come to parents and leave them.
#include "core/diff/constraint_kind.h"
#include "core/diff/steps.h"

namespace ferry::diff::internal {

using schema::Object;
using schema::ObjectKind;

// A CHECK that goes, goes from all who have it from that table: who leaves keeps it, and loses it by itself.
void Steps::OrderBeforeChecks(size_t detach, size_t table) {
  if (pairs_[table].id().kind != ObjectKind::kTable || pairs_[table].from == nullptr) return;
  for (const size_t child : pairs_.children(table)) {
    const Pair& check = pairs_[child];
    if (check.dropped() && IsCheck(*check.from)) Order(detach, steps_[child].drop);
  }
  for (const size_t above : pairs_.ParentsOf(*pairs_[table].from)) {
    if (!pairs_.Leaves(table, above)) OrderBeforeChecks(detach, above);
  }
}

// A new partition brings its indexes along where the parent's are there already; where those are new, they
// come after all partitions have been attached, so that PostgreSQL makes none by itself.
void Steps::OrderPartition(size_t i) {
  const Pair& pair = pairs_[i];
  const PairSteps& own = steps_[i];
  if (own.detach != kNone) {
    // PostgreSQL takes away then what it had cloned for the partition.
    for (const size_t child : pairs_.children(i)) {
      Order(own.detach, steps_[child].create);
      Order(own.detach, steps_[child].alter);
      const Object* object = pairs_[child].from;
      const auto* column = object == nullptr ? nullptr : std::get_if<schema::Column>(&object->body);
      const bool had = object != nullptr && (!AttachedTo(*object).empty() || IsCheck(*object) ||
                                             (column != nullptr && column->inherited));
      if (pairs_[child].dropped() && had) Order(own.detach, steps_[child].drop);
    }
    // What is done to the parent reaches it no more.
    for (const size_t table : pairs_.ParentsOf(*pair.from)) {
      if (!pairs_.Leaves(i, table)) continue;
      for (const size_t child : pairs_.children(table)) {
        Order(own.detach, steps_[child].alter);
        Order(own.detach, steps_[child].create);
        if (pairs_[child].id().kind == ObjectKind::kColumn) Order(own.detach, steps_[child].drop);
      }
      OrderBeforeChecks(own.detach, table);
    }
  }
  OrderNewChild(i);
  // An index of the whole is complete when every partition has one: those that go are gone by then.
  if (pair.from != nullptr && IsPartition(pair.from)) {
    for (const size_t table : pairs_.ParentsOf(*pair.from)) {
      if (pairs_[table].dropped()) continue;
      for (const size_t child : pairs_.children(table)) {
        if (pairs_[child].created() && HasIndex(*pairs_[child].to))
          Order(own.detach != kNone ? own.detach : own.drop, steps_[child].create);
      }
    }
  }
  if (own.attach == kNone) return;
  for (const size_t child : pairs_.children(i)) {
    const Object* object = pairs_[child].to;
    if (object == nullptr || steps_[child].create == kNone || steps_[child].create == own.create) continue;
    if (object->id.kind == ObjectKind::kColumn) continue;
    size_t parent = kNone;
    if (!AttachedTo(*object).empty()) {
      for (const schema::Dependency& needed : object->dependencies) {
        const size_t on = pairs_.Find(needed.on);
        if (on != kNone && pairs_[on].to != nullptr && HasIndex(*pairs_[on].to)) parent = on;
      }
    }
    const bool first = parent != kNone ? !pairs_[parent].created() : IsCheck(*object);
    if (first) {
      Order(steps_[child].create, own.attach);
    } else {
      Order(own.attach, steps_[child].create);
    }
  }
  for (const size_t table : pairs_.ParentsOf(*pair.to)) {
    for (const size_t child : pairs_.children(table)) {
      const Object* object = pairs_[child].to;
      if (pairs_[child].dropped() && HasIndex(*pairs_[child].from)) Order(steps_[child].drop, own.attach);
      if (object == nullptr || steps_[child].create == kNone) continue;
      if (HasIndex(*object)) Order(own.attach, steps_[child].create);
      if (IsCheck(*object)) Order(steps_[child].create, own.attach);
    }
  }
}

// A table takes part in what its parents are when it becomes their child: by then they are as in `to`.
void Steps::OrderNewChild(size_t i) {
  const Pair& pair = pairs_[i];
  const PairSteps& own = steps_[i];
  if (pair.id().kind != ObjectKind::kTable || pair.to == nullptr) return;
  if (own.attach == kNone && !pair.created()) return;
  const size_t joins = own.attach != kNone ? own.attach : own.create;
  for (const size_t table : pairs_.ParentsOf(*pair.to)) {
    if (pairs_[table].id().kind != ObjectKind::kTable) continue;
    for (const size_t child : pairs_.children(table)) {
      const Object* object = pairs_[child].from != nullptr ? pairs_[child].from : pairs_[child].to;
      if (object->id.kind != ObjectKind::kColumn && !IsCheck(*object)) continue;
      if (steps_[child].create == kNone || steps_[child].create != steps_[table].create)
        Order(steps_[child].becomes(), joins);
      if (pairs_[child].dropped()) Order(steps_[child].drop, joins);
      if (own.attach != kNone || pairs_[table].created()) continue;
      // A new child takes the default over.
      Order(steps_[child].default_drop, joins);
      Order(steps_[child].default_set, joins);
    }
  }
  if (own.attach == kNone) return;
  OrderBounds(i);
  for (const size_t child : pairs_.children(i)) {
    if (pairs_[child].id().kind != ObjectKind::kColumn) continue;
    Order(steps_[child].becomes(), own.attach);
    if (pairs_[child].dropped()) Order(steps_[child].drop, own.attach);
  }
}

size_t Steps::IndexAbove(size_t i) const {
  const Pair& pair = pairs_[i];
  if (pair.to == nullptr || AttachedTo(*pair.to).empty()) return kNone;
  for (const schema::Dependency& needed : pair.to->dependencies) {
    const size_t on = pairs_.Find(needed.on);
    if (on == kNone || pairs_[on].to == nullptr || needed.on.parent == pair.id().parent) continue;
    if (HasIndex(*pairs_[on].to)) return on;
  }
  return kNone;
}

// A table that comes to a partitioned one whose indexes are there already brings all of its own, those of its
// partitions among them.
void Steps::OrderAttachedIndex(size_t i) {
  for (size_t index = IndexAbove(i); index != kNone; index = IndexAbove(index)) {
    const size_t above = IndexAbove(index);
    const size_t table = pairs_[index].parent;
    if (above == kNone || table == kNone || pairs_[above].created()) continue;
    Order(steps_[i].becomes(), steps_[table].attach);
  }
}

// Bounds may not overlap: partitions that go, or get others, leave before another one comes.
void Steps::OrderBounds(size_t i) {
  if (!IsPartition(pairs_[i].to)) return;
  for (const size_t table : pairs_.ParentsOf(*pairs_[i].to)) {
    for (const Use& use : pairs_.users(table)) {
      if (use.by == i || !IsPartition(pairs_[use.by].from)) continue;
      const PairSteps& other = steps_[use.by];
      Order(other.detach != kNone ? other.detach : other.drop, steps_[i].attach);
    }
  }
}

// What is added to a table is added to its children too: those that go, or are made again, go before.
void Steps::OrderOldChild(size_t i) {
  const Pair& pair = pairs_[i];
  if (pair.id().kind != ObjectKind::kTable || steps_[i].drop == kNone) return;
  for (const size_t table : pairs_.ParentsOf(*pair.from)) {
    if (pairs_[table].dropped()) continue;
    for (const size_t child : pairs_.children(table)) {
      if (pairs_[child].id().kind == ObjectKind::kColumn) Order(steps_[i].drop, steps_[child].create);
    }
  }
}

}  // namespace ferry::diff::internal
