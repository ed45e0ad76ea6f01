// One function a kind of object: reads all of them with one query and adds them to `out`, in any order.
//
// They need the transaction that ReadSnapshot prepares (snapshot.cc): REPEATABLE READ, empty search_path, so
// that every name outside pg_catalog comes out qualified, and operators are pg_catalog's. PostgreSQL 13
// to 18. ReadColumns and ReadConstraints read those of tables and views; attributes of composite types and
// constraints of domains come with their types. Errors are those of Session::Query, and kInternal when a row
// is not what the query promises.
#ifndef FERRY_PG_CATALOG_READERS_H_
#define FERRY_PG_CATALOG_READERS_H_

#include "absl/status/status.h"
#include "pg/catalog/collector.h"
#include "pg/session/session.h"

namespace ferry::pg::catalog {

absl::Status ReadNamespaces(Session& session, Collector& out);
absl::Status ReadTables(Session& session, Collector& out);
absl::Status ReadColumns(Session& session, Collector& out);
absl::Status ReadConstraints(Session& session, Collector& out);
absl::Status ReadIndexes(Session& session, Collector& out);
absl::Status ReadSequences(Session& session, Collector& out);
absl::Status ReadViews(Session& session, Collector& out);
absl::Status ReadFunctions(Session& session, Collector& out);
absl::Status ReadTriggers(Session& session, Collector& out);
absl::Status ReadEnums(Session& session, Collector& out);
absl::Status ReadDomains(Session& session, Collector& out);
absl::Status ReadCompositeTypes(Session& session, Collector& out);
absl::Status ReadRangeTypes(Session& session, Collector& out);
absl::Status ReadBaseTypes(Session& session, Collector& out);
absl::Status ReadPolicies(Session& session, Collector& out);
absl::Status ReadRules(Session& session, Collector& out);

// What belongs to objects that the readers above have added, whichever kind.
absl::Status ReadComments(Session& session, Collector& out);
absl::Status ReadDependencies(Session& session, Collector& out);

}  // namespace ferry::pg::catalog

#endif  // FERRY_PG_CATALOG_READERS_H_
