// A digest of the system catalogs: equal before and after means that no schema change was committed in
// between.
#ifndef FERRY_PG_CATALOG_DIGEST_H_
#define FERRY_PG_CATALOG_DIGEST_H_

#include <string>

#include "absl/status/statusor.h"
#include "pg/session/session.h"

namespace ferry::pg::catalog {

// Covers the row versions (xmin, ctid) of every catalog that a snapshot is read from, temporary relations
// left out, so that temporary tables do not disturb; of pg_class only the columns that a schema consists of,
// so that TRUNCATE, ANALYZE and REFRESH MATERIALIZED VIEW do not either. What is kept for the whole cluster
// (roles, tablespaces) is not covered. It means something for the same database only, and only until it is
// dumped and restored. Much cheaper than a snapshot: nothing is deparsed, one row comes back. Errors: those
// of Session::Query.
absl::StatusOr<std::string> ReadDigest(Session& session);

}  // namespace ferry::pg::catalog

#endif  // FERRY_PG_CATALOG_DIGEST_H_
