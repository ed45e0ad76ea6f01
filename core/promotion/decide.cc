#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "core/base/hash.h"
#include "core/promotion/facts.h"
#include "core/promotion/machine.h"

namespace ferry::promotion {
namespace {

std::string Sentence(const char* text, const Run& run, const std::string& detail) {
  return absl::StrReplaceAll(
      text, {{"{target}", run.target_id}, {"{step}", ToString(run.step())}, {"{detail}", detail}});
}

bool IsReport(InputKind kind) {
  return kind == InputKind::kStepDone || kind == InputKind::kStepFailed || kind == InputKind::kStepWaiting ||
         kind == InputKind::kStepHeld;
}

bool IsForEveryRun(InputKind kind) {
  return kind == InputKind::kCancel || kind == InputKind::kHold || kind == InputKind::kResume ||
         kind == InputKind::kAbort;
}

// What stops a step at a hold is the hold, and nothing that failed or waits.
EventType EventOf(InputKind kind, RunState to) {
  if (to == RunState::kHeld && kind != InputKind::kStepDone) return EventType::kHeld;
  switch (kind) {
    case InputKind::kDispatch:
    case InputKind::kAgentReturned:
      return EventType::kStepSent;
    case InputKind::kStepDone:
      return EventType::kStepDone;
    case InputKind::kStepFailed:
      return EventType::kStepFailed;
    case InputKind::kStepWaiting:
      return EventType::kWaiting;
    case InputKind::kWake:
      return EventType::kWoken;
    case InputKind::kCancel:
    case InputKind::kAbort:
      return EventType::kCancelRequested;
    case InputKind::kHold:
      return EventType::kHoldRequested;
    case InputKind::kStepHeld:
      return EventType::kHeld;
    case InputKind::kResume:
      return EventType::kResumed;
  }
  return EventType::kStepSent;
}

// Held by what is wrong, or by whoever asked for it: what stopped the step then is no error.
Facts FactsOfHeld(const Run& run, const Input& input) {
  Facts facts;
  if (input.kind == InputKind::kStepHeld) {
    PutError(facts, input.error);
  } else {
    facts["summary"] = input.kind == InputKind::kHold ? input.detail : run.held_by;
  }
  return facts;
}

Facts FactsOf(const Run& run, const Input& input) {
  Facts facts;
  if (input.kind == InputKind::kDispatch) facts["command_id"] = CommandId(run);
  if (!input.detail.empty()) facts["summary"] = input.detail;
  if (!input.backup_id.empty()) facts["backup_id"] = input.backup_id;
  if (input.kind == InputKind::kStepDone && run.step().kind == StepKind::kPreflight) {
    facts["from_version"] = input.from_version;
    facts["steps"] = StepsText(input.planned);
  }
  if (IsReport(input.kind) && input.kind != InputKind::kStepDone) PutError(facts, input.error);
  if (input.kind == InputKind::kStepFailed) facts["clean"] = input.clean ? "yes" : "no";
  if (input.kind == InputKind::kResume) facts["trust_ledger"] = input.trust_ledger ? "yes" : "no";
  PutTime(facts, "until", input.until);
  return facts;
}

std::string DetailOfInput(const Input& input) {
  if (input.error.ok()) return input.detail;
  return absl::StrCat(CodeName(CodeOf(input.error)), " ", input.error.message());
}

Event RunEvent(EventType type, const Run& run, absl::Time now, const Rule& rule, const std::string& detail) {
  return {.type = type,
          .at = now,
          .run_id = run.run_id,
          .step = run.step(),
          .attempt = run.attempt,
          .rule = rule.id,
          .text = Sentence(rule.sentence, run, detail),
          .facts = {}};
}

// Events and actions for one run; appends to `decision` and tells the state the run is in afterwards.
RunState DecideRun(const Run& run, const Input& input, absl::Time now, Decision& decision) {
  const bool more = run.more_steps() || (input.kind == InputKind::kStepDone &&
                                         run.step().kind == StepKind::kPreflight && !input.planned.empty());
  const Rule* rule = FindRule(run.state, input.kind, more, HasCode(input.error, ErrorCode::kCancelled));
  if (rule == nullptr) {
    decision.ignored =
        absl::StrCat(Name(input.kind), " changes nothing while ", run.target_id, " is ", Name(run.state));
    return run.state;
  }
  if (rule->action != ActionKind::kNone) decision.actions.push_back({rule->action, run.run_id});
  if (input.kind == InputKind::kAgentReturned) return run.state;  // a delivery again is no new fact
  Event event = RunEvent(EventOf(input.kind, rule->to), run, now, *rule, DetailOfInput(input));
  event.facts = event.type == EventType::kHeld ? FactsOfHeld(run, input) : FactsOf(run, input);
  decision.events.push_back(std::move(event));
  if (rule->to == RunState::kHeld && input.kind == InputKind::kStepDone) {
    Event held = RunEvent(EventType::kHeld, run, now, *rule, run.held_by);
    held.text = absl::StrCat(run.target_id, ": held");
    held.facts = FactsOfHeld(run, input);
    decision.events.push_back(std::move(held));
  }
  if (Ended(rule->to)) {
    Event ended = RunEvent(EventType::kRunEnded, run, now, *rule, DetailOfInput(input));
    ended.text = absl::StrCat(run.target_id, ": ", Name(rule->to));
    ended.facts["state"] = Name(rule->to);
    decision.events.push_back(std::move(ended));
  }
  return rule->to;
}

std::string WhereItIs(const Request& request) {
  switch (request.kind) {
    case Kind::kPromote:
      // What is out of order leaves the target at a newer version.
      if (!request.reason.empty()) return absl::StrCat("has everything up to ", request.to_version);
      return absl::StrCat("is at ", request.to_version);
    case Kind::kBaseline:
    case Kind::kBreakGlass:
      return absl::StrCat("is at ", request.to_version);
    case Kind::kRestore:
      return absl::StrCat("is what backup ", request.restore_backup_id, " holds");
    case Kind::kRollback:
      break;
  }
  if (request.to_version.empty()) return "went back by one migration";
  return request.to_version == "0" ? "is before its first migration"
                                   : absl::StrCat("is back at ", request.to_version);
}

std::string Wish(const Request& request) {
  const std::string& environment = request.environment;
  switch (request.kind) {
    case Kind::kPromote:
      return absl::StrCat("promote ", environment, " to ", request.to_version);
    case Kind::kBaseline:
      return absl::StrCat("record ", environment, " as being at ", request.to_version);
    case Kind::kRestore:
      return absl::StrCat("restore ", environment, " from backup ", request.restore_backup_id);
    case Kind::kBreakGlass:
      return absl::StrCat("bring ", environment, " to ", request.to_version, " without the controller");
    case Kind::kRollback:
      break;
  }
  const std::string how_far = request.to_version.empty()  ? "by one migration"
                              : request.to_version == "0" ? "before its first migration"
                                                          : absl::StrCat("to ", request.to_version);
  return absl::StrCat("roll ", environment, " back ", how_far);
}

void DecideEnd(const Promotion& p, const std::vector<RunState>& states, absl::Time now, Decision& decision) {
  for (const RunState state : states) {
    if (!Ended(state)) return;
  }
  const EndRule& rule = EndRuleFor(states);
  Event event{.type = EventType::kEnded,
              .at = now,
              .run_id = "",
              .step = {},
              .attempt = 0,
              .rule = rule.id,
              .text = absl::StrReplaceAll(rule.sentence, {{"{environment}", p.request.environment},
                                                          {"{detail}", WhereItIs(p.request)}}),
              .facts = {{"state", Name(rule.to)}}};
  decision.events.push_back(std::move(event));
}

}  // namespace

std::string CommandId(const Run& run) {
  Sha256 hash;
  hash.UpdateFramed(run.run_id);
  hash.UpdateFramed(ToString(run.step()));
  return absl::StrCat("cmd-", hash.HexDigest().substr(0, 20));
}

std::vector<Event> Start(const Request& request, absl::Time now) {
  Event event{.type = EventType::kRequested,
              .at = now,
              .run_id = "",
              .step = {},
              .attempt = 0,
              .rule = "P0",
              .text = absl::StrCat(request.requested_by, " asks to ", Wish(request), ", plan ",
                                   request.plan_name, " ", request.plan_digest.substr(0, 12),
                                   request.reason.empty() ? "" : ": ", request.reason),
              .facts = {}};
  PutRequest(event.facts, request);
  return {event};
}

Decision Decide(const Promotion& promotion, const Input& input, absl::Time now) {
  Decision decision;
  if (Ended(promotion.state)) {
    decision.ignored = absl::StrCat("promotion ", promotion.request.promotion_id, " has ended");
    return decision;
  }
  std::vector<RunState> states;
  bool found = false;
  for (const Run& run : promotion.runs) {
    const bool concerned = input.run_id == run.run_id || (IsForEveryRun(input.kind) && input.run_id.empty());
    if (!concerned || Ended(run.state)) {
      states.push_back(run.state);
      found = found || concerned;
      continue;
    }
    found = true;
    if (IsReport(input.kind) && (input.command_id != CommandId(run) || input.attempt != run.attempt)) {
      decision.ignored =
          absl::StrCat("a report of ", input.command_id, " attempt ", input.attempt, " came after ",
                       CommandId(run), " attempt ", run.attempt, " was started");
      return decision;
    }
    states.push_back(DecideRun(run, input, now, decision));
  }
  if (!found) decision.ignored = absl::StrCat("no run ", input.run_id);
  if (!decision.events.empty()) {
    decision.ignored.clear();
    DecideEnd(promotion, states, now, decision);
  } else if (decision.ignored.empty() && decision.actions.empty()) {
    decision.ignored = "the run has ended";
  }
  return decision;
}

}  // namespace ferry::promotion
