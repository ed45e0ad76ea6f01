// AgentGateway on gRPC: the stream as a callback reactor, the unary call on the sync API. For rpc/server.cc.
#ifndef FERRY_RPC_AGENT_GATEWAY_SERVICE_H_
#define FERRY_RPC_AGENT_GATEWAY_SERVICE_H_

#include <grpcpp/impl/service_type.h>

#include <memory>

#include "rpc/agent_gateway.h"

namespace ferry::rpc {

// `handler` must outlive the server that the service is registered with.
std::unique_ptr<grpc::Service> MakeAgentGatewayService(AgentGatewayHandler* handler);

}  // namespace ferry::rpc

#endif  // FERRY_RPC_AGENT_GATEWAY_SERVICE_H_
