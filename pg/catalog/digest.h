// A digest of the system catalogs: equal before and after means that no schema change was committed in
// between.
#ifndef FERRY_PG_CATALOG_DIGEST_H_
#define FERRY_PG_CATALOG_DIGEST_H_

#include <string>

#include "absl/status/statusor.h"
#include "pg/session/session.h"

namespace ferry::pg::catalog {

// Covers the row versions (oid, xmin, ctid) of every catalog from which PostgreSQL's deparsing functions
// read, system and temporary relations left out, so that temporary tables do not disturb; of pg_class only
// the columns that a schema consists of, so that TRUNCATE, ANALYZE and REFRESH MATERIALIZED VIEW do not
// either. It means something for the same database only, and only until it is dumped and restored. Errors:
// those of Session::Query.
absl::StatusOr<std::string> ReadDigest(Session& session);

}  // namespace ferry::pg::catalog

#endif  // FERRY_PG_CATALOG_DIGEST_H_
