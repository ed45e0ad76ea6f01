// What statements lock while they are being read: shared by the files that know the commands. Inside core/sql
// only.
#ifndef FERRY_CORE_SQL_LOCK_LIST_H_
#define FERRY_CORE_SQL_LOCK_LIST_H_

#include <algorithm>
#include <utility>
#include <vector>

#include "core/sql/locks.h"
#include "core/sql/tree.h"

namespace ferry::sql {

class LockList {
 public:
  // The entry of `name`, made when there is none; at least `mode`.
  RelationLock& Add(const TableName& name, LockMode mode) {
    auto found = std::find_if(locks_.begin(), locks_.end(),
                              [&name](const RelationLock& lock) { return lock.relation == name; });
    if (found == locks_.end()) {
      locks_.emplace_back();
      found = locks_.end() - 1;
      found->relation = name;
    }
    found->mode = std::max(found->mode, mode);
    return *found;
  }
  RelationLock& Add(const PgQuery__RangeVar& table, LockMode mode) {
    RelationLock& lock = Add({table.schemaname, table.relname}, mode);
    lock.children |= table.inh != 0;
    return lock;
  }
  void Add(const PgQuery__RangeVar* table, LockMode mode) {
    if (table != nullptr) Add(*table, mode);
  }
  // Of something that is new: whatever else is said about it, there is nothing to wait for.
  void New(const PgQuery__RangeVar* table) {
    if (table != nullptr) new_.push_back({table->schemaname, table->relname});
  }

  std::vector<RelationLock> Take() {
    const auto is_new = [this](const RelationLock& lock) {
      return std::find(new_.begin(), new_.end(), lock.relation) != new_.end() || lock.mode == LockMode::kNone;
    };
    locks_.erase(std::remove_if(locks_.begin(), locks_.end(), is_new), locks_.end());
    return std::move(locks_);
  }

 private:
  std::vector<RelationLock> locks_;
  std::vector<TableName> new_;
};

// The tables that foreign keys anywhere below `root` refer to.
void AddReferenced(const ProtobufCMessage& root, LockList& to);

// ALTER TABLE with all its commands, after AlterTableGetLockLevel.
void AddAlterTable(const PgQuery__AlterTableStmt& alter, LockList& to);

}  // namespace ferry::sql

#endif  // FERRY_CORE_SQL_LOCK_LIST_H_
