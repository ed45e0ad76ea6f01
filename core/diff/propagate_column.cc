#include "core/diff/propagate.h"

#include <algorithm>

#include "core/diff/constraint_kind.h"

namespace ferry::diff::internal {
namespace {

using schema::ObjectKind;

// The type without its modifier: a foreign key holds across varchar(10) and varchar(20).
std::string BaseOf(const std::string& type) { return type.substr(0, type.find('(')); }

}  // namespace

// PostgreSQL changes no type of a column in a partition key: that table is created again, and its
// partitions come back to it. Whether it is the column's own table.
bool Propagation::RenewPartitioned(size_t column) {
  const Pair& pair = pairs_[column];
  if (pair.parent == kNone || pairs_[pair.parent].from == nullptr ||
      pairs_[pair.parent].id().kind != ObjectKind::kTable)
    return false;
  const std::string& name = pair.id().name;
  RenewBelow(pair.parent, name);
  if (!IsInPartitionKey(*pairs_[pair.parent].from, name)) return false;
  Again(pair.parent);
  return true;
}

void Propagation::RenewBelow(size_t table, const std::string& column) {
  for (const Use& use : pairs_.users(table)) {
    const Pair& user = pairs_[use.by];
    if (user.id().kind != ObjectKind::kTable || !IsPartition(user.from)) continue;
    RenewBelow(use.by, column);
    if (user.both() && IsInPartitionKey(*user.from, column)) Again(use.by);
  }
}

// Nothing may hold rows of a table whose rows are written anew.
void Propagation::RenewRowTypes(size_t table) {
  if (table == kNone || pairs_[table].id().kind != ObjectKind::kTable) return;
  RenewColumnsOf(table);
}

void Propagation::RenewColumnsOf(size_t type) {
  for (const Use& use : pairs_.users(type)) {
    const Pair& user = pairs_[use.by];
    const ObjectKind kind = user.id().kind;
    if (kind == ObjectKind::kColumn && user.parent != type && !use.through_default) Again(use.by);
    if (kind == ObjectKind::kDomain) RenewColumnsOf(use.by);
  }
}

// ALTER TABLE … OF takes only a table that has just the type's columns, in its order.
bool Propagation::BecomesTyped(const Pair& pair) const {
  const auto& from = std::get<schema::Table>(pair.from->body);
  const auto& to = std::get<schema::Table>(pair.to->body);
  if (to.of_type.empty() || from.of_type == to.of_type) return false;
  const std::vector<size_t>& children = pairs_.children(pairs_.Find(pair.id()));
  std::vector<std::pair<int64_t, int64_t>> places;
  for (const size_t child : children) {
    const Pair& column = pairs_[child];
    if (column.id().kind != ObjectKind::kColumn) continue;
    if (!column.both()) return true;
    places.emplace_back(std::get<schema::Column>(column.from->body).position,
                        std::get<schema::Column>(column.to->body).position);
  }
  std::sort(places.begin(), places.end());
  return !std::is_sorted(places.begin(), places.end(),
                         [](const auto& a, const auto& b) { return a.second < b.second; });
}

// PostgreSQL changes no attribute's type while a column has the composite type.
bool Propagation::IsStoredAttribute(const Pair& pair) const {
  if (pair.parent == kNone || pairs_[pair.parent].id().kind != ObjectKind::kCompositeType) return false;
  const auto& from = std::get<schema::Column>(pair.from->body);
  const auto& to = std::get<schema::Column>(pair.to->body);
  if (from.type == to.type && from.collation == to.collation) return false;
  return IsStored(pair.parent);
}

// Whether a column has the type, or a domain or range of it.
bool Propagation::IsStored(size_t type) const {
  const std::vector<Use>& users = pairs_.users(type);
  return std::any_of(users.begin(), users.end(), [this](const Use& use) {
    const ObjectKind kind = pairs_[use.by].id().kind;
    if (kind == ObjectKind::kColumn) return true;
    return (kind == ObjectKind::kDomain || kind == ObjectKind::kRangeType) && IsStored(use.by);
  });
}

// PostgreSQL makes indexes and statistics again by itself, but without the targets of their statistics; and
// the comment of a partitioned table's index is that of all attached ones then.
bool Propagation::ComesBackWhole(const Pair& pair) const {
  if (const auto* index = std::get_if<schema::Index>(&pair.from->body))
    return index->statistics.empty() && (pair.from->traits.comment.empty() || !IsOfPartitioned(pair));
  const auto* statistics = std::get_if<schema::Statistics>(&pair.from->body);
  return statistics != nullptr && statistics->target < 0;
}

// A column whose type changes: what PostgreSQL refuses to carry along.
void Propagation::Disturb(size_t i) {
  const Pair& column = pairs_[i];
  if (column.id().kind != ObjectKind::kColumn || RenewPartitioned(i)) return;
  pairs_[i].default_again = true;
  const auto& from = std::get<schema::Column>(column.from->body);
  const auto& to = std::get<schema::Column>(column.to->body);
  const bool other_base = column.moved || BaseOf(from.type) != BaseOf(to.type);
  RenewRowTypes(column.parent);
  for (const Use& use : pairs_.users(i)) {
    const Pair& user = pairs_[use.by];
    if (!user.both() || use.through_default) continue;
    const ObjectKind kind = user.id().kind;
    const bool rebuilt = ComesBackWhole(user) || kind == ObjectKind::kSequence ||
                         kind == ObjectKind::kTable ||
                         (kind == ObjectKind::kConstraint && !(IsForeignKey(*user.from) && other_base));
    if (!rebuilt) Again(use.by);
  }
}

void Propagation::UserColumn(size_t column, size_t on) {
  Pair& user = pairs_[column];
  if (!IsType(pairs_[on].id().kind)) {
    // A generated column over a lost function or column.
    if (pairs_[on].id().kind != ObjectKind::kForeignServer) Again(column);
    return;
  }
  if (user.parent != kNone && pairs_[user.parent].id().kind == ObjectKind::kCompositeType) {
    Again(user.parent);
    pairs_[on].set_aside = true;  // the composite type may lie aside for a while too, and has the old one
    return;
  }
  if (user.parent != kNone && pairs_[user.parent].id().kind == ObjectKind::kView) return;
  const schema::Column* body = ColumnOf(user.from);
  if (body != nullptr && !body->generated.empty()) {
    Again(column);  // PostgreSQL takes no USING for it, and knows no other way between the two types
    return;
  }
  pairs_[on].set_aside = true;
  if (user.moved || user.again) return;
  if (user.parent != kNone && pairs_[user.parent].again) return;
  user.moved = true;
  Disturb(column);
  user.moved = !user.again && (user.parent == kNone || !pairs_[user.parent].again);
}

}  // namespace ferry::diff::internal
