#include <algorithm>

#include "absl/strings/str_cat.h"
#include "core/promotion/facts.h"
#include "core/promotion/machine.h"

namespace ferry::promotion {
namespace {

absl::Status Impossible(const Promotion& p, const Event& event) {
  return Error(ErrorCode::kStoreCorrupt,
               absl::StrCat("event ", p.event_count + 1, " (", Name(event.type), ") of promotion ",
                            p.request.promotion_id, " cannot follow what is before it"))
      .Next("ferry audit verify");
}

std::string RunIdOf(const Request& request, size_t index) {
  return absl::StrCat(request.promotion_id, ".", index + 1);
}

void EvolveRequested(Promotion& p, const Event& event) {
  p.request = RequestIn(event.facts);
  p.requested_at = event.at;
  for (size_t i = 0; i < p.request.targets.size(); ++i) {
    Run run;
    run.run_id = RunIdOf(p.request, i);
    run.target_id = p.request.targets[i];
    run.steps.push_back({.step = {StepKind::kPreflight, ""}});
    p.runs.push_back(std::move(run));
  }
}

void EvolveStepDone(Run& run, const Event& event) {
  StepRecord& record = run.steps[run.current];
  record.state = "done";
  record.ended_at = event.at;
  record.summary = FactOr(event.facts, "summary", "");
  if (record.step.kind == StepKind::kPreflight) {
    run.from_version = FactOr(event.facts, "from_version", "");
    for (const Step& step : StepsFromText(FactOr(event.facts, "steps", "")))
      run.steps.push_back({.step = step});
  }
  const std::string backup = FactOr(event.facts, "backup_id", "");
  if (!backup.empty()) run.backup_id = backup;
  if (run.more_steps()) {
    ++run.current;
    run.attempt = 1;
    run.trust_ledger = false;
    if (run.state == RunState::kDispatched) run.state = RunState::kReady;
  }
}

void EvolveStepFailed(Run& run, const Event& event) {
  StepRecord& record = run.steps[run.current];
  record.ended_at = event.at;
  run.error = ErrorIn(event.facts);
  run.clean = FactOr(event.facts, "clean", "yes") == "yes";
  record.state = HasCode(run.error, ErrorCode::kCancelled) ? "cancelled" : "failed";
}

void EvolveHeld(Run& run, const Event& event) {
  run.error = ErrorIn(event.facts);
  run.held_by = FactOr(event.facts, "summary", "");
  StepRecord& record = run.steps[run.current];
  if (record.state != "pending") record.state = "held";
  run.state = RunState::kHeld;
  run.waiting_for = absl::OkStatus();
  run.waiting_until.reset();
}

void EvolveResumed(Run& run, const Event& event) {
  if (run.steps[run.current].state != "pending") ++run.attempt;
  run.trust_ledger = FactOr(event.facts, "trust_ledger", "no") == "yes";
  run.held_by.clear();
  run.error = absl::OkStatus();
  run.state = RunState::kReady;
}

void EvolveRunEvent(Run& run, const Event& event) {
  StepRecord& record = run.steps[run.current];
  switch (event.type) {
    case EventType::kStepSent:
      run.state = RunState::kDispatched;
      record.state = "running";
      record.attempt = event.attempt;
      if (!record.started_at.has_value()) record.started_at = event.at;
      break;
    case EventType::kStepDone:
      EvolveStepDone(run, event);
      break;
    case EventType::kStepFailed:
      EvolveStepFailed(run, event);
      break;
    case EventType::kWaiting:
      run.state = RunState::kWaiting;
      run.waiting_for = ErrorIn(event.facts);
      run.waiting_until = TimeIn(event.facts, "until");
      run.waiting_since = event.at;
      record.state = "waiting";
      break;
    case EventType::kWoken:
      run.state = RunState::kReady;
      run.waiting_for = absl::OkStatus();
      run.waiting_until.reset();
      ++run.attempt;
      break;
    case EventType::kCancelRequested:
      if (run.state == RunState::kDispatched || run.state == RunState::kHolding)
        run.state = RunState::kCancelling;
      break;
    case EventType::kHoldRequested:
      if (run.state == RunState::kDispatched) run.state = RunState::kHolding;
      run.held_by = FactOr(event.facts, "summary", "");
      break;
    case EventType::kHeld:
      EvolveHeld(run, event);
      break;
    case EventType::kResumed:
      EvolveResumed(run, event);
      break;
    case EventType::kRunEnded:
      run.state = RunStateFromName(FactOr(event.facts, "state", "failed")).value_or(RunState::kFailed);
      run.waiting_for = absl::OkStatus();
      run.waiting_until.reset();
      for (StepRecord& s : run.steps) {
        if (run.state == RunState::kCancelled && s.state != "done" && s.state != "pending")
          s.state = "cancelled";
      }
      break;
    case EventType::kRequested:
    case EventType::kEnded:
      break;
  }
}

}  // namespace

const Run* Promotion::FindRun(absl::string_view run_id) const {
  const auto found = std::find_if(runs.begin(), runs.end(), [&](const Run& r) { return r.run_id == run_id; });
  return found == runs.end() ? nullptr : &*found;
}

absl::Status Evolve(Promotion& p, const Event& event) {
  const bool first = p.event_count == 0;
  if (first != (event.type == EventType::kRequested) || Ended(p.state)) return Impossible(p, event);
  if (event.type == EventType::kRequested) {
    EvolveRequested(p, event);
  } else if (event.type == EventType::kEnded) {
    p.state = PromotionStateFromName(FactOr(event.facts, "state", "")).value_or(PromotionState::kFailed);
    p.finished_at = event.at;
  } else {
    const auto run =
        std::find_if(p.runs.begin(), p.runs.end(), [&](const Run& r) { return r.run_id == event.run_id; });
    if (run == p.runs.end() || Ended(run->state)) return Impossible(p, event);
    EvolveRunEvent(*run, event);
  }
  ++p.event_count;
  return absl::OkStatus();
}

absl::StatusOr<Promotion> Replay(const std::vector<Event>& events) {
  Promotion promotion;
  for (const Event& event : events) RETURN_IF_ERROR(Evolve(promotion, event));
  return promotion;
}

}  // namespace ferry::promotion
