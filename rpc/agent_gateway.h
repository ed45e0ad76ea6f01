// The controller's end of AgentGateway, without gRPC types: sessions in, messages out.
#ifndef FERRY_RPC_AGENT_GATEWAY_H_
#define FERRY_RPC_AGENT_GATEWAY_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "ferry/v1/agent.pb.h"

namespace ferry::rpc {

// One live stream of an agent. Thread-safe; may outlive its stream, then Send answers false.
class AgentSession {
 public:
  virtual ~AgentSession() = default;
  // Queues a message. False when the stream has ended or 1,000 messages wait: the caller must treat it as
  // lost (what matters is durable and is sent again when the agent returns).
  virtual bool Send(v1::ControllerMessage message) = 0;
  // Asks for the next message of the agent: call once for every OnMessage, when it has been dealt with.
  // Nothing is read before, which is what holds back an agent that talks faster than we work.
  virtual void ReadNext() = 0;
  // Ends the stream with this status after what is queued has been written. More than once is harmless.
  virtual void Close(absl::Status reason) = 0;
  // Address that the agent dialled from.
  virtual std::string peer() const = 0;
};

// Implemented by controller/fleet. Called on gRPC's threads: hand the work on, do not block.
class AgentGatewayHandler {
 public:
  virtual ~AgentGatewayHandler() = default;
  virtual void OnMessage(std::shared_ptr<AgentSession> session, v1::AgentMessage message) = 0;
  // The stream has ended, whoever ended it. Exactly once, after the last OnMessage.
  virtual void OnClosed(std::shared_ptr<AgentSession> session) = 0;
  // May block.
  virtual absl::StatusOr<v1::FetchPlanResponse> FetchPlan(const v1::FetchPlanRequest& request) = 0;
};

}  // namespace ferry::rpc

#endif  // FERRY_RPC_AGENT_GATEWAY_H_
