// What an ended step means for the promotion: done, failed, or waiting for something that needs no person.
// Pure.
#ifndef FERRY_AGENT_WORKER_OUTCOME_H_
#define FERRY_AGENT_WORKER_OUTCOME_H_

#include <optional>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "ferry/v1/agent.pb.h"

namespace ferry::worker {

// When to ask again after a step that ended with `error`, or nothing when it has failed for good.
//   window closed, or closed while it ran      -> its next opening
//   database away, outcome lost, target busy,
//   password refused, plan not to be had now    -> soon, later with every attempt (2 s, 4 s, … 30 s)
struct Retry {
  std::optional<absl::Time> at;  // nothing: unknown
};
std::optional<Retry> RetryAfter(const absl::Status& error, int attempt, absl::Time now,
                                const std::optional<absl::Time>& next_opening);

// The report, without sequence and id, of a step that ended with `error`. `clean`: nothing of it remains.
// `held`: a person has to decide how it goes on; then nothing is retried.
void SetOutcome(v1::Report& report, const absl::Status& error, bool clean, const std::optional<Retry>& retry,
                bool held = false);

}  // namespace ferry::worker

#endif  // FERRY_AGENT_WORKER_OUTCOME_H_
