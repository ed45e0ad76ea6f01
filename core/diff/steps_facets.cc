// The steps for what may come later or go earlier than its object: defaults, the place among parents, and who
// may do what.
#include <algorithm>
#include <set>

#include "core/diff/constraint_kind.h"
#include "core/diff/steps.h"

namespace ferry::diff::internal {

using schema::ObjectKind;

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

// Whether functions are called while it is built: PostgreSQL does that as the owner of its table.
bool Steps::CallsAsOwner(size_t index) const {
  const Pair& pair = pairs_[index];
  if (!pair.created() || !HasIndex(*pair.to)) return false;
  return std::any_of(pair.to->dependencies.begin(), pair.to->dependencies.end(), [](const auto& needed) {
    return needed.on.kind == ObjectKind::kFunction || needed.on.kind == ObjectKind::kOperator;
  });
}

// Grants on a column are its table's owner's: they are written when that is who it will be.
bool Steps::WaitsForOwner(size_t column) const {
  const Pair& pair = pairs_[column];
  if (pair.id().kind != ObjectKind::kColumn || pair.parent == kNone) return false;
  const Pair& table = pairs_[pair.parent];
  return steps_[pair.parent].alter != kNone && table.both() &&
         table.from->traits.owner != table.to->traits.owner && (pair.created() || pair.traits_differ);
}

// The owner of a table need not be allowed to call what its indexes call.
void Steps::AddAccess(size_t i) {
  const Pair& pair = pairs_[i];
  if (WaitsForOwner(i)) steps_[i].access = Add(i, Operation::kAlter, Facet::kAccess);
  const bool relation = pair.id().kind == ObjectKind::kTable || pair.id().kind == ObjectKind::kView;
  if (!relation || steps_[i].becomes() == kNone) return;
  if (!pair.created() && pair.from->traits.owner == pair.to->traits.owner) return;
  const std::vector<size_t>& children = pairs_.children(i);
  if (std::any_of(children.begin(), children.end(), [&](size_t child) { return CallsAsOwner(child); }))
    steps_[i].access = Add(i, Operation::kAlter, Facet::kAccess);
}

}  // namespace ferry::diff::internal
