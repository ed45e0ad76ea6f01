#include <algorithm>

#include "core/diff/pairs.h"
#include "core/diff/verdict.h"

namespace ferry::diff::internal {
namespace {

using schema::Object;
using schema::ObjectKind;

bool IsForeignKey(const Object& object) {
  const auto* constraint = std::get_if<schema::Constraint>(&object.body);
  return constraint != nullptr && constraint->type == "foreign key";
}

// The type without its modifier: a foreign key holds across varchar(10) and varchar(20).
std::string BaseOf(const std::string& type) { return type.substr(0, type.find('(')); }

class Propagation {
 public:
  explicit Propagation(Pairs& pairs) : pairs_(pairs) {}

  void Run() {
    for (size_t i = 0; i < pairs_.size(); ++i) {
      Pair& pair = pairs_[i];
      if (pair.from == nullptr || pair.body_differs) OfDomain(i);
      if (pair.from == nullptr) {
        if (IsComputed(*pair.to)) RenewRowTypes(pair.parent);
      } else if (pair.to == nullptr) {
        queue_.push_back(i);
      } else if (pair.body_differs) {
        const Verdict verdict = VerdictOf(*pair.from, *pair.to);
        if (IsStoredAttribute(pair)) {
          Again(pair.parent);
        } else if (pair.id().kind == ObjectKind::kTable && BecomesTyped(pair)) {
          Again(i);
        } else if (IsStricter(pair) && IsInContainer(i)) {
          Again(i);
        } else if (!verdict.in_place && !OnlyComesLoose(pair)) {
          Again(i);
        } else if (verdict.disturbs_dependents) {
          Disturb(i);
        }
      }
    }
    Drain();
    while (JudgeHeirs()) Drain();
  }

 private:
  void Drain() {
    while (!queue_.empty()) {
      const size_t i = queue_.back();
      queue_.pop_back();
      Dropped(i);
    }
  }

  // Whether some table has to be taken from its parents, or made again, that was not before.
  bool JudgeHeirs() {
    bool more = false;
    for (size_t i = 0; i < pairs_.size(); ++i) {
      const Kinship kinship = KinshipOf(pairs_, i);
      if (kinship == Kinship::kFine || (kinship == Kinship::kApart && pairs_[i].reattach)) continue;
      if (kinship == Kinship::kApart) pairs_[i].reattach = true;
      if (kinship == Kinship::kAgain) Again(i);
      more = true;
    }
    return more;
  }

