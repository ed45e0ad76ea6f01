// The DDL watch of a database: event triggers that record who changed the schema, when, with which program
// and statement. Everything is in the schema `ferry_watch`, which belongs to the superuser who installed it;
// the SQL stands in migrations/watch/*.sql, embedded at build. It records nothing of sessions that hold the
// target's lock (our own runs), of temporary objects, and of statements that may carry a secret only that
// they were there. It never raises an error in the session that it watches; what it misses is still found by
// comparing the schema.
#ifndef FERRY_PG_WATCH_WATCH_H_
#define FERRY_PG_WATCH_WATCH_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/drift/drift.h"
#include "pg/session/session.h"

namespace ferry::watch {

// What to give to psql as a superuser, in one transaction: installs the watch, or brings an older one up to
// date, and lets `readers` (roles) read what it records.
std::string InstallSql(const std::vector<std::string>& readers);
// Takes it away, with what it has recorded.
std::string RemoveSql();

// The same on a session outside a transaction. kPrivilege: the login is no superuser, or the schema
// ferry_watch belongs to one that is none; then nothing has changed. Those of the connection.
absl::Status Install(pg::Session& superuser, const std::vector<std::string>& readers);
absl::Status Remove(pg::Session& superuser);

struct Mark {
  bool watched = false;           // both triggers are there and fire, and the login may read the table
  int64_t count = 0, newest = 0;  // of what is recorded; a change of either means something was
  friend bool operator==(const Mark&, const Mark&) = default;
};
absl::StatusOr<Mark> ReadMark(pg::Session& session);

// Where a reading of the schema stands among the transactions: what was committed before `Position` was asked
// is in the schema as read after it.
absl::StatusOr<std::string> Position(pg::Session& session);

// What was recorded by transactions that were not committed at `position`, ascending by id, the newest 2,000;
// of all of them for an empty `position`. Nothing where no watch is in place.
absl::StatusOr<std::vector<drift::ForeignStatement>> ReadStatements(pg::Session& session,
                                                                    const std::string& position);

}  // namespace ferry::watch

#endif  // FERRY_PG_WATCH_WATCH_H_
