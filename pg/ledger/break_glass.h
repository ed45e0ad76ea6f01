// Runs that the target's own host made without a controller, as the ledger remembers them.
#ifndef FERRY_PG_LEDGER_BREAK_GLASS_H_
#define FERRY_PG_LEDGER_BREAK_GLASS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "pg/session/session.h"

namespace ferry::ledger {

// What the promotion ids of such runs begin with.
inline constexpr char kBreakGlassPrefix[] = "bg-";

struct BreakGlassRun {
  std::string promotion_id, plan_digest;
  std::vector<std::string> versions;  // applied by it, in that order
  std::string unfinished;             // begun by it and not finished by anybody; "" = none
  std::string by, reason;             // the event's reason is "BY: REASON"
  absl::Time at;                      // its newest event, the database's clock
};

struct BreakGlassRuns {
  std::vector<BreakGlassRun> ended;  // newest first, at most a hundred; those that changed something
  bool running = false;              // one more is at work: a session is called "ferry/ID"
};

// `session` outside a transaction, any login; the ledger has this program's format. Errors: kLedgerMissing,
// kPrivilege, those of the connection.
absl::StatusOr<BreakGlassRuns> ReadBreakGlass(pg::Session& session);

}  // namespace ferry::ledger

#endif  // FERRY_PG_LEDGER_BREAK_GLASS_H_
