#include "core/diff/propagate.h"

#include <algorithm>

#include "core/diff/constraint_kind.h"
#include "core/diff/verdict.h"

namespace ferry::diff::internal {
namespace {

using schema::Object;
using schema::ObjectKind;

bool IsComputed(const Object& object) {
  const auto* column = std::get_if<schema::Column>(&object.body);
  return column != nullptr && (!column->generated.empty() || !column->identity.empty());
}

bool IsStricter(const Pair& pair) {
  const auto* from = std::get_if<schema::Domain>(&pair.from->body);
  const auto* to = std::get_if<schema::Domain>(&pair.to->body);
  return from != nullptr && to != nullptr && to->not_null && !from->not_null;
}

bool IsFixed(const Pair& pair) {
  return pair.id().kind == ObjectKind::kConstraint || pair.id().kind == ObjectKind::kIndex;
}

bool HasOtherOptions(const Pair& pair) {
  const auto* from = std::get_if<schema::Constraint>(&pair.from->body);
  const auto* to = std::get_if<schema::Constraint>(&pair.to->body);
  return from != nullptr && to != nullptr && from->index_options != to->index_options;
}

bool SameDefault(const Pair& pair) {
  const auto* from = std::get_if<schema::Column>(&pair.from->body);
  const auto* to = std::get_if<schema::Column>(&pair.to->body);
  return from != nullptr && to != nullptr && from->default_expression == to->default_expression;
}

}  // namespace

void Propagation::Run() {
  for (size_t i = 0; i < pairs_.size(); ++i) {
    const Pair& pair = pairs_[i];
    if (pair.from == nullptr || pair.body_differs) OfDomain(i);
    if (pair.from == nullptr) {
      if (IsComputed(*pair.to)) RenewRowTypes(pair.parent);
    } else if (pair.to == nullptr) {
      queue_.push_back(i);
    } else if (pair.body_differs) {
      Judge(i);
    }
  }
  Drain();
  while (JudgeHeirs()) Drain();
  while (SetAsideBelow()) {
  }
}

// A type that lies aside is made of the old types until it goes: those lie aside as long.
bool Propagation::SetAsideBelow() {
  bool more = false;
  for (size_t i = 0; i < pairs_.size(); ++i) {
    if (!pairs_[i].set_aside) continue;
    for (const schema::Dependency& needed : pairs_[i].from->dependencies) {
      const size_t on = pairs_.Find(needed.on);
      if (on == kNone || !IsType(needed.on.kind) || !pairs_[on].again || pairs_[on].set_aside) continue;
      pairs_[on].set_aside = more = true;
    }
  }
  return more;
}

void Propagation::Judge(size_t i) {
  const Pair& pair = pairs_[i];
  const Verdict verdict = VerdictOf(*pair.from, *pair.to);
  if (IsStoredAttribute(pair)) {
    Again(pair.parent);
  } else if (pair.id().kind == ObjectKind::kTable && BecomesTyped(pair)) {
    Again(i);
  } else if (IsStricter(pair) && IsInContainer(i)) {
    Again(i);
  } else if (HasOtherOptions(pair) && IsOfPartitioned(pair)) {
    Again(i);
  } else if (!verdict.in_place && !OnlyComesLoose(pair)) {
    Again(i);
  } else if (verdict.disturbs_dependents) {
    Disturb(i);
  }
}

void Propagation::Drain() {
  while (!queue_.empty()) {
    const size_t i = queue_.back();
    queue_.pop_back();
    Dropped(i);
  }
}

bool Propagation::JudgeHeirs() {
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

void Propagation::Again(size_t i) {
  Pair& pair = pairs_[i];
  if (!pair.both() || pair.again) return;
  pair.again = true;
  queue_.push_back(i);
}

bool Propagation::IsOfPartitioned(const Pair& pair) const {
  const Object* table = pair.parent == kNone ? nullptr : pairs_[pair.parent].from;
  const auto* body = table == nullptr ? nullptr : std::get_if<schema::Table>(&table->body);
  return body != nullptr && body->kind == "partitioned table";
}

bool Propagation::IsOverloaded(size_t function) const {
  const Pair& pair = pairs_[function];
  if (pair.id().kind != ObjectKind::kFunction || pair.to != nullptr) return false;
  const std::vector<size_t> same = pairs_.NamedLike(function);
  return std::any_of(same.begin(), same.end(), [&](size_t other) { return pairs_[other].from == nullptr; });
}

bool Propagation::OnlyComesLoose(const Pair& pair) const {
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

bool Propagation::IsAbove(size_t index, const Pair& attached) const {
  const Pair& pair = pairs_[index];
  return HasIndex(*pair.from) && !AttachedTo(*attached.from).empty() && pair.parent != attached.parent;
}

void Propagation::Dropped(size_t i) {
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

void Propagation::User(const Use& use, size_t i) {
  Pair& user = pairs_[use.by];
  if (!user.both()) return;
  const bool comes_back = pairs_[i].again;
  if (IsAbove(i, user) && pairs_.IsDetached(user.parent) && OnlyComesLoose(user)) return;
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
      if (comes_back && before.owned_by == std::get<schema::Sequence>(user.to->body).owned_by) Again(use.by);
      break;
    }
    default:
      Again(use.by);
  }
}

void Propagate(Pairs& pairs) { Propagation(pairs).Run(); }

}  // namespace ferry::diff::internal
