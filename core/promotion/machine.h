// The heart: what a promotion does next. Two pure functions.
//   Decide(state, input, now)  -> the events that become true and what to send once they are durable
//   Evolve(state, event)       -> the state after it
// A controller stores what Decide returns, then evolves, then acts; after a restart it evolves the stored
// events and is where it was. Nothing here knows threads, RPC or storage; any thread, values only.
#ifndef FERRY_CORE_PROMOTION_MACHINE_H_
#define FERRY_CORE_PROMOTION_MACHINE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "core/base/error.h"
#include "core/promotion/rules.h"
#include "core/promotion/types.h"

namespace ferry::promotion {

// One step of a run as it stands.
struct StepRecord {
  Step step;
  std::string state = "pending";  // pending running waiting held done failed cancelled
  int attempt = 0;
  std::optional<absl::Time> started_at, ended_at;
  std::string summary;
};

// One promotion on one target.
struct Run {
  std::string run_id, target_id;
  RunState state = RunState::kReady;
  std::vector<StepRecord> steps;  // grows once, when preflight has reported
  size_t current = 0;             // index into steps
  int attempt = 1;                // of the current step, what the next command carries
  std::string from_version, backup_id;
  absl::Status waiting_for;  // not OK while waiting: the cause
  std::optional<absl::Time> waiting_until;
  absl::Time waiting_since;   // the controller's clock
  std::string held_by;        // while held, and asked to be: who and why, or what is wrong
  absl::Status error;         // not OK when failed, or held because of an error
  bool clean = true;          // failed, and nothing of the failed step remains on the target
  bool trust_ledger = false;  // of the attempt to come: said with the last resume

  const Step& step() const { return steps[current].step; }
  bool more_steps() const { return current + 1 < steps.size(); }
};

struct Promotion {
  Request request;
  PromotionState state = PromotionState::kRunning;
  absl::Time requested_at;
  std::optional<absl::Time> finished_at;
  std::vector<Run> runs;
  int64_t event_count = 0;

  const Run* FindRun(absl::string_view run_id) const;
};

// The id of the command that carries `run`'s current step: the same for every delivery and every attempt.
std::string CommandId(const Run& run);

// Something that happened. Which fields matter follows from `kind`.
struct Input {
  InputKind kind = InputKind::kDispatch;
  std::string run_id;      // cancel, hold, resume, abort: "" = every run
  std::string command_id;  // reports: as delivered; another than the current one is ignored
  int attempt = 0;         // reports: likewise
  std::string detail;      // summary of the step, who cancels, holds, resumes and why, why it wakes
  std::string backup_id;   // backup done
  // Preflight done: where the target stands and what follows from it.
  std::string from_version;
  std::vector<Step> planned;
  // Failed and waiting.
  absl::Status error;
  bool clean = true;
  std::optional<absl::Time> until;
  bool trust_ledger = false;  // resume
};

struct Action {
  ActionKind kind = ActionKind::kNone;
  std::string run_id;
};

struct Decision {
  std::vector<Event> events;
  std::vector<Action> actions;
  std::string ignored;  // not empty: why the input changed nothing
};

// The first events of a promotion: one `requested`. `request.targets` must not be empty.
std::vector<Event> Start(const Request& request, absl::Time now);

Decision Decide(const Promotion& promotion, const Input& input, absl::Time now);

// kStoreCorrupt when the event cannot follow this state.
absl::Status Evolve(Promotion& promotion, const Event& event);
absl::StatusOr<Promotion> Replay(const std::vector<Event>& events);

}  // namespace ferry::promotion

#endif  // FERRY_CORE_PROMOTION_MACHINE_H_
