// Who holds locks that a segment's statements would have to wait for. Inside the executor.
#ifndef FERRY_PG_EXECUTOR_HOLDERS_H_
#define FERRY_PG_EXECUTOR_HOLDERS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "core/sql/locks.h"
#include "pg/session/session.h"

namespace ferry::executor {

// A transaction of somebody else's. What the asking login may not see of other roles (without pg_monitor or
// pg_read_all_stats) is empty: state, ages, backend_type.
struct Holder {
  int pid = 0;              // 0: a prepared transaction
  std::string transaction;  // virtual transaction id, as pg_locks has it: one transaction, never used again
  std::string relation;     // "public.t"; empty when it is not about a table
  std::string application, role, state, backend_type;
  std::string prepared;                         // gid of a prepared transaction
  std::optional<absl::Duration> age, in_state;  // of the transaction; since its state is what it is
  bool known = false;                           // its activity could be read
  bool background = false;                      // no client: autovacuum, a parallel or logical worker
  bool wraparound = false;                      // an autovacuum that nothing but its end makes give way
};

// "pid 4711 (psql) of shop, idle in transaction for 31s", "prepared transaction \"x\" for 2m".
std::string HolderText(const Holder& holder);
// The first five of them.
std::string HoldersText(const std::vector<Holder>& holders);

// Whether anybody else holds a lock on any table but the catalogs. Much cheaper than FindHolders. One round
// trip.
absl::StatusOr<bool> AnybodyHolds(pg::Session& session);

// Other transactions that hold a lock on what `locks` names (and on what the catalog adds: partitions,
// referenced tables) which conflicts with the lock wanted there; with `any_mode`, any lock. Each transaction
// once, without its activity. Names are found by `search_path`. One round trip, outside a transaction.
absl::StatusOr<std::vector<Holder>> FindHolders(pg::Session& session,
                                                const std::vector<sql::RelationLock>& locks,
                                                absl::string_view search_path, bool any_mode);

// Fills in what they do, as far as `session` may see it, oldest first; drops those that have ended. One round
// trip.
absl::Status DescribeHolders(pg::Session& session, std::vector<Holder>& holders);

// Those of `holders` whose transaction has not ended yet. One round trip.
absl::StatusOr<std::vector<Holder>> StillThere(pg::Session& session, const std::vector<Holder>& holders);

}  // namespace ferry::executor

#endif  // FERRY_PG_EXECUTOR_HOLDERS_H_
