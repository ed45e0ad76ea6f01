// The ledger of a database that a backup was restored into: it takes over what happened after the backup, so
// that no history is lost, and says that it was restored.
#ifndef FERRY_PG_LEDGER_RESTORED_H_
#define FERRY_PG_LEDGER_RESTORED_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "pg/ledger/write.h"
#include "pg/session/session.h"

namespace ferry::ledger {

struct Continued {
  int64_t restored_to = 0;  // the newest event that the backup held
  int64_t copied = 0;       // events taken over
  int64_t carried = 0;      // versions whose state was written again
  Head head;                // with the event `restored`
};

// In one transaction of `to`, the restored database: copies the events of `from`, the database that it will
// replace, that the backup does not hold, as they are; then the event `restored` (`author.backup_id`,
// `description`); then, of every version that they concern, what the backup held of it: segments, intents,
// checkpoints, whether it is applied and since when. So every version stands as the backup's data has it, and
// the chain goes on. The fence becomes the higher of `from`'s and `author.epoch`. `from` may be null: then
// nothing is copied.
//
// Both ledgers in this program's format, both sessions of their owner, outside transactions; nobody else may
// be writing to either. Idempotent by author.run_id. Errors: kLedgerMissing; kLedgerMismatch: `from` does not
// go on where the backup ends, or has gone on since this run copied it; kGuardRefused; those of the
// connection.
absl::StatusOr<Continued> ContinueAfterRestore(pg::Session* from, pg::Session& to, const Author& author,
                                               const std::string& description);

}  // namespace ferry::ledger

#endif  // FERRY_PG_LEDGER_RESTORED_H_
