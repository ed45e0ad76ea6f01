// Inside the executor: one migration being run in one direction on one session, and what all kinds of
// segments share.
#ifndef FERRY_PG_EXECUTOR_STEP_H_
#define FERRY_PG_EXECUTOR_STEP_H_

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "core/migration/migration.h"
#include "pg/executor/reporter.h"
#include "pg/executor/row_program.h"
#include "pg/executor/run.h"
#include "pg/executor/script.h"
#include "pg/ledger/ledger.h"
#include "pg/session/session.h"

namespace ferry::executor {

struct Step {
  Step(pg::Session& on, const migration::Migration& what, ledger::Direction way, const RunContext& who,
       const Limits& within, Gate& asked, const ProgressSink& told)
      : session(on),
        migration(what),
        direction(way),
        run(who),
        limits(within),
        gate(asked),
        reporter(std::make_unique<Reporter>(told, *within.clock, who.expected)),
        version(what.id()) {
    result.version = version;
  }

  pg::Session& session;
  const migration::Migration& migration;
  const ledger::Direction direction;
  const RunContext& run;
  const Limits& limits;
  Gate& gate;
  const std::unique_ptr<Reporter> reporter;

  const std::string version;
  ledger::VersionState state;  // as read before the first segment
  ApplyResult result;
  int recorded = 0;              // segments of this direction that the ledger holds, a prefix
  absl::Duration recorded_time;  // what they took
  std::map<std::string, std::unique_ptr<RowProgram>> programs;  // of the transforms, opened so far

  // About the segment being run.
  const migration::Segment* segment = nullptr;
  const sql::Statement* statement =
      nullptr;                     // the migration's statement sent last, for errors; null at COMMIT
  absl::Duration segment_started;  // by our clock
  int tries = 0;                   // of the segment or batch, that failed for a lock
  int64_t committed_rows = 0, committed_batches = 0;  // of a backfill or transform, by its checkpoint
  absl::Time deadline = absl::InfiniteFuture();       // by the database's clock
  absl::Time now_db;                                  // when the gate was asked …
  absl::Duration asked_at;                            // … by our clock

  const std::vector<migration::Segment>& segments() const {
    return direction == ledger::Direction::kUp ? migration.up : migration.down;
  }
  bool is_last() const { return segment->index + 1 == static_cast<int>(segments().size()); }
};

// Values for the parameters that are known only at run time, by name.
using Bindings = std::map<std::string, std::optional<std::string>>;

// Reads the database's clock and asks the gate; keeps the deadline.
absl::Status AskGate(Step& step);
// "0" without a deadline, else what is left until it in whole milliseconds, at least "1": for
// statement_timeout.
std::string TimeoutLeft(const Step& step);
// What is left until then, by our clock; InfiniteDuration without a deadline.
absl::Duration UntilDeadline(const Step& step);
// statement_timeout is each statement's own: sets it again, so that all of a transaction end by the deadline.
absl::Status RenewTimeout(Step& step);
// Bindings for who, how long so far, and until when.
Bindings RunBindings(const Step& step);
std::vector<std::optional<std::string>> Bind(const ledger::Write& write, const Bindings& bindings);
ledger::Author AuthorOf(const RunContext& run);

void Report(const Step& step, absl::string_view phase);
void Report(const Step& step, Progress progress);

// What is applied and recorded now, as a sentence.
std::string StateSentence(const Step& step);
// `status` with the place of the step's statement, unless it names a file already, and the target's state,
// unless it says that already.
absl::Status Located(const Step& step, const absl::Status& status);
// A cancelled statement (57014) as what it means here: the deadline, the gate's answer, or somebody else's
// cancel.
absl::Status ExplainCancel(Step& step, const absl::Status& status);

// Asks the gate, waits for those who hold the segment's locks for long (lock_wait.h) and calls `attempt`,
// again and again while it fails for a lock (55P03, 40P01, 40001), up to limits.lock_retries times more;
// rolls back after each failure. Returns located errors; kLockTimeout names who holds what the statement
// needs.
absl::Status RunWithRetries(Step& step, const std::function<absl::Status()>& attempt);

// The kinds of segments. Each leaves the session outside a transaction, records the segment, and returns a
// located error otherwise.
absl::Status RunTransaction(Step& step);
absl::Status RunBackfill(Step& step);
absl::Status RunStandalone(Step& step);
absl::Status RunTransform(Step& step);

// Asks `question` of the session that sees most of others: the watchdog's login, where it answers, else the
// migrating one (PostgreSQL manual, 28.2.2: of sessions of other roles a login without pg_read_all_stats sees
// little).
absl::Status AskWhoSeesMost(Step& step, const std::function<absl::Status(pg::Session&)>& question);

// Opens the programs of the transforms from `step.recorded` on. kTransformProgram, located.
absl::Status OpenPrograms(Step& step);

// Sends the messages of one transaction. `check`: called for kCheck messages with what they returned; an
// error ends it. On error the transaction is still open.
absl::Status SendTransaction(Step& step, const std::vector<Message>& messages,
                             const std::function<absl::Status(const pg::Rows&)>& check = nullptr);

}  // namespace ferry::executor

#endif  // FERRY_PG_EXECUTOR_STEP_H_
