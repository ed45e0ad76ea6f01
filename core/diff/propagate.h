// What has to be created again because something it needs is dropped or altered. Internal to core/diff.
#ifndef FERRY_CORE_DIFF_PROPAGATE_H_
#define FERRY_CORE_DIFF_PROPAGATE_H_

#include <vector>

#include "core/diff/pairs.h"

namespace ferry::diff::internal {

// One run over `pairs`, which it marks until nothing is left to mark.
class Propagation {
 public:
  explicit Propagation(Pairs& pairs) : pairs_(pairs) {}

  void Run();

 private:
  // propagate.cc: what differs, what is dropped, and what uses that
  void Judge(size_t i);
  void Drain();
  // Whether some table has to be taken from its parents, or made again, that was not before.
  bool JudgeHeirs();
  // Whether there is another type now that lies aside.
  bool SetAsideBelow();
  void Again(size_t i);
  void Dropped(size_t i);
  void User(const Use& use, size_t i);  // `use.by` needs what is dropped at `i`
  // An index of a partitioned table, say: PostgreSQL changes no storage parameters of one.
  bool IsOfPartitioned(const Pair& pair) const;
  // Whether a function of the same name comes: what calls either must not meet both.
  bool IsOverloaded(size_t function) const;
  bool OnlyComesLoose(const Pair& pair) const;
  // Whether it is an index of another table that `attached` is attached to.
  bool IsAbove(size_t index, const Pair& attached) const;

  // propagate_column.cc: columns whose type changes or goes
  bool RenewPartitioned(size_t column);
  void RenewBelow(size_t table, const std::string& column);
  void RenewRowTypes(size_t table);
  void RenewColumnsOf(size_t type);
  bool BecomesTyped(const Pair& pair) const;
  bool IsStoredAttribute(const Pair& pair) const;
  bool IsStored(size_t type) const;
  bool ComesBackWhole(const Pair& pair) const;
  void Disturb(size_t i);
  void UserColumn(size_t column, size_t on);

  // propagate_domain.cc
  void OfDomain(size_t i);
  bool IsInContainer(size_t type) const;
  bool IsInsideOf(const Pair& column, size_t type) const;

  Pairs& pairs_;
  std::vector<size_t> queue_;  // dropped, its users not looked at yet
};

}  // namespace ferry::diff::internal

#endif  // FERRY_CORE_DIFF_PROPAGATE_H_
