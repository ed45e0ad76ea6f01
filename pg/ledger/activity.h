// What a run is doing, written where a person with psql sees it: the view ferry.activity. Nothing decides by
// it.
#ifndef FERRY_PG_LEDGER_ACTIVITY_H_
#define FERRY_PG_LEDGER_ACTIVITY_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "pg/ledger/ledger.h"
#include "pg/session/session.h"

namespace ferry::ledger {

struct Activity {
  std::string run_id, version;
  Direction direction = Direction::kUp;
  int segment = 0, segments = 0;
  std::string phase, statement;  // as in the executor's Progress
  int backend_pid = 0;           // that runs the segment
  absl::Duration running;        // so far
  int64_t rows_done = 0, rows_total = 0;
  std::optional<double> percent;
  std::string signal, waits_for;
  int blocking = 0;
};

// Replaces the run's row; its since is the database's clock minus `running`. In a transaction of its own that
// does not wait for the disk; `session` outside one, with any of the logins. Errors:
// kLedgerMissing, those of the connection.
absl::Status ReportActivity(pg::Session& session, const Activity& activity);
// Removes the run's row: its segment has ended, well or not.
absl::Status ClearActivity(pg::Session& session, const std::string& run_id);

}  // namespace ferry::ledger

#endif  // FERRY_PG_LEDGER_ACTIVITY_H_
