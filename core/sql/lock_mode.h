// PostgreSQL's table-level lock modes (manual, 13.3.1). Pure; any thread.
#ifndef FERRY_CORE_SQL_LOCK_MODE_H_
#define FERRY_CORE_SQL_LOCK_MODE_H_

#include "absl/strings/string_view.h"

namespace ferry::sql {

// Weakest first.
enum class LockMode {
  kNone,
  kAccessShare,
  kRowShare,
  kRowExclusive,
  kShareUpdateExclusive,
  kShare,
  kShareRowExclusive,
  kExclusive,
  kAccessExclusive,
};

// "ACCESS EXCLUSIVE"; kNone: "no table lock".
absl::string_view LockName(LockMode mode);

// As pg_locks calls it, "AccessExclusiveLock". kNone for anything else.
LockMode LockModeOf(absl::string_view pg_locks_mode);

// Whether one waits for the other when two transactions want them on one table; the same both ways.
bool Conflict(LockMode a, LockMode b);

}  // namespace ferry::sql

#endif  // FERRY_CORE_SQL_LOCK_MODE_H_
