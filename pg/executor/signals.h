// How far a backend is, as somebody else sees it. Inside the executor and its watchdog.
#ifndef FERRY_PG_EXECUTOR_SIGNALS_H_
#define FERRY_PG_EXECUTOR_SIGNALS_H_

#include <optional>

#include "absl/status/statusor.h"
#include "core/progress/phases.h"
#include "pg/session/session.h"

namespace ferry::executor {

// What the pg_stat_progress_* views say of the backend `pid`; nothing for a statement that has none.
// `session`: another one, outside a transaction or in one. Of a backend of another role a login without
// pg_read_all_stats sees no phase: then nothing too. Errors: those of the connection.
absl::StatusOr<std::optional<progress::Reading>> ReadProgress(pg::Session& session, int pid);

// Bytes that the backend `pid` has read and written so far, from /proc of this host; nothing elsewhere, or
// where the agent may not look. A statement that PostgreSQL is silent about is alive while this grows.
std::optional<int64_t> BackendBytes(pg::Session& session, int pid);

}  // namespace ferry::executor

#endif  // FERRY_PG_EXECUTOR_SIGNALS_H_
