#include "core/promotion/rules.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace ferry::promotion {

std::string Name(InputKind kind) {
  switch (kind) {
    case InputKind::kDispatch:
      return "dispatch";
    case InputKind::kStepDone:
      return "step done";
    case InputKind::kStepFailed:
      return "step failed";
    case InputKind::kStepWaiting:
      return "step waiting";
    case InputKind::kStepHeld:
      return "step held";
    case InputKind::kWake:
      return "wake";
    case InputKind::kCancel:
      return "cancel";
    case InputKind::kHold:
      return "hold";
    case InputKind::kResume:
      return "resume";
    case InputKind::kAbort:
      return "abort";
    case InputKind::kAgentReturned:
      return "agent returned";
  }
  return "";
}

std::string Name(Guard guard) {
  switch (guard) {
    case Guard::kAlways:
      return "";
    case Guard::kMoreSteps:
      return "more steps follow";
    case Guard::kLastStep:
      return "it was the last step";
    case Guard::kCancelled:
      return "the error is the cancel";
    case Guard::kNotCancelled:
      return "the error is another one";
  }
  return "";
}

const std::vector<Rule>& RunRules() {
  using S = RunState;
  using I = InputKind;
  using G = Guard;
  using A = ActionKind;
  static const std::vector<Rule>* const rules = new std::vector<Rule>{
      {"R1", S::kReady, I::kDispatch, G::kAlways, S::kDispatched, A::kSendStep, "sends {step} to {target}"},
      {"R2", S::kDispatched, I::kStepDone, G::kMoreSteps, S::kReady, A::kNone,
       "{step} done on {target}: {detail}"},
      {"R3", S::kDispatched, I::kStepDone, G::kLastStep, S::kSucceeded, A::kNone,
       "{step} done on {target}, the last one: {detail}"},
      {"R4", S::kDispatched, I::kStepFailed, G::kAlways, S::kFailed, A::kNone,
       "{step} failed on {target}: {detail}"},
      {"R5", S::kDispatched, I::kStepWaiting, G::kAlways, S::kWaiting, A::kNone,
       "{target} waits before {step}: {detail}"},
      {"R6", S::kDispatched, I::kAgentReturned, G::kAlways, S::kDispatched, A::kSendStep,
       "sends {step} to {target} again: {detail}"},
      {"R7", S::kWaiting, I::kWake, G::kAlways, S::kReady, A::kNone,
       "{target} goes on with {step}: {detail}"},
      {"R8", S::kReady, I::kCancel, G::kAlways, S::kCancelled, A::kNone,
       "cancelled on {target} before {step}"},
      {"R9", S::kWaiting, I::kCancel, G::kAlways, S::kCancelled, A::kNone,
       "cancelled on {target} while it waited with {step}"},
      {"R10", S::kDispatched, I::kCancel, G::kAlways, S::kCancelling, A::kSendCancel,
       "asks {target} to stop {step} at its next safe point"},
      {"R11", S::kCancelling, I::kStepDone, G::kLastStep, S::kSucceeded, A::kNone,
       "{step} was done on {target} before the cancel, and was the last one: {detail}"},
      {"R12", S::kCancelling, I::kStepDone, G::kMoreSteps, S::kCancelled, A::kNone,
       "stopped on {target} after {step}: {detail}"},
      {"R13", S::kCancelling, I::kStepFailed, G::kCancelled, S::kCancelled, A::kNone,
       "{step} stopped on {target}: {detail}"},
      {"R14", S::kCancelling, I::kStepFailed, G::kNotCancelled, S::kFailed, A::kNone,
       "{step} failed on {target} while it was cancelled: {detail}"},
      {"R15", S::kCancelling, I::kStepWaiting, G::kAlways, S::kCancelled, A::kNone,
       "stopped on {target} while it waited with {step}: {detail}"},
      {"R16", S::kCancelling, I::kAgentReturned, G::kAlways, S::kCancelling, A::kSendCancel,
       "asks {target} again to stop {step}: {detail}"},
      {"R17", S::kReady, I::kHold, G::kAlways, S::kHeld, A::kNone,
       "held on {target} before {step}: {detail}"},
      {"R18", S::kWaiting, I::kHold, G::kAlways, S::kHeld, A::kNone,
       "held on {target} while it waited with {step}: {detail}"},
      {"R19", S::kDispatched, I::kHold, G::kAlways, S::kHolding, A::kSendHold,
       "asks {target} to stop {step} before its next segment or batch: {detail}"},
      {"R20", S::kHolding, I::kStepDone, G::kLastStep, S::kSucceeded, A::kNone,
       "{step} was done on {target} before the hold, and was the last one: {detail}"},
      {"R21", S::kHolding, I::kStepDone, G::kMoreSteps, S::kHeld, A::kNone,
       "held on {target} after {step}: {detail}"},
      {"R22", S::kHolding, I::kStepFailed, G::kCancelled, S::kHeld, A::kNone,
       "held on {target} in {step}: {detail}"},
      {"R23", S::kHolding, I::kStepFailed, G::kNotCancelled, S::kFailed, A::kNone,
       "{step} failed on {target} while it was to be held: {detail}"},
      {"R24", S::kHolding, I::kStepWaiting, G::kAlways, S::kHeld, A::kNone,
       "held on {target} while it waited with {step}: {detail}"},
      {"R25", S::kHolding, I::kAgentReturned, G::kAlways, S::kHolding, A::kSendHold,
       "asks {target} again to hold {step}: {detail}"},
      {"R26", S::kHolding, I::kCancel, G::kAlways, S::kCancelling, A::kSendCancel,
       "asks {target} to stop {step} at its next safe point instead of holding it"},
      {"R27", S::kHeld, I::kResume, G::kAlways, S::kReady, A::kNone,
       "{target} goes on with {step}: {detail}"},
      {"R28", S::kHeld, I::kAbort, G::kAlways, S::kCancelled, A::kNone,
       "ended on {target} where it was held, in {step}: {detail}"},
      {"R29", S::kHeld, I::kCancel, G::kAlways, S::kCancelled, A::kNone,
       "cancelled on {target} where it was held, in {step}"},
      {"R30", S::kDispatched, I::kStepHeld, G::kAlways, S::kHeld, A::kNone,
       "{step} is held on {target}: {detail}"},
      {"R31", S::kCancelling, I::kStepHeld, G::kAlways, S::kHeld, A::kNone,
       "{step} is held on {target} instead of cancelled: {detail}"},
      {"R32", S::kHolding, I::kStepHeld, G::kAlways, S::kHeld, A::kNone,
       "{step} is held on {target}: {detail}"},
  };
  return *rules;
}

