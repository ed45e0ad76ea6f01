// The transition table of a run, and that of a promotion, as data: every state change in production names the
// row that caused it, and the row's sentence is the log line. docs/ARCHITECTURE.md prints this table; a test
// compares.
#ifndef FERRY_CORE_PROMOTION_RULES_H_
#define FERRY_CORE_PROMOTION_RULES_H_

#include <string>
#include <vector>

#include "core/promotion/types.h"

namespace ferry::promotion {

enum class InputKind {
  kDispatch,
  kStepDone,
  kStepFailed,
  kStepWaiting,
  kStepHeld,
  kWake,
  kCancel,
  kHold,
  kResume,
  kAbort,
  kAgentReturned
};
std::string Name(InputKind);

// What must hold besides state and input.
enum class Guard { kAlways, kMoreSteps, kLastStep, kCancelled, kNotCancelled };
std::string Name(Guard);

// What has to be sent once the events are durable.
enum class ActionKind { kNone, kSendStep, kSendCancel, kSendHold };

struct Rule {
  const char* id;
  RunState from;
  InputKind input;
  Guard guard;
  RunState to;
  ActionKind action;
  const char* sentence;  // {target} {step} {detail} are filled in
};

// In order; the first row whose state, input and guard match decides. No row: the input is ignored.
const std::vector<Rule>& RunRules();

// The row that decides, or nullptr.
const Rule* FindRule(RunState from, InputKind input, bool more_steps, bool cancelled);

// How a promotion ends once all of its runs have.
struct EndRule {
  const char* id;
  PromotionState to;
  const char* sentence;  // {environment} {detail} are filled in
};
const EndRule& EndRuleFor(const std::vector<RunState>& runs);

// The run table as Markdown, for docs/ARCHITECTURE.md.
std::string RulesAsMarkdown();

}  // namespace ferry::promotion

#endif  // FERRY_CORE_PROMOTION_RULES_H_
