// Session-level advisory locks, tried and never waited for: a session that waits inside the server holds a
// snapshot, and CREATE INDEX CONCURRENTLY elsewhere waits for it (a deadlock of Flyway, golang-migrate and
// others).
#ifndef FERRY_PG_SESSION_ADVISORY_LOCK_H_
#define FERRY_PG_SESSION_ADVISORY_LOCK_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "pg/session/session.h"

namespace ferry::pg {

// True: `session` holds the lock until it ends (a session that had it already has it once more). False:
// another session of this database has it. Errors are those of Session::Query. Poll with a pause, outside a
// transaction.
absl::StatusOr<bool> TryAdvisoryLock(Session& session, int64_t key);

// The key that stands for `name`: the first 8 bytes of its SHA-256, big endian.
int64_t AdvisoryLockKey(absl::string_view name);

}  // namespace ferry::pg

#endif  // FERRY_PG_SESSION_ADVISORY_LOCK_H_
