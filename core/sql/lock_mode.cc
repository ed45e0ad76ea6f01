#include "core/sql/lock_mode.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace ferry::sql {
namespace {

struct Named {
  absl::string_view name, in_pg_locks;
};

// In the order of the enumerators.
constexpr std::array<Named, 9> kNames = {{{"no table lock", ""},
                                          {"ACCESS SHARE", "AccessShareLock"},
                                          {"ROW SHARE", "RowShareLock"},
                                          {"ROW EXCLUSIVE", "RowExclusiveLock"},
                                          {"SHARE UPDATE EXCLUSIVE", "ShareUpdateExclusiveLock"},
                                          {"SHARE", "ShareLock"},
                                          {"SHARE ROW EXCLUSIVE", "ShareRowExclusiveLock"},
                                          {"EXCLUSIVE", "ExclusiveLock"},
                                          {"ACCESS EXCLUSIVE", "AccessExclusiveLock"}}};

}  // namespace

absl::string_view LockName(LockMode mode) { return kNames[static_cast<size_t>(mode)].name; }

LockMode LockModeOf(absl::string_view pg_locks_mode) {
  for (size_t i = 1; i < kNames.size(); ++i) {
    if (kNames[i].in_pg_locks == pg_locks_mode) return static_cast<LockMode>(i);
  }
  return LockMode::kNone;
}

bool Conflict(LockMode a, LockMode b) {
  const auto [weaker, stronger] = std::minmax(a, b);
  switch (stronger) {
    case LockMode::kAccessExclusive:
      return weaker != LockMode::kNone;
    case LockMode::kExclusive:
      return weaker >= LockMode::kRowShare;
    case LockMode::kShareRowExclusive:
      return weaker >= LockMode::kRowExclusive;
    case LockMode::kShare:  // not with itself
      return weaker == LockMode::kRowExclusive || weaker == LockMode::kShareUpdateExclusive;
    case LockMode::kShareUpdateExclusive:
      return weaker == LockMode::kShareUpdateExclusive;
    default:
      return false;
  }
}

}  // namespace ferry::sql
