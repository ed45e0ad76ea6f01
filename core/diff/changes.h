// What has to happen to turn one schema into another, in an order in which PostgreSQL takes it. Knows which
// object is created, altered or dropped and what depends on what; not a word of SQL. Pure; any thread.
#ifndef FERRY_CORE_DIFF_CHANGES_H_
#define FERRY_CORE_DIFF_CHANGES_H_

#include <deque>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "core/diff/diff.h"
#include "core/schema/snapshot.h"

namespace ferry::diff {

enum class Operation { kCreate, kAlter, kDrop };

// Which part of an object a change is about. The parts beside kObject exist because PostgreSQL lets them come
// later or go earlier than the object, and what they depend on forces that.
enum class Facet {
  kObject,     // all that is not one of the others; of a created or dropped table its columns too
  kDefault,    // the default of a column: kDrop before and kCreate after what it uses
  kOwnedBy,    // the column that owns a sequence: kDrop: it no longer does; kAlter: this one does
  kPartition,  // kDrop: detached from the table it was a partition of; kCreate: attached
  kShell,      // kCreate: a type that is only declared, for the functions that it is made of
  kAccess,     // kAlter: owner, grants and comment, of a table after its indexes, of a column after its table
  kSetAside,   // kAlter: a type that columns use gets another name until they have been moved to the new one
};

struct Change {
  Operation operation = Operation::kAlter;
  Facet facet = Facet::kObject;
  const schema::Object* from = nullptr;  // null for kCreate of what was not there before
  const schema::Object* to = nullptr;    // null for kDrop of what is gone afterwards
  bool again = false;  // of a pair kDrop and kCreate of the same object, which cannot be altered in place
  bool moved = false;  // kAlter of a column whose type was set aside: the new type has the same name

  const schema::ObjectId& id() const { return from != nullptr ? from->id : to->id; }
};

struct ChangeList {
  std::vector<Change> changes;               // in order
  std::set<schema::ObjectId> created;        // also those that are created again
  std::set<schema::ObjectId> dropped;        // also those that are created again
  std::set<schema::ObjectId> set_aside;      // types that lie aside under AsideName
  std::set<schema::ObjectId> default_apart;  // columns whose default is a change of its own
  std::set<schema::ObjectId> access_apart;   // what has a change kAccess; new columns have a new table's
  std::set<schema::ObjectId> attached;       // tables that become a partition or child on the way
  std::shared_ptr<const std::deque<schema::Object>> inherited;  // some changes point in here
  std::vector<schema::ObjectId> circular;  // objects that need each other, where the order is a guess
};

// The changes from `from` to `to`, which must outlive the result. What PostgreSQL does by itself is not
// listed: a dropped table takes its columns, constraints, indexes, triggers, policies, rules and owned
// sequences with it, and a column of a parent table is added to and dropped from its children. Comments,
// owners and grants are compared as `options` says.
ChangeList PlanChanges(const schema::Snapshot& from, const schema::Snapshot& to,
                       const CompareOptions& options = {});

// The name under which a type lies aside: its own, shortened where needed, with a suffix; no type has it
// already.
std::string AsideName(const schema::ObjectId& id);

}  // namespace ferry::diff

#endif  // FERRY_CORE_DIFF_CHANGES_H_
