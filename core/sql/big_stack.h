// Runs a function on a thread whose stack is large enough for PostgreSQL's recursive parser: a chain of 50
// 000 operators overflows the usual 8 MiB. Any thread.
#ifndef FERRY_CORE_SQL_BIG_STACK_H_
#define FERRY_CORE_SQL_BIG_STACK_H_

#include <cstddef>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"

namespace ferry::sql {

inline constexpr size_t kBigStackBytes = size_t{512} << 20;  // virtual; only what is touched becomes memory

// Calls `work` once on such a thread and waits for it. kInternal, without having called it, when the system
// grants no thread. `work` must not throw. Called from inside `work`, runs in place.
absl::Status RunOnBigStack(absl::FunctionRef<void()> work);

}  // namespace ferry::sql

#endif  // FERRY_CORE_SQL_BIG_STACK_H_