  // PostgreSQL changes no type of a column in a partition key: that table is created again, and its
  // partitions come back to it. Whether it is the column's own table.
  bool RenewPartitioned(size_t column) {
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

  void RenewBelow(size_t table, const std::string& column) {
    for (const Use& use : pairs_.users(table)) {
      const Pair& user = pairs_[use.by];
      if (user.id().kind != ObjectKind::kTable || !IsPartition(user.from)) continue;
      RenewBelow(use.by, column);
      if (user.both() && IsInPartitionKey(*user.from, column)) Again(use.by);
    }
  }

  // PostgreSQL checks no rows whose column holds a domain inside of something: such a domain takes no new
  // rule.
  void OfDomain(size_t i) {
    const Pair& pair = pairs_[i];
    if (pair.parent == kNone || pairs_[pair.parent].id().kind != ObjectKind::kDomain || pair.to == nullptr)
      return;
    const auto& after = std::get<schema::Constraint>(pair.to->body);
    if (after.validated && pairs_[pair.parent].both() && IsInContainer(pair.parent)) Again(pair.parent);
  }

  static bool IsStricter(const Pair& pair) {
    const auto* from = std::get_if<schema::Domain>(&pair.from->body);
    const auto* to = std::get_if<schema::Domain>(&pair.to->body);
    return from != nullptr && to != nullptr && to->not_null && !from->not_null;
  }

  bool IsInContainer(size_t type) const {
    const std::vector<Use>& users = pairs_.users(type);
    return std::any_of(users.begin(), users.end(), [&](const Use& use) {
      const Pair& user = pairs_[use.by];
      return user.id().kind == ObjectKind::kRangeType || IsInsideOf(user, type);
    });
  }

  // Whether a column has the type as an array's element or a composite type's attribute.
  bool IsInsideOf(const Pair& column, size_t type) const {
    if (column.id().kind != ObjectKind::kColumn || column.parent == kNone || column.from == nullptr)
      return false;
    const ObjectKind kind = pairs_[column.parent].id().kind;
    if (kind == ObjectKind::kCompositeType) return true;
    const std::string& name = std::get<schema::Column>(column.from->body).type;
    return kind == ObjectKind::kTable && pairs_[type].id().kind == ObjectKind::kDomain && name.size() > 2 &&
           name.compare(name.size() - 2, 2, "[]") == 0;
  }

  static bool IsComputed(const Object& object) {
    const auto* column = std::get_if<schema::Column>(&object.body);
    return column != nullptr && (!column->generated.empty() || !column->identity.empty());
  }

  // Nothing may hold rows of a table whose rows are written anew.
  void RenewRowTypes(size_t table) {
    if (table == kNone || pairs_[table].id().kind != ObjectKind::kTable) return;
    for (const Use& use : pairs_.users(table)) {
      const Pair& user = pairs_[use.by];
      if (user.id().kind == ObjectKind::kColumn && user.parent != table && !use.through_default)
        Again(use.by);
    }
  }

  // ALTER TABLE … OF takes only a table that has just the type's columns, in its order.
  bool BecomesTyped(const Pair& pair) const {
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

  // Whether a function of the same name comes: what calls either must not meet both.
  bool IsOverloaded(size_t function) const {
    const Pair& pair = pairs_[function];
    if (pair.id().kind != ObjectKind::kFunction || pair.to != nullptr) return false;
    const std::vector<size_t> same = pairs_.NamedLike(function);
    return std::any_of(same.begin(), same.end(), [&](size_t other) { return pairs_[other].from == nullptr; });
  }

  bool OnlyComesLoose(const Pair& pair) const {
    if (AttachedTo(*pair.from).empty() || !pairs_.IsDetached(pair.parent)) return false;
    Object loose = *pair.from;
    if (auto* index = std::get_if<schema::Index>(&loose.body)) {
      index->attached_to = AttachedTo(*pair.to);
      return VerdictOf(loose, *pair.to).in_place;
    }
    auto& constraint = std::get<schema::Constraint>(loose.body);
    constraint.attached_to = AttachedTo(*pair.to);
    return VerdictOf(loose, *pair.to).in_place;
  }

  // PostgreSQL changes no attribute's type while a column has the composite type.
  bool IsStoredAttribute(const Pair& pair) const {
    if (pair.parent == kNone || pairs_[pair.parent].id().kind != ObjectKind::kCompositeType) return false;
    const auto& from = std::get<schema::Column>(pair.from->body);
    const auto& to = std::get<schema::Column>(pair.to->body);
    if (from.type == to.type && from.collation == to.collation) return false;
    const std::vector<Use>& users = pairs_.users(pair.parent);
    return std::any_of(users.begin(), users.end(),
                       [&](const Use& use) { return pairs_[use.by].id().kind == ObjectKind::kColumn; });
  }

  void Again(size_t i) {
    Pair& pair = pairs_[i];
    if (!pair.both() || pair.again) return;
    pair.again = true;
    queue_.push_back(i);
  }

  // A column whose type changes: what PostgreSQL refuses to carry along.
  void Disturb(size_t i) {
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
      const bool rebuilt = HasNoTarget(user) || kind == ObjectKind::kSequence || kind == ObjectKind::kTable ||
                           (kind == ObjectKind::kConstraint && !(IsForeignKey(*user.from) && other_base));
      if (!rebuilt) Again(use.by);
    }
  }

  // PostgreSQL makes indexes and statistics again by itself, but without the targets of their statistics.
  static bool HasNoTarget(const Pair& pair) {
    if (const auto* index = std::get_if<schema::Index>(&pair.from->body)) return index->statistics.empty();
    const auto* statistics = std::get_if<schema::Statistics>(&pair.from->body);
    return statistics != nullptr && statistics->target < 0;
  }

  void Dropped(size_t i) {
    const Pair& pair = pairs_[i];
    for (const size_t child : pairs_.children(i)) Again(child);
    for (const Use& use : pairs_.users(i)) User(use, i);
    const std::string& attached = AttachedTo(*pair.from);
    if (attached.empty() || pair.parent == kNone || pairs_[pair.parent].dropped()) return;
    if (pairs_.IsDetached(pair.parent)) return;
    // An attached index is only dropped together with the one that it is attached to.
    for (const schema::Dependency& needed : pair.from->dependencies) {
      const size_t on = pairs_.Find(needed.on);
      if (on == kNone || !pairs_[on].both() || pairs_[on].id().name == pair.id().name) continue;
      const bool index = needed.on.kind == ObjectKind::kIndex || needed.on.kind == ObjectKind::kConstraint;
      if (index && needed.on.parent != pair.id().parent && !IsForeignKey(*pairs_[on].from)) Again(on);
    }
  }

  // `use.by` needs what is dropped at `i`.
  void User(const Use& use, size_t i) {
    Pair& user = pairs_[use.by];
    if (!user.both()) return;
    const bool comes_back = pairs_[i].again;
    if (!AttachedTo(*user.from).empty() && pairs_.IsDetached(user.parent) && OnlyComesLoose(user)) return;
    if (use.through_default) {
      user.default_again = user.default_again || comes_back || SameDefault(user) || IsOverloaded(i);
      return;
    }
    // What is altered anyway does not need the lost object afterwards.
    if (!comes_back && user.body_differs && VerdictOf(*user.from, *user.to).in_place && !IsFixed(user) &&
        !IsOverloaded(i))
      return;
    switch (user.id().kind) {
      case ObjectKind::kColumn:
        UserColumn(use.by, i);
        break;
      case ObjectKind::kTable:
        if (pairs_[i].id().kind == ObjectKind::kTable) {
          user.reattach = true;
        } else {
          Again(use.by);
        }
        break;
      case ObjectKind::kSequence: {
        // It goes with the column that owns it; where another one owns it afterwards, it is taken away first.
        const auto& before = std::get<schema::Sequence>(user.from->body);
        if (comes_back && before.owned_by == std::get<schema::Sequence>(user.to->body).owned_by)
          Again(use.by);
        break;
      }
      default:
        Again(use.by);
    }
  }

  static bool IsFixed(const Pair& pair) {
    return pair.id().kind == ObjectKind::kConstraint || pair.id().kind == ObjectKind::kIndex;
  }

  static bool SameDefault(const Pair& pair) {
    const auto* from = std::get_if<schema::Column>(&pair.from->body);
    const auto* to = std::get_if<schema::Column>(&pair.to->body);
    return from != nullptr && to != nullptr && from->default_expression == to->default_expression;
  }

  void UserColumn(size_t column, size_t on) {
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
    pairs_[on].set_aside = true;
    if (user.moved || user.again) return;
    if (user.parent != kNone && pairs_[user.parent].again) return;
    user.moved = true;
    Disturb(column);
    user.moved = !user.again && (user.parent == kNone || !pairs_[user.parent].again);
  }

  Pairs& pairs_;
  std::vector<size_t> queue_;  // dropped, its users not looked at yet
};

}  // namespace

void Propagate(Pairs& pairs) { Propagation(pairs).Run(); }

}  // namespace ferry::diff::internal
