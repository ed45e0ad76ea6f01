// One function a kind of object: reads all of them with one query and appends them to `out`, in any order.
//
// They need the transaction that ReadSnapshot prepares (snapshot.cc): REPEATABLE READ, empty search_path, so
// that every name outside pg_catalog comes out qualified, and operators are pg_catalog's. PostgreSQL 13
// to 18. Errors are those of Session::Query, and kInternal when a row is not what the query promises.
#ifndef FERRY_PG_CATALOG_READERS_H_
#define FERRY_PG_CATALOG_READERS_H_

#include <vector>

#include "absl/status/status.h"
#include "core/schema/object.h"
#include "pg/session/session.h"

namespace ferry::pg::catalog {

using Objects = std::vector<schema::Object>;

absl::Status ReadNamespaces(Session& session, Objects& out);
absl::Status ReadTables(Session& session, Objects& out);
absl::Status ReadColumns(Session& session, Objects& out);
absl::Status ReadConstraints(Session& session, Objects& out);
absl::Status ReadIndexes(Session& session, Objects& out);
absl::Status ReadSequences(Session& session, Objects& out);
absl::Status ReadViews(Session& session, Objects& out);
absl::Status ReadFunctions(Session& session, Objects& out);
absl::Status ReadTriggers(Session& session, Objects& out);
absl::Status ReadEnums(Session& session, Objects& out);

}  // namespace ferry::pg::catalog

#endif  // FERRY_PG_CATALOG_READERS_H_
