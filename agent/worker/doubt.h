// Before a change: is the target the one that this agent left, and how did a COMMIT end whose answer was
// lost? What cannot be told is held for a person, never guessed. One thread a step.
#ifndef FERRY_AGENT_WORKER_DOUBT_H_
#define FERRY_AGENT_WORKER_DOUBT_H_

#include <string>

#include "absl/status/status.h"
#include "agent/journal/journal.h"
#include "ferry/v1/agent.pb.h"
#include "pg/executor/run.h"
#include "pg/ledger/ledger.h"
#include "pg/session/session.h"

namespace ferry::worker {

// kLedgerMismatch (hold) when the ledger lacks the newest event that a step of this agent has ended with, and
// no restore of ours went back behind it: the database was replaced by an older copy, or a standby took over
// that had not received it. Names what is lost. `trust`: then what was seen is forgotten instead.
absl::Status CheckSeen(pg::Session& session, const ledger::LedgerState& state, journal::Journal& journal,
                       const std::string& target_id, bool trust);

// Asks the server and the ledger about a COMMIT of this command that the journal holds. `session` holds the
// target's lock, so that the old backend is gone. OK: nothing is in doubt any more, and the ledger is right.
// kOutcomeUnknown, kLedgerMismatch: hold. `trust`: it is dropped unasked.
absl::Status SettleDoubt(pg::Session& session, journal::Journal& journal, const v1::Command& command,
                         bool trust);

// What keeps each COMMIT of a step in the journal before it is sent. All must outlive the answer.
std::function<absl::Status(const executor::CommitIntent&)> KeepDoubt(pg::Session& session,
                                                                     journal::Journal& journal,
                                                                     const v1::Command& command);

}  // namespace ferry::worker

#endif  // FERRY_AGENT_WORKER_DOUBT_H_
