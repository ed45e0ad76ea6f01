// Which locks on tables a statement takes, as far as its text tells. Pure; any thread.
#ifndef FERRY_CORE_SQL_LOCKS_H_
#define FERRY_CORE_SQL_LOCKS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "core/sql/lock_mode.h"
#include "core/sql/statement.h"

namespace ferry::sql {

// A relation that was there before. What follows from the catalog alone is described here, for whoever asks
// it.
struct RelationLock {
  TableName relation;  // a table, view, sequence, …; an index when the statement names only that
  LockMode mode = LockMode::kNone;
  LockMode of_table = LockMode::kNone;    // when `relation` is an index: the mode of its table
  LockMode of_indexes = LockMode::kNone;  // the mode of its indexes
  bool children = false;                  // partitions and children by inheritance are locked alike
  bool parent = false;                    // the table that it is a partition of is locked ACCESS EXCLUSIVE
  bool default_partition = false;         // its default partition is locked ACCESS EXCLUSIVE
  // The table that this foreign key of the relation refers to is locked ACCESS EXCLUSIVE; "*": of each.
  std::string foreign_key;

  friend bool operator==(const RelationLock&, const RelationLock&) = default;
};

// Each relation once, with the strongest mode, in the order named. Nothing for what a text cannot tell: DO,
// CALL, what triggers and functions do, what CASCADE reaches; nor for a text that the parser refuses, or
// several statements.
std::vector<RelationLock> LocksOf(absl::string_view statement);

}  // namespace ferry::sql

#endif  // FERRY_CORE_SQL_LOCKS_H_
