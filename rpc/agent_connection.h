// The agent's end of AgentGateway, without gRPC types: one attempt at a session, and fetching plans beside
// it.
#ifndef FERRY_RPC_AGENT_CONNECTION_H_
#define FERRY_RPC_AGENT_CONNECTION_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "ferry/v1/agent.pb.h"
#include "rpc/credentials.h"

namespace ferry::rpc {

// Thread-safe.
class AgentConnection {
 public:
  // Opens nothing yet. kTlsRequired, kConfig, kFileSystem.
  static absl::StatusOr<std::unique_ptr<AgentConnection>> Create(const std::string& address,
                                                                 const TlsFiles& tls);
  virtual ~AgentConnection() = default;

  // Dials, sends `hello`, and calls `on_message` for every message of the controller, on this thread, until
  // the stream ends. Returns why it ended (never OK: a controller that closes politely is kTransport too).
  // Call again to dial again; one call at a time.
  virtual absl::Status RunSession(const v1::Hello& hello,
                                  const std::function<void(const v1::ControllerMessage&)>& on_message) = 0;
  // Queues a message of the running session. False when there is none, or when 1,000 messages wait; what must
  // not be lost stays in the journal and is replayed after the next Welcome.
  virtual bool Send(v1::AgentMessage message) = 0;
  // Ends the running session; RunSession returns. Harmless without one.
  virtual void Stop() = 0;
  // kPlanUnknown, kTransport. Times out after 30 s.
  virtual absl::StatusOr<v1::PlanContent> FetchPlan(const std::string& digest) = 0;
};

}  // namespace ferry::rpc

#endif  // FERRY_RPC_AGENT_CONNECTION_H_
