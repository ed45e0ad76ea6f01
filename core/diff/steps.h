// The steps that two snapshots side by side need, and which comes before which. Internal to core/diff.
#ifndef FERRY_CORE_DIFF_STEPS_H_
#define FERRY_CORE_DIFF_STEPS_H_

#include <vector>

#include "core/diff/changes.h"
#include "core/diff/order.h"
#include "core/diff/pairs.h"

namespace ferry::diff::internal {

// The steps of one pair; kNone: it has none. `drop` and `create` may be a step of another pair, of which this
// one is a part: a column of a new table, a constraint of a dropped one.
struct PairSteps {
  size_t drop = kNone, create = kNone, alter = kNone, set_aside = kNone;
  size_t shell = kNone, default_drop = kNone, default_set = kNone, released = kNone, owned_by = kNone,
         detach = kNone, attach = kNone, access = kNone;

  size_t becomes() const { return create != kNone ? create : alter; }  // when it is as in `to`
};

// Steps that may come in any order come by ascending rank. steps_rank.cc
int64_t RankOf(const Pair& pair, Operation operation, Facet facet);

class Steps {
 public:
  // Propagate() has run over `pairs`.
  explicit Steps(Pairs& pairs);

  const std::vector<Change>& changes() const { return changes_; }  // by step
  const StepGraph& graph() const { return graph_; }

 private:
  size_t Add(size_t pair, Operation operation, Facet facet);
  void AddDrop(size_t i);
  void AddCreate(size_t i);
  void AddAlter(size_t i);
  bool ComesBack(size_t i) const;
  void AddDefault(size_t i);
  void AddPartition(size_t i);
  void AddAccess(size_t i);
  bool CallsAsOwner(size_t index) const;
  bool WaitsForOwner(size_t column) const;
  size_t DropOf(size_t i);
  size_t BecameOf(size_t i) const;
  size_t CreateOf(size_t i);
  bool DefaultCanBeInline(size_t column) const;
  bool CallsWhatGoes(size_t i) const;
  bool GoesWithParent(size_t i) const;
  // The type that function `i` is a part of, such as its input function, in `to` or in `from`; kNone: none.
  size_t PartOfType(size_t i, bool in_to) const;
  size_t InheritedFrom(size_t column) const;

  void Order(size_t first, size_t second);
  size_t AsideWith(size_t i) const;
  void OrderByNeeds(size_t i);     // what `to` needs comes before
  void OrderByOldNeeds(size_t i);  // what `from` needs goes after
  void OrderBeforeHeirs(size_t step, size_t column);
  void OrderRows(size_t column, size_t type);
  void OrderBeforeInherited(size_t column, size_t table);
  void OrderParts(size_t i);
  void OrderPartition(size_t i);
  void OrderBeforeChecks(size_t detach, size_t table);
  size_t IndexAbove(size_t i) const;  // the one that it is attached to
  void OrderAttachedIndex(size_t i);
  void OrderNewChild(size_t i);
  void OrderBounds(size_t i);
  void OrderOldChild(size_t i);
  void OrderOverloads(size_t i);
  void OrderDomainCheck(size_t i);
  void OrderConstructors(size_t i);
  void OrderAccess(size_t i);
  void OrderForeignKey(size_t i);
  void OrderPersistence(size_t i);
  void OrderNames();

  Pairs& pairs_;
  StepGraph graph_;
  std::vector<Change> changes_;
  std::vector<PairSteps> steps_;
  std::vector<char> drop_known_, create_known_;
};

}  // namespace ferry::diff::internal

#endif  // FERRY_CORE_DIFF_STEPS_H_
