// Commands for agents from the state of a run. Pure.
#ifndef FERRY_CONTROLLER_ROLLOUT_COMMANDS_H_
#define FERRY_CONTROLLER_ROLLOUT_COMMANDS_H_

#include "core/promotion/machine.h"
#include "ferry/v1/agent.pb.h"

namespace ferry::rollout {

// The command that carries the run's current step under `epoch`.
v1::ControllerMessage CommandFor(const promotion::Promotion& promotion, const promotion::Run& run,
                                 int64_t epoch);
v1::ControllerMessage CancelFor(const promotion::Run& run);

}  // namespace ferry::rollout

#endif  // FERRY_CONTROLLER_ROLLOUT_COMMANDS_H_
