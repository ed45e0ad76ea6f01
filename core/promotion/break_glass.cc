#include "core/promotion/break_glass.h"

#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "core/promotion/facts.h"
#include "core/promotion/machine.h"

namespace ferry::promotion {
namespace {

constexpr char kDone[] = "BG1";
constexpr char kUnfinished[] = "BG2";

std::string Asked(const Request& request, bool plan_known) {
  std::string text =
      absl::StrCat(request.requested_by, " brought ", request.targets[0], " to ", request.to_version,
                   " without the controller, plan ", request.plan_digest.substr(0, 12));
  if (!plan_known) absl::StrAppend(&text, " (not registered here: ferry plan register)");
  return absl::StrCat(text, ": ", request.reason);
}

absl::Status LeftOpen(const Request& request, const BreakGlassRun& run) {
  return Error(ErrorCode::kLedgerMismatch,
               absl::StrCat(run.unfinished, " was begun without the controller and is not finished"))
      .TargetState(absl::StrCat("segments of ", run.unfinished, " are applied and recorded"))
      .Next(absl::StrCat("ferry promote --to ", request.environment, " goes on from there"));
}

}  // namespace

std::vector<Event> BreakGlassEvents(const Request& request, const BreakGlassRun& run, bool plan_known,
                                    absl::Time now) {
  const std::string rule = run.unfinished.empty() ? kDone : kUnfinished;
  std::vector<Event> events = Start(request, now);
  const absl::StatusOr<Promotion> begun = Replay(events);
  const std::string run_id = begun.ok() ? begun->runs.at(0).run_id : "";
  events[0].rule = rule;
  events[0].text = Asked(request, plan_known);
  std::vector<Step> steps;
  for (const std::string& version : run.versions) steps.push_back({StepKind::kApply, version});
  if (!run.unfinished.empty()) steps.push_back({StepKind::kApply, run.unfinished});
  const auto add = [&](EventType type, const Step& step, absl::Time at, std::string text) -> Facts& {
    events.push_back({type, at, run_id, step, 1, rule, std::move(text), {}});
    return events.back().facts;
  };
  const std::string& target = request.targets[0];
  Facts& found = add(EventType::kStepDone, {StepKind::kPreflight, ""}, run.at,
                     absl::StrCat("the ledger of ", target, " told of it"));
  found["steps"] = StepsText(steps);
  found["summary"] = "from the target's ledger";
  for (const std::string& version : run.versions) {
    add(EventType::kStepDone, {StepKind::kApply, version}, run.at,
        absl::StrCat(version, " was applied on ", target));
  }
  if (!run.unfinished.empty()) {
    Facts& failed = add(EventType::kStepFailed, {StepKind::kApply, run.unfinished}, run.at,
                        absl::StrCat(run.unfinished, " was begun on ", target, " and not finished"));
    PutError(failed, LeftOpen(request, run));
    failed["clean"] = "no";
  }
  const RunState state = run.unfinished.empty() ? RunState::kSucceeded : RunState::kFailed;
  add(EventType::kRunEnded, steps.back(), now, absl::StrCat(target, ": ", Name(state)))["state"] =
      Name(state);
  const PromotionState end = run.unfinished.empty() ? PromotionState::kSucceeded : PromotionState::kFailed;
  events.push_back({EventType::kEnded,
                    now,
                    "",
                    {},
                    0,
                    rule,
                    run.unfinished.empty()
                        ? absl::StrCat(target, " is at ", request.to_version)
                        : absl::StrCat(target, " was left in the middle of ", run.unfinished),
                    {{"state", Name(end)}}});
  return events;
}

}  // namespace ferry::promotion
