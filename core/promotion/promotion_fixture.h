// For tests: a promotion driven as a controller does it.
#ifndef FERRY_CORE_PROMOTION_PROMOTION_FIXTURE_H_
#define FERRY_CORE_PROMOTION_PROMOTION_FIXTURE_H_

#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "core/promotion/machine.h"

namespace ferry::promotion {

inline const absl::Time kNow = absl::FromUnixSeconds(1'790'000'000);

inline Request OneTarget() {
  Request r;
  r.promotion_id = "prm-1";
  r.request_id = "req-1";
  r.environment = "prod";
  r.plan_name = "trading";
  r.plan_digest = "abc";
  r.to_version = "1.1.0";
  r.requested_by = "ana@laptop";
  r.targets = {"prod-1"};
  return r;
}

// A promotion with everything that is said to it, as a controller drives it: decide, store, evolve.
class Driver {
 public:
  explicit Driver(Request request) {
    for (const Event& e : Start(request, kNow)) Take(e);
  }

  Decision Say(const Input& input) {
    Decision decision = Decide(promotion, input, kNow);
    for (const Event& e : decision.events) Take(e);
    return decision;
  }
  Decision Dispatch() {
    Input input;
    input.kind = InputKind::kDispatch;
    input.run_id = run().run_id;
    return Say(input);
  }
  Input Report(InputKind kind) const {
    Input input;
    input.kind = kind;
    input.run_id = run().run_id;
    input.command_id = CommandId(run());
    input.attempt = run().attempt;
    return input;
  }
  void Preflight(std::vector<Step> planned) {
    Dispatch();
    Input input = Report(InputKind::kStepDone);
    input.planned = std::move(planned);
    Say(input);
  }
  const Run& run() const { return promotion.runs[0]; }

  Promotion promotion;
  std::vector<Event> log;

 private:
  void Take(const Event& e) {
    ASSERT_TRUE(Evolve(promotion, e).ok()) << Name(e.type);
    log.push_back(e);
  }
};

inline const std::vector<Step> kTwoSteps = {{StepKind::kBackup, ""}, {StepKind::kApply, "1.1.0"}};

}  // namespace ferry::promotion

#endif  // FERRY_CORE_PROMOTION_PROMOTION_FIXTURE_H_
