// Commands for agents from the state of a run. Pure.
#ifndef FERRY_CONTROLLER_ROLLOUT_COMMANDS_H_
#define FERRY_CONTROLLER_ROLLOUT_COMMANDS_H_

#include <optional>
#include <vector>

#include "absl/time/time.h"
#include "controller/store/store.h"
#include "core/promotion/machine.h"
#include "ferry/v1/agent.pb.h"

namespace ferry::rollout {

// The command that carries the run's current step under `epoch`.
v1::ControllerMessage CommandFor(const promotion::Promotion& promotion, const promotion::Run& run,
                                 int64_t epoch);
// Whether the agent has to know which drift is ignored before it does the run's current step.
bool AsksAboutDrift(const promotion::Promotion& promotion, const promotion::Run& run);
// Adds the decisions that still hold.
void AddIgnoredDrift(const std::vector<store::DriftDecision>& decisions, absl::Time now,
                     v1::ControllerMessage& command);
v1::IgnoredDrift ToProto(const store::DriftDecision& decision);
v1::ControllerMessage CancelFor(const promotion::Run& run);
v1::ControllerMessage HoldFor(const promotion::Run& run);
// Nothing: as the agent's file says.
v1::ControllerMessage ThrottleFor(const promotion::Run& run, std::optional<absl::Duration> batch_pause);

}  // namespace ferry::rollout

#endif  // FERRY_CONTROLLER_ROLLOUT_COMMANDS_H_
