// Reads the schema of a database as a canonical snapshot (core/schema).
//
// Covered: every namespace but PostgreSQL's own, temporary ones and our own (`ferry`, `ferry_watch`); what
// extensions own is left out. Nothing is written. The reading takes one REPEATABLE READ READ ONLY transaction
// and a fixed number of queries, and ends with that transaction closed. PostgreSQL 13 to 18, whatever the
// database's or role's settings.
//
// Deparsing a view takes ACCESS SHARE locks on what it names, held to the end of the reading: a concurrent
// ALTER TABLE waits that long, and the reading waits for it up to the session's lock_timeout.
#ifndef FERRY_PG_CATALOG_SNAPSHOT_H_
#define FERRY_PG_CATALOG_SNAPSHOT_H_

#include <cstdint>
#include <optional>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "core/base/clock.h"
#include "core/schema/filter.h"
#include "core/schema/snapshot.h"
#include "pg/session/session.h"

namespace ferry::pg {

struct ReadOptions {
  // Also roles, ALTER ROLE and DATABASE … SET, and tablespaces. The same when the filter names such a kind.
  bool cluster_objects = false;
  // Nothing else is asked for where that is a query of its own, nor kept: the snapshot holds what the filter
  // covers, what that belongs to (the table of an index), and the schemas that it names. Its roots are those
  // of another filter's snapshot only by chance.
  schema::Filter filter = {};
};

// The snapshot is exactly the schema at one moment during the call. PostgreSQL's pg_get_…def functions read
// newer catalogs than the transaction's snapshot; therefore a digest over the catalogs, taken with the
// snapshot and after the reading, must agree, or all is read again, 5 times at most. `session` must not be in
// a transaction (kInternal). Other errors: those of Session::Query and Begin; kCatalogChanging when the
// schema changed during each of the 5 readings.
absl::StatusOr<schema::Snapshot> ReadSnapshot(Session& session, const Clock& clock = SystemClock());
absl::StatusOr<schema::Snapshot> ReadSnapshot(Session& session, const ReadOptions& options,
                                              const Clock& clock = SystemClock());

// The same in the caller's transaction, which must be REPEATABLE READ and stays open, now with the settings
// that a reading needs (search_path is empty, dates are ISO, …). `other`: a session on the same database,
// outside a transaction. kCatalogChanging when the schema changed meanwhile: begin a new transaction and try
// again.
absl::StatusOr<schema::Snapshot> ReadSnapshotInTransaction(Session& session, Session& other,
                                                           const Clock& clock = SystemClock());

namespace catalog {
// For tests: ReadSnapshot, with `between` called in every reading after the snapshot is fixed, before objects
// are read.
absl::StatusOr<schema::Snapshot> ReadSnapshotDisturbed(Session& session, const Clock& clock,
                                                       absl::FunctionRef<void()> between);
}  // namespace catalog

}  // namespace ferry::pg

#endif  // FERRY_PG_CATALOG_SNAPSHOT_H_
