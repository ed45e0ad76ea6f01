// A digest of the system catalogs: equal before and after means that no schema change was committed in
// between. It is what asks "has anything changed" before a snapshot is read, also every few seconds.
#ifndef FERRY_PG_CATALOG_DIGEST_H_
#define FERRY_PG_CATALOG_DIGEST_H_

#include <string>

#include "absl/status/statusor.h"
#include "pg/session/session.h"

namespace ferry::pg::catalog {

// Moves with every change of an object that a snapshot holds. Not with rows, ANALYZE, VACUUM, TRUNCATE,
// REINDEX, REFRESH MATERIALIZED VIEW, nextval(), nor with what sessions keep in temporary schemas. May move
// without a change: VACUUM FULL of a table, an internal object that PostgreSQL makes anew. Not covered:
// - what is kept for the whole cluster (roles and their names, tablespaces);
// - the options of a user mapping and the connection of a subscription, which not every login may see:
//   every login gets the same digest.
// It means something for the same database only, and only until that is dumped and restored.
//
// Cost: one round trip, one row; nothing is deparsed, no lock but ACCESS SHARE on catalogs. The server reads
// the catalogs once: some 22 ms of CPU at 1,000 tables of ten columns, linear in columns. Needs no privilege.
// Inside a transaction it sees that transaction's snapshot. Errors: those of Session::Query.
absl::StatusOr<std::string> ReadDigest(Session& session);

}  // namespace ferry::pg::catalog

#endif  // FERRY_PG_CATALOG_DIGEST_H_
