// Two snapshots side by side: every object of either, what it belongs to, and what uses it. Internal to
// core/diff. Values that point into the snapshots.
#ifndef FERRY_CORE_DIFF_PAIRS_H_
#define FERRY_CORE_DIFF_PAIRS_H_

#include <deque>
#include <memory>
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

  // A CHECK that a table has from a parent and that is not its own; it is when the two part.
  bool from_inherited = false, to_inherited = false;

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
  // After Propagate(): forgets the inherited CHECKs of tables that neither leave a parent nor come to one.
  void Settle();
  // The inherited CHECKs that pairs point to.
  std::shared_ptr<const std::deque<schema::Object>> inherited() const { return inherited_; }

  size_t size() const { return pairs_.size(); }
  Pair& operator[](size_t i) { return pairs_[i]; }
  const Pair& operator[](size_t i) const { return pairs_[i]; }

  size_t Find(const schema::ObjectId& id) const;  // kNone: in neither snapshot
  // Objects of `from` that depend on pair `i`; and the pairs that belong to it.
  const std::vector<Use>& users(size_t i) const { return users_[i]; }
  const std::vector<size_t>& children(size_t i) const { return children_[i]; }
  // The functions of a schema that have the name, whatever their arguments.
  std::vector<size_t> FunctionsNamed(const std::string& schema, const std::string& name) const;
  // Those that have its schema and name, itself among them.
  std::vector<size_t> NamedLike(size_t function) const;
  // Whether a table is a partition that leaves its table: its indexes stay then, and are attached to nothing.
  bool IsDetached(size_t table) const;
  // Whether a table that stays is detached from that parent on the way, for good or for a while.
  bool Leaves(size_t table, size_t parent) const;
  // Tables that `table` inherits from or is a partition of, or the type that it is OF.
  std::vector<size_t> ParentsOf(const schema::Object& table) const;

 private:
  void Merge(const schema::Snapshot& from, const schema::Snapshot& to);
  void Link();
  void AddInheritedChecks(const schema::Snapshot& side, const schema::Snapshot& other, bool is_from);

  std::vector<Pair> pairs_;  // ascending by id
  std::shared_ptr<std::deque<schema::Object>> inherited_ = std::make_shared<std::deque<schema::Object>>();
  std::vector<std::vector<Use>> users_;
  std::vector<std::vector<size_t>> children_;
};

bool IsType(schema::ObjectKind kind);  // what a column can be of, a collation included
bool IsPartition(const schema::Object* table);
// Null for null, and for what is no column.
const schema::Column* ColumnOf(const schema::Object* object);
// The index (or constraint) of a partitioned table that an index or constraint is attached to; empty: none.
const std::string& AttachedTo(const schema::Object& object);

// Whether the partition key of a table speaks of a column (or of a function of that name).
bool IsInPartitionKey(const schema::Object& table, const std::string& column);

// What a table that inherits must do so that its columns and CHECKs are its own, or its parents' alone, as in
// `to`.
enum class Kinship {
  kFine,
  kApart,  // leave its parents and come back: all that it had from them is its own too then
  kAgain,  // be created again: what is its own already never becomes its parents' alone
};
Kinship KinshipOf(const Pairs& pairs, size_t table);

// Marks what has to be created again because something it needs is dropped or altered, until nothing is left.
void Propagate(Pairs& pairs);

}  // namespace ferry::diff::internal

#endif  // FERRY_CORE_DIFF_PAIRS_H_
