// What a reading asks of the catalogs. Private to this folder.
#ifndef FERRY_PG_CATALOG_READING_H_
#define FERRY_PG_CATALOG_READING_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "pg/catalog/collector.h"
#include "pg/catalog/snapshot.h"
#include "pg/session/session.h"

namespace ferry::pg::catalog {

// What a reading needs to know of its session before it asks.
struct Prepared {
  bool sees_connections = false;  // the login may read the connections of subscriptions
  int64_t attribute_bytes = 0;    // of pg_attribute: how large the schema is
  std::vector<bool> present;      // of each reader, whether there may be any of its objects
};
// Sets what a reading needs, until the transaction ends, and looks. Errors: those of Session::Query.
absl::StatusOr<Prepared> Prepare(Session& session);

// Asks for everything in one message, and takes what comes. `session` is in a transaction after Prepare().
// Errors: those of Session::StartCopy and ForEachRow.
absl::Status Read(Session& session, const ReadOptions& options, const Prepared& prepared, Collector& out);

}  // namespace ferry::pg::catalog

#endif  // FERRY_PG_CATALOG_READING_H_
