// Two snapshots side by side: every object of either, what it belongs to, and what uses it. Internal to
// core/diff. Values that point into the snapshots.
#ifndef FERRY_CORE_DIFF_PAIRS_H_
#define FERRY_CORE_DIFF_PAIRS_H_

#include <vector>

#include "core/diff/diff.h"
#include "core/schema/snapshot.h"

namespace ferry::diff::internal {

constexpr size_t kNone = static_cast<size_t>(-1);

struct Pair {
  const schema::Object* from = nullptr;
  const schema::Object* to = nullptr;
  size_t parent = kNone;  // the pair of the table, view, domain or type that it belongs to
  bool body_differs = false;
  bool traits_differ = false;

  // Decided by Propagate().
  bool again = false;          // dropped and created again, though both sides have it
  bool default_again = false;  // the same for a column's default
  bool set_aside = false;      // a type that gets another name until its columns have been moved
  bool moved = false;          // a column of such a type
  bool reattach = false;       // a partition or child that leaves its parents and comes back

  const schema::ObjectId& id() const { return from != nullptr ? from->id : to->id; }
  bool both() const { return from != nullptr && to != nullptr; }
  bool dropped() const { return from != nullptr && (to == nullptr || again); }
  bool created() const { return to != nullptr && (from == nullptr || again); }
};

struct Use {
  size_t by;
  bool through_default;
};

class Pairs {
 public:
  Pairs(const schema::Snapshot& from, const schema::Snapshot& to, const CompareOptions& options);

  size_t size() const { return pairs_.size(); }
  Pair& operator[](size_t i) { return pairs_[i]; }
  const Pair& operator[](size_t i) const { return pairs_[i]; }

  size_t Find(const schema::ObjectId& id) const;  // kNone: in neither snapshot
  // Objects of `from` that depend on pair `i`; and the pairs that belong to it.
  const std::vector<Use>& users(size_t i) const { return users_[i]; }
  const std::vector<size_t>& children(size_t i) const { return children_[i]; }
  // Whether a table is a partition that leaves its table: its indexes stay then, and are attached to nothing.
  bool IsDetached(size_t table) const;
  // Tables that `table` inherits from or is a partition of, or the type that it is OF.
  std::vector<size_t> ParentsOf(const schema::Object& table) const;

 private:
  void Merge(const schema::Snapshot& from, const schema::Snapshot& to);
  void Link();

  std::vector<Pair> pairs_;  // ascending by id
  std::vector<std::vector<Use>> users_;
  std::vector<std::vector<size_t>> children_;
};

bool IsType(schema::ObjectKind kind);  // what a column can be of, a collation included
bool IsPartition(const schema::Object* table);
// The index (or constraint) of a partitioned table that an index or constraint is attached to; empty: none.
const std::string& AttachedTo(const schema::Object& object);

// Marks what has to be created again because something it needs is dropped or altered, until nothing is left.
void Propagate(Pairs& pairs);

}  // namespace ferry::diff::internal

#endif  // FERRY_CORE_DIFF_PAIRS_H_
