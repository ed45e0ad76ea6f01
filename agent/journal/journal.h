// The agent's own durable record: commands received, and reports that the controller has not acknowledged.
// With it an agent that died knows what it had taken on, a command delivered twice is one command, and no
// outcome is forgotten.
//
// Words
//   command   an id that stays the same over every delivery and attempt; attempts count up
//   outcome   the final report of one attempt: done, failed, or has to wait
//   sequence  numbers the reports of this journal from 1, without gaps, and is never used twice
//   epoch     of the controller that sent a command; a command of an older one than any seen is stale
//   tombstone a cancel that arrived before its command
//
// Every call is on the disk when it returns OK and has changed nothing when it does not. Errors, beside those
// named below: kStore (the file failed) and kStoreCorrupt (it is damaged). After the disk failed in the
// middle of a write every further write is refused until the agent has been restarted. Payloads are the
// caller's bytes. Thread-safe.
#ifndef FERRY_AGENT_JOURNAL_JOURNAL_H_
#define FERRY_AGENT_JOURNAL_JOURNAL_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/base/clock.h"
#include "core/base/ids.h"

namespace ferry::sqlite {
class Database;
}

namespace ferry::journal {

struct JournaledCommand {
  std::string command_id, target_id;
  std::string payload;
  int attempt = 0;
  std::string state = "accepted";  // "accepted", "finished"; AcceptCommand does not look at it
};

// A COMMIT about to be sent.
struct CommitInDoubt {
  std::string command_id, target_id;
  std::string cluster;  // the server's system identifier
  std::string version, direction, xid;
  int segment = 0;
};

// The newest ledger event of a target that a step has ended with.
struct SeenEvent {
  std::string target_id;
  int64_t event_id = 0;
  std::string hash;
  std::string step;  // for people: "apply 1.1.0 of prm-…"
};

enum class Accepted {
  kNew,            // never seen
  kNewAttempt,     // seen with lower attempts only
  kRunningBefore,  // this attempt was accepted earlier and has no outcome: it runs, or a death interrupted it
  kFinished,       // this attempt has an outcome: say ReportOf again
};

// Where a report's payload is made, because it holds its own sequence. Must not call the journal.
using MakePayload = std::function<std::string(int64_t sequence)>;

class Journal {
 public:
  // Opens or creates `path` (mode 0600, its folder must exist). kStore: another agent runs on this state
  // folder, the file is not a journal, or was written by a newer agent. `clock` and `random` must outlive the
  // journal.
  static absl::StatusOr<std::unique_ptr<Journal>> Open(const std::string& path,
                                                       const Clock& clock = SystemClock(),
                                                       RandomSource& random = SystemRandom());
  ~Journal();

  // Made with the file, "jrn-…": a fresh state folder is another journal.
  const std::string& journal_id() const { return journal_id_; }

  // Records a command before anything is done for it. Whatever the answer, the epoch is kept when it is the
  // highest.
  //   kStaleCommand: `epoch` or the attempt is lower than one seen, or the outcome was kept for its 30 days
  //   and is gone. kCancelled: there is a tombstone, and nothing was ever begun for this attempt. The command
  //   is not recorded; its final report may be appended all the same.
  absl::StatusOr<Accepted> AcceptCommand(const JournaledCommand& command, int64_t epoch);
  // Accepted and without an outcome, in the order of their arrival: what a restarted agent has to look into.
  absl::StatusOr<std::vector<JournaledCommand>> UnfinishedCommands();

  // In one transaction: takes the next sequence, appends the report and, when `final`, finishes the command;
  // with `seen` also keeps that, and drops what was in doubt about the command.
  // The first outcome of an attempt stands: for another one nothing is appended and the first one's sequence
  // returned.
  absl::StatusOr<int64_t> AppendReport(absl::string_view command_id, int attempt, bool final,
                                       const MakePayload& make_payload,
                                       const std::optional<SeenEvent>& seen = std::nullopt);
  // Reports with a sequence above `after` that are not acknowledged, in order.
  absl::StatusOr<std::vector<std::pair<int64_t, std::string>>> Unacknowledged(int64_t after);
  // The outcome of this attempt, if there is one.
  absl::StatusOr<std::optional<std::string>> ReportOf(absl::string_view command_id, int attempt);
  // The controller holds every report up to `up_to`. Outcomes are kept for 30 days, so that an old command
  // which is replayed is answered; other reports go. kStoreCorrupt when the controller holds more than was
  // ever written here: the state folder is an old copy, and its next reports would be taken for ones already
  // delivered.
  absl::Status Acknowledge(int64_t up_to);

  absl::StatusOr<int64_t> LastSequence();  // 0 = none
  absl::StatusOr<int64_t> HighestEpoch();  // 0 = none

  // Plans by digest. A second PutPlan replaces the bytes.
  absl::Status PutPlan(absl::string_view digest, absl::string_view bytes);
  absl::StatusOr<std::optional<std::string>> GetPlan(absl::string_view digest);

  // Replaces what was in doubt about the command before.
  absl::Status PutDoubt(const CommitInDoubt& doubt);
  absl::StatusOr<std::optional<CommitInDoubt>> DoubtOf(absl::string_view command_id);
  absl::Status DropDoubt(absl::string_view command_id);
  absl::StatusOr<std::optional<SeenEvent>> Seen(absl::string_view target_id);
  // Forgets what was seen of a target: somebody has said that its ledger is true as it is.
  absl::Status ForgetSeen(absl::string_view target_id);
  // Counts one more life of the agent that begins an attempt which an earlier one did not end; returns how
  // many.
  absl::StatusOr<int> NoteInterrupted(absl::string_view command_id, int attempt);

  // Remembers a cancel whose command has not arrived. What has begun already is not touched by it.
  absl::Status PutTombstone(absl::string_view command_id);

 private:
  Journal(std::unique_ptr<sqlite::Database> database, const Clock& clock, std::string journal_id);

  const std::unique_ptr<sqlite::Database> database_;
  const Clock& clock_;
  const std::string journal_id_;
};

}  // namespace ferry::journal

#endif  // FERRY_AGENT_JOURNAL_JOURNAL_H_
