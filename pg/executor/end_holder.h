// Ending somebody else's session, where the agent's own file says so. Inside the executor.
#ifndef FERRY_PG_EXECUTOR_END_HOLDER_H_
#define FERRY_PG_EXECUTOR_END_HOLDER_H_

#include <string>

#include "absl/status/statusor.h"
#include "pg/executor/holders.h"
#include "pg/executor/run.h"
#include "pg/session/session.h"

namespace ferry::executor {

// Whether the limits let `holder` be ended now. Never a prepared transaction, a session of ours, or what is
// no client.
bool MayEnd(const Holder& holder, const Limits& limits);

// Ends it, when it still is the same transaction and the limits still hold as the server sees them. False: it
// does not, so nothing was done. kPrivilege: the login needs pg_signal_backend (and for a superuser's session
// cannot have enough).
absl::StatusOr<bool> EndHolder(pg::Session& session, const Holder& holder, const Limits& limits);

// "ended pid 4711 (psql) of shop, idle in transaction for 5m2s, because it held public.t".
std::string EndedText(const Holder& holder);

}  // namespace ferry::executor

#endif  // FERRY_PG_EXECUTOR_END_HOLDER_H_
