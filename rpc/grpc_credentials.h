// Channel and server credentials for rpc/ itself.
#ifndef FERRY_RPC_GRPC_CREDENTIALS_H_
#define FERRY_RPC_GRPC_CREDENTIALS_H_

#include <grpcpp/channel.h>
#include <grpcpp/security/server_credentials.h>

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "rpc/credentials.h"

namespace ferry::rpc {

// The largest message of any call: a plan or a snapshot piece.
inline constexpr int kMaxMessageBytes = 64 << 20;

// Mutual TLS when `tls` is given, plain text for a local address otherwise. kTlsRequired, kConfig,
// kFileSystem.
absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> MakeServerCredentials(const std::string& address,
                                                                               const TlsFiles& tls);
// A channel that pings every 10 s while a call is open, so that a half-open connection is noticed within 20
// s.
absl::StatusOr<std::shared_ptr<grpc::Channel>> MakeChannel(const std::string& address, const TlsFiles& tls);

}  // namespace ferry::rpc

#endif  // FERRY_RPC_GRPC_CREDENTIALS_H_
