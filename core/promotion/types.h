// The words of promotions as values: steps, states, events. An event is a fact that has been decided; the
// state of a promotion is what its events add up to (machine.h), and nothing else.
#ifndef FERRY_CORE_PROMOTION_TYPES_H_
#define FERRY_CORE_PROMOTION_TYPES_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace ferry::promotion {

enum class Kind { kPromote, kRollback, kBaseline, kRestore, kBreakGlass };
enum class StepKind { kPreflight, kBackup, kApply, kVerify, kAnalyze, kRollback, kBaseline, kRestore, kSwap };
enum class RunState {
  kReady,
  kDispatched,
  kWaiting,
  kCancelling,
  kHolding,
  kHeld,
  kSucceeded,
  kFailed,
  kCancelled
};
enum class PromotionState { kRunning, kSucceeded, kFailed, kCancelled };

// "promote", "rollback"; "preflight", …; "ready", …. The names are stored: they never change.
std::string Name(Kind);
std::string Name(StepKind);
std::string Name(RunState);
std::string Name(PromotionState);
std::optional<Kind> KindFromName(absl::string_view);
std::optional<StepKind> StepKindFromName(absl::string_view);
std::optional<RunState> RunStateFromName(absl::string_view);
std::optional<PromotionState> PromotionStateFromName(absl::string_view);

inline bool Ended(RunState s) {
  return s == RunState::kSucceeded || s == RunState::kFailed || s == RunState::kCancelled;
}
inline bool Ended(PromotionState s) { return s != PromotionState::kRunning; }

struct Step {
  StepKind kind = StepKind::kPreflight;
  std::string version;  // apply, verify, rollback, baseline
  friend bool operator==(const Step&, const Step&) = default;
};
// "apply 1.1.0", "backup".
std::string ToString(const Step&);

enum class EventType {
  kRequested,        // facts: everything in Request
  kStepSent,         // a command was decided: step, attempt, facts command_id
  kStepDone,         // facts: summary; preflight: from_version, steps; backup: backup_id
  kStepFailed,       // facts: error fields, clean
  kWaiting,          // facts: cause (error fields), until (RFC 3339) when known
  kWoken,            // the wait is over: the same step will be sent as a new attempt
  kCancelRequested,  // facts: by
  kHoldRequested,    // facts: summary
  kHeld,             // facts: summary; error fields when an error is why
  kResumed,          // facts: trust_ledger; the same step will be sent as a new attempt
  kRunEnded,         // facts: state
  kEnded,            // the promotion; facts: state
};
std::string Name(EventType);
std::optional<EventType> EventTypeFromName(absl::string_view);

// One entry of a promotion's log. `facts` values are plain text; their keys are fixed per type.
struct Event {
  EventType type = EventType::kRequested;
  absl::Time at;
  std::string run_id;  // empty: the promotion as a whole
  Step step;           // for step events
  int attempt = 0;
  std::string rule;  // id of the transition rule that decided, "R4"
  std::string text;  // the rule's sentence, filled in
  std::map<std::string, std::string> facts;
  friend bool operator==(const Event&, const Event&) = default;
};

// What was asked for. Fixed for the life of a promotion.
struct Request {
  std::string promotion_id, request_id;
  Kind kind = Kind::kPromote;
  std::string environment, plan_name, plan_digest;
  std::string to_version;  // rollback: "" = one migration back, "0" = before the first
  std::string requested_by;
  std::vector<std::string> targets;
  std::string reason;                        // why out of order is right here; for the record otherwise
  std::string restore_backup_id;             // restore
  std::vector<std::string> accepted_losses;  // restore: what need not follow the new database
};

}  // namespace ferry::promotion

#endif  // FERRY_CORE_PROMOTION_TYPES_H_
