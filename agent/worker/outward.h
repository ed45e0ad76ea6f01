// What a worker needs of the world beyond its database: somewhere to say things, and plans. Implemented by
// agent/uplink; faked in tests. Thread-safe; nothing here blocks for the network except FetchPlan.
#ifndef FERRY_AGENT_WORKER_OUTWARD_H_
#define FERRY_AGENT_WORKER_OUTWARD_H_

#include <string>

#include "absl/status/statusor.h"
#include "ferry/v1/agent.pb.h"

namespace ferry::worker {

class Outward {
 public:
  virtual ~Outward() = default;
  // Sends if there is a session; otherwise the message is gone. Reports are in the journal before, so none is
  // lost.
  virtual void Say(v1::AgentMessage message) = 0;
  // Asks the controller for a plan. kPlanUnknown, kTransport.
  virtual absl::StatusOr<v1::PlanContent> FetchPlan(const std::string& digest) = 0;
};

}  // namespace ferry::worker

#endif  // FERRY_AGENT_WORKER_OUTWARD_H_
