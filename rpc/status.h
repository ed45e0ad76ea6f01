// absl::Status <-> gRPC status, once and here. The ErrorDetail travels serialised in grpc-status-details-bin.
#ifndef FERRY_RPC_STATUS_H_
#define FERRY_RPC_STATUS_H_

#include <grpcpp/support/status.h>

#include "absl/status/status.h"

namespace ferry::rpc {

// Messages longer than 2,000 bytes are cut: gRPC puts them into metadata, whose size is limited.
grpc::Status ToGrpc(const absl::Status& status);

// A status without our detail (a foreign server, a broken connection) keeps its code and text.
absl::Status FromGrpc(const grpc::Status& status);

}  // namespace ferry::rpc

#endif  // FERRY_RPC_STATUS_H_
