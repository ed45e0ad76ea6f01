// ferry.v1.Ferry on gRPC's sync API. For rpc/server.cc.
#ifndef FERRY_RPC_FERRY_GRPC_SERVICE_H_
#define FERRY_RPC_FERRY_GRPC_SERVICE_H_

#include <grpcpp/impl/service_type.h>

#include <memory>

#include "rpc/ferry_service.h"

namespace ferry::rpc {

// `handler` must outlive the server that the service is registered with.
std::unique_ptr<grpc::Service> MakeFerryService(FerryHandler* handler);

}  // namespace ferry::rpc

#endif  // FERRY_RPC_FERRY_GRPC_SERVICE_H_
