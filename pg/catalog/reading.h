// What a reading asks, and how two sessions share it.
#ifndef FERRY_PG_CATALOG_SHARE_H_
#define FERRY_PG_CATALOG_SHARE_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "pg/catalog/collector.h"
#include "pg/catalog/query.h"
#include "pg/catalog/snapshot.h"
#include "pg/session/session.h"

namespace ferry::pg::catalog {

enum class Share {
  kAll,
  kFirst,   // what kSecond is not
  kSecond,  // constraints, indexes, triggers, comments and dependencies: about half of the server's work
};

// What a reading needs to know of its session before it asks.
struct Prepared {
  bool sees_connections = false;  // the login may read the connections of subscriptions
  int64_t attribute_bytes = 0;    // of pg_attribute: how large the schema is
};
// Sets what a reading needs, until the transaction ends. Errors: those of Session::Query.
absl::StatusOr<Prepared> Prepare(Session& session);

// One message that asks for all of `share`, and what it brings. One thread at a time.
class ShareReading {
 public:
  // The session, in a transaction after Prepare(), and the options must outlive it.
  ShareReading(Session& session, const ReadOptions& options, Share share, bool sees_connections);
  // Errors: those of Session::StartCopy.
  absl::Status Send();
  // After Send(). Errors: those of ForEachRow.
  absl::Status Receive(Collector& out);

 private:
  absl::Status RunReaders(Collector& out);

  Batch batch_;
  const ReadOptions& options_;
  const Share share_;
};

// A second session of the login, in a transaction that sees what the one of `first` sees; null where there
// can be none (no connection is left, the server exports no snapshot): then one session does everything.
// `first` is in a transaction that can go on.
std::unique_ptr<Session> SecondSession(Session& first, const std::string& exported);
// The snapshot of the transaction of `session`, for SecondSession. Errors: those of Session::Query.
absl::StatusOr<std::string> ExportSnapshot(Session& session);

}  // namespace ferry::pg::catalog

#endif  // FERRY_PG_CATALOG_SHARE_H_
