// The controller's gRPC server: both services, health checking and reflection.
#ifndef FERRY_RPC_SERVER_H_
#define FERRY_RPC_SERVER_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "rpc/agent_gateway.h"
#include "rpc/credentials.h"
#include "rpc/ferry_service.h"

namespace ferry::rpc {

class Server {
 public:
  // Listens on `address`; "host:0" takes a free port. kTlsRequired, kConfig, kFileSystem, kTransport (address
  // in use). Both handlers must outlive the server.
  static absl::StatusOr<std::unique_ptr<Server>> Start(const std::string& address, const TlsFiles& tls,
                                                       AgentGatewayHandler* agents, FerryHandler* ferry);
  virtual ~Server() = default;

  // The address with the real port.
  virtual std::string address() const = 0;
  // Answers no new call, gives those that run `grace` to end, then cancels them. Close agent sessions first.
  virtual void Shutdown(absl::Duration grace) = 0;
};

}  // namespace ferry::rpc

#endif  // FERRY_RPC_SERVER_H_