const Rule* FindRule(RunState from, InputKind input, bool more_steps, bool cancelled) {
  for (const Rule& rule : RunRules()) {
    if (rule.from != from || rule.input != input) continue;
    if (rule.guard == Guard::kMoreSteps && !more_steps) continue;
    if (rule.guard == Guard::kLastStep && more_steps) continue;
    if (rule.guard == Guard::kCancelled && !cancelled) continue;
    if (rule.guard == Guard::kNotCancelled && cancelled) continue;
    return &rule;
  }
  return nullptr;
}

const EndRule& EndRuleFor(const std::vector<RunState>& runs) {
  static const EndRule failed{"P1", PromotionState::kFailed, "failed in {environment}"};
  static const EndRule cancelled{"P2", PromotionState::kCancelled, "cancelled in {environment}"};
  static const EndRule succeeded{"P3", PromotionState::kSucceeded, "{environment} {detail}"};
  if (std::find(runs.begin(), runs.end(), RunState::kFailed) != runs.end()) return failed;
  if (std::find(runs.begin(), runs.end(), RunState::kCancelled) != runs.end()) return cancelled;
  return succeeded;
}

std::string RulesAsMarkdown() {
  std::string out = "| rule | state | input | when | next state | sentence |\n|---|---|---|---|---|---|\n";
  for (const Rule& r : RunRules()) {
    absl::StrAppend(&out, "| ", r.id, " | ", Name(r.from), " | ", Name(r.input), " | ", Name(r.guard), " | ",
                    Name(r.to), " | ", r.sentence, " |\n");
  }
  return out;
}

}  // namespace ferry::promotion
