#include <map>

#include "core/diff/constraint_kind.h"
#include "core/diff/steps.h"

namespace ferry::diff::internal {
namespace {

using schema::Object;
using schema::ObjectId;
using schema::ObjectKind;

// Tables, indexes, sequences, views and types of a schema share their names.
bool SharesNames(const Object& object) {
  switch (object.id.kind) {
    case ObjectKind::kTable:
    case ObjectKind::kSequence:
    case ObjectKind::kView:
    case ObjectKind::kEnum:
    case ObjectKind::kDomain:
    case ObjectKind::kCompositeType:
    case ObjectKind::kRangeType:
    case ObjectKind::kBaseType:
      return true;
    default:
      return HasIndex(object);
  }
}

}  // namespace

void Steps::Order(size_t first, size_t second) {
  if (first != kNone && second != kNone) graph_.Before(first, second);
}

// The step in which a type goes aside, and with it what belongs to it.
size_t Steps::AsideWith(size_t i) const {
  const size_t parent = pairs_[i].parent;
  const bool part = parent != kNone && steps_[i].drop != kNone && steps_[i].drop == steps_[parent].drop;
  return steps_[part ? parent : i].set_aside;
}

void Steps::OrderByNeeds(size_t i) {
  const Pair& pair = pairs_[i];
  if (pair.to == nullptr) return;
  const PairSteps& own = steps_[i];
  if (pair.parent != kNone && pairs_[pair.parent].created()) Order(steps_[pair.parent].create, own.becomes());
  for (const ObjectKind kind : {ObjectKind::kTable, ObjectKind::kView}) {
    // Where a table became a view, what belonged to the one belongs to the other.
    const ObjectId& id = pair.to->id;
    const size_t parent = id.parent.empty() ? kNone : pairs_.Find({kind, id.schema, "", id.parent});
    if (parent != kNone && parent != pair.parent && pairs_[parent].to != nullptr)
      Order(steps_[parent].create, own.becomes());
  }
  const size_t space = pair.to->id.schema.empty()
                           ? kNone
                           : pairs_.Find({ObjectKind::kSchema, pair.to->id.schema, "", pair.to->id.schema});
  if (space != kNone && space != i) Order(steps_[space].create, own.becomes());
  if (space != kNone) Order(steps_[space].create, own.shell);
  const size_t type = PartOfType(i, true);
  if (type != kNone) Order(steps_[type].shell, own.create);
  for (const schema::Dependency& needed : pair.to->dependencies) {
    const size_t on = pairs_.Find(needed.on);
    if (on == kNone || (on == type && steps_[type].shell != kNone)) continue;
    const bool owner = pair.id().kind == ObjectKind::kSequence && needed.on.kind == ObjectKind::kColumn;
    const size_t becomes = steps_[on].becomes();
    if (needed.through_default) {
      Order(becomes, own.default_set != kNone ? own.default_set : own.becomes());
    } else if (owner) {
      Order(becomes, own.owned_by);
      // Both have one owner: the sequence gets its own while nothing owns it, the table its own before that.
      if (const size_t table = pairs_[on].parent; table != kNone) {
        Order(steps_[table].becomes(), own.owned_by);
        Order(steps_[table].access, own.owned_by);
      }
    } else {
      // What else is altered of a partition does not wait for the table that it comes to.
      const bool joins = own.attach != kNone && own.alter != kNone && needed.on.kind == ObjectKind::kTable;
      Order(becomes, joins ? own.attach : own.becomes());
      Order(becomes, own.attach);
    }
  }
}

// The statement that changes a parent table's column changes this one too: what is in its way goes before.
void Steps::OrderBeforeHeirs(size_t step, size_t column) {
  if (step == kNone || pairs_[column].id().kind != ObjectKind::kColumn || pairs_[column].from == nullptr)
    return;
  const size_t parent = pairs_[column].parent;
  if (parent == kNone || pairs_[parent].from == nullptr || pairs_[parent].id().kind != ObjectKind::kTable)
    return;
  for (const size_t table : pairs_.ParentsOf(*pairs_[parent].from)) {
    const ObjectId& id = pairs_[table].id();
    const size_t above = pairs_.Find({ObjectKind::kColumn, id.schema, id.name, pairs_[column].id().name});
    if (above == kNone || pairs_.Leaves(parent, table)) continue;
    Order(step, steps_[above].alter);
    OrderBeforeHeirs(step, above);
  }
}

// A child's own column that its parents get too: PostgreSQL joins theirs to it, not the other way round.
void Steps::OrderBeforeInherited(size_t column, size_t table) {
  if (table == kNone || !pairs_[table].both() || pairs_[table].id().kind != ObjectKind::kTable) return;
  for (const size_t parent : pairs_.ParentsOf(*pairs_[table].to)) {
    const ObjectId& id = pairs_[parent].id();
    const size_t above = pairs_.Find({ObjectKind::kColumn, id.schema, id.name, pairs_[column].id().name});
    if (above == kNone || pairs_[parent].created()) continue;
    if (pairs_[above].from == nullptr) Order(steps_[column].create, steps_[above].create);
    OrderBeforeInherited(column, parent);
  }
}

// No column of a table changes its type while another table holds its rows, in a domain over them perhaps.
void Steps::OrderRows(size_t column, size_t type) {
  const PairSteps& own = steps_[column];
  if (pairs_[type].id().kind == ObjectKind::kDomain && pairs_[type].both()) {
    for (const schema::Dependency& needed : pairs_[type].from->dependencies) {
      const size_t on = pairs_.Find(needed.on);
      if (on != kNone && !needed.through_default) OrderRows(column, on);
    }
    return;
  }
  if (pairs_[type].id().kind != ObjectKind::kTable || own.drop == steps_[type].drop) return;
  for (const size_t child : pairs_.children(type)) {
    Order(own.drop, steps_[child].alter);
    if (pairs_[column].again) Order(steps_[child].alter, own.create);
    if (steps_[child].create != kNone && steps_[child].create != steps_[type].create)
      Order(own.drop, steps_[child].create);
  }
}

void Steps::OrderByOldNeeds(size_t i) {
  const Pair& pair = pairs_[i];
  if (pair.from == nullptr) return;
  const PairSteps& own = steps_[i];
  if (pair.parent != kNone) Order(own.drop, steps_[pair.parent].drop);
  const size_t space = pairs_.Find({ObjectKind::kSchema, pair.from->id.schema, "", pair.from->id.schema});
  if (space != kNone && space != i) Order(own.drop, steps_[space].drop);
  for (const schema::Dependency& needed : pair.from->dependencies) {
    const size_t on = pairs_.Find(needed.on);
    if (on == kNone) continue;
    const PairSteps& other = steps_[on];
    const ObjectKind kind = needed.on.kind;
    const bool of_default =
        pair.id().kind == ObjectKind::kDomain &&
        (kind == ObjectKind::kFunction || kind == ObjectKind::kSequence || kind == ObjectKind::kOperator);
    if (own.set_aside != kNone && of_default) {  // a default has gone when its domain lies aside
      Order(own.set_aside, other.drop);
      Order(own.set_aside, other.alter);
      continue;
    }
    if (needed.through_default) {
      const size_t leaves = own.default_drop != kNone ? own.default_drop : own.default_set;
      Order(leaves != kNone ? leaves : own.drop, other.drop);
      Order(own.default_drop, other.set_aside);
      Order(own.default_drop, other.alter);
      OrderBeforeHeirs(own.default_drop, on);
      continue;
    }
    Order(own.drop, other.drop);
    Order(own.drop, other.alter);
    OrderBeforeHeirs(own.drop, on);
    // What lies aside itself, and its parts, go only when its columns have been moved.
    const size_t aside = AsideWith(i);
    Order(aside != kNone ? aside : own.drop, other.set_aside);
    const bool parted = own.detach != kNone && needed.on.kind == ObjectKind::kTable;
    const bool comes_back = !AttachedTo(*pair.from).empty() && pairs_.IsDetached(pair.parent);
    if (!parted && !comes_back) Order(own.alter, other.drop);
    if (!pair.dropped()) Order(own.released, other.drop);
    Order(own.detach, other.drop);
    if (pair.id().kind == ObjectKind::kColumn) OrderRows(i, on);
    if (own.released != kNone && pairs_[on].parent != kNone)
      Order(own.released, steps_[pairs_[on].parent].alter);
    Order(other.set_aside, own.alter);
  }
}

void Steps::OrderParts(size_t i) {
  const Pair& pair = pairs_[i];
  const PairSteps& own = steps_[i];
  if (const size_t aside = AsideWith(i); aside != kNone) {
    Order(aside, own.create);
    Order(aside, own.drop);
  } else if (own.drop != kNone && pair.again) {
    Order(own.drop, own.create);
  }
  if (pair.parent != kNone && own.drop != steps_[pair.parent].drop)
    Order(own.drop, steps_[pair.parent].set_aside);  // under the name that its type still has
  Order(own.shell, own.create);
  if (own.shell != kNone) Order(own.set_aside != kNone ? own.set_aside : own.drop, own.shell);
  Order(own.default_drop, own.alter);
  Order(own.alter, own.default_set);
  Order(own.default_drop, own.default_set);
  Order(own.becomes(), own.default_set);
  Order(own.released, own.alter);
  Order(own.becomes(), own.owned_by);
  Order(own.detach, own.attach);
  Order(own.detach, own.alter);
  Order(own.becomes(), own.attach);
  if (pair.id().kind == ObjectKind::kColumn) {
    // A column's change reaches the columns that are inherited from it.
    if (const size_t parent = InheritedFrom(i); parent != kNone) {
      Order(steps_[parent].becomes(), own.becomes());
      Order(own.default_drop, steps_[parent].alter);
      Order(steps_[parent].alter, own.default_set);
      if (pairs_[parent].created()) Order(own.drop, steps_[parent].create);
    }
    OrderBeforeHeirs(own.default_drop, i);
    OrderBeforeHeirs(own.drop, i);
    const schema::Column* after = ColumnOf(pair.to);
    if (pair.from == nullptr && !after->inherited) OrderBeforeInherited(i, pair.parent);
  }
  // serial to identity and back: the sequence has the same name on both sides.
  const auto* sequence = std::get_if<schema::Sequence>(&(pair.from != nullptr ? pair.from : pair.to)->body);
  if (sequence == nullptr || pair.both()) return;
  for (const schema::Dependency& needed : (pair.from != nullptr ? pair.from : pair.to)->dependencies) {
    const size_t owner = needed.on.kind == ObjectKind::kColumn ? pairs_.Find(needed.on) : kNone;
    if (owner == kNone || steps_[owner].alter == kNone) continue;
    Order(own.drop, steps_[owner].alter);
    Order(steps_[owner].alter, own.create);
  }
}

// A foreign key takes whichever unique index it finds: not one that is about to go.
void Steps::OrderForeignKey(size_t i) {
  const Pair& pair = pairs_[i];
  if (!pair.created() || !IsForeignKey(*pair.to)) return;
  for (const schema::Dependency& needed : pair.to->dependencies) {
    const size_t on = pairs_.Find(needed.on);
    if (on == kNone || pairs_[on].to == nullptr || !HasIndex(*pairs_[on].to)) continue;
    for (const size_t other : pairs_.children(pairs_[on].parent)) {
      const Pair& index = pairs_[other];
      if (index.dropped() && HasIndex(*index.from)) Order(steps_[other].drop, steps_[i].create);
    }
  }
}

// A call means one function: the old one is gone before another one of its name comes.
void Steps::OrderOverloads(size_t i) {
  const Pair& pair = pairs_[i];
  if (pair.id().kind != ObjectKind::kFunction || pair.to != nullptr) return;
  for (const size_t other : pairs_.NamedLike(i)) {
    if (pairs_[other].from == nullptr) Order(steps_[i].drop, steps_[other].create);
  }
}

// A range type brings functions of its name along, which make its values.
void Steps::OrderConstructors(size_t i) {
  const Pair& pair = pairs_[i];
  if (pair.id().kind != ObjectKind::kRangeType) return;
  for (const size_t function : pairs_.FunctionsNamed(pair.id().schema, pair.id().name)) {
    if (pairs_[function].dropped()) Order(steps_[function].drop, steps_[i].create);
    if (pairs_[function].from != nullptr) continue;
    Order(steps_[i].set_aside != kNone ? steps_[i].set_aside : steps_[i].drop, steps_[function].create);
  }
}

void Steps::OrderAccess(size_t i) {
  const size_t access = steps_[i].access;
  if (access == kNone) return;
  Order(steps_[i].becomes(), access);
  if (const size_t table = pairs_[i].parent; table != kNone) {
    Order(steps_[table].becomes(), access);
    Order(steps_[table].access, access);
  }
  for (const size_t child : pairs_.children(i)) {
    if (CallsAsOwner(child)) Order(steps_[child].create, access);
  }
}

// A domain has its rules before columns hold it inside of something: then it takes none.
void Steps::OrderDomainCheck(size_t i) {
  const Pair& pair = pairs_[i];
  if (steps_[i].create == kNone || pair.parent == kNone ||
      pairs_[pair.parent].id().kind != ObjectKind::kDomain || !pairs_[pair.parent].again)
    return;
  for (const Use& use : pairs_.users(pair.parent)) {
    if (pairs_[use.by].id().kind == ObjectKind::kColumn && pairs_[use.by].both())
      Order(steps_[i].create, steps_[use.by].becomes());
  }
}

void Steps::OrderNames() {
  std::map<std::pair<std::string, std::string>, std::vector<size_t>> leaving;
  std::map<size_t, size_t> old_keys;  // by table
  for (size_t i = 0; i < pairs_.size(); ++i) {
    const Pair& pair = pairs_[i];
    if (!pair.dropped()) continue;
    if (SharesNames(*pair.from)) leaving[{pair.from->id.schema, pair.from->id.name}].push_back(i);
    if (IsPrimaryKey(*pair.from)) old_keys[pair.parent] = i;
  }
  for (size_t i = 0; i < pairs_.size(); ++i) {
    const Pair& pair = pairs_[i];
    if (!pair.created() || !SharesNames(*pair.to)) continue;
    if (const auto key = old_keys.find(pair.parent); key != old_keys.end() && IsPrimaryKey(*pair.to)) {
      Order(steps_[key->second].drop, steps_[i].create);
    }
    const auto found = leaving.find({pair.to->id.schema, pair.to->id.name});
    if (found == leaving.end()) continue;
    for (const size_t old : found->second) {
      if (old == i) continue;
      const PairSteps& other = steps_[old];
      Order(other.set_aside != kNone ? other.set_aside : other.drop, steps_[i].create);
    }
  }
}

}  // namespace ferry::diff::internal
