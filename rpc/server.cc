#include "rpc/server.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "rpc/agent_gateway_service.h"
#include "rpc/ferry_grpc_service.h"
#include "rpc/grpc_credentials.h"

namespace ferry::rpc {
namespace {

class GrpcServer final : public Server {
 public:
  GrpcServer(std::unique_ptr<grpc::Service> agents, std::unique_ptr<grpc::Service> ferry)
      : agents_(std::move(agents)), ferry_(std::move(ferry)) {}
  ~GrpcServer() override { Shutdown(absl::ZeroDuration()); }

  absl::Status Listen(const std::string& address,
                      const std::shared_ptr<grpc::ServerCredentials>& credentials) {
    // Both are process-wide and idempotent; they must come before the builder.
    grpc::EnableDefaultHealthCheckService(true);
    grpc::reflection::InitProtoReflectionServerBuilderPlugin();
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort(address, credentials, &port);
    builder.RegisterService(agents_.get());
    builder.RegisterService(ferry_.get());
    builder.SetMaxReceiveMessageSize(kMaxMessageBytes);
    builder.SetMaxSendMessageSize(kMaxMessageBytes);
    builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
    builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 5'000);
    builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, 10'000);
    builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 10'000);
    server_ = builder.BuildAndStart();
    if (server_ == nullptr || port == 0) {
      return Error(ErrorCode::kTransport, absl::StrCat("cannot listen on ", address))
          .TargetState("unchanged: nothing was started")
          .Next("another program has this address: choose a free one in listen:");
    }
    address_ = absl::StartsWith(address, "unix:")
                   ? address
                   : absl::StrCat(address.substr(0, address.rfind(':')), ":", port);
    server_->GetHealthCheckService()->SetServingStatus(true);
    return absl::OkStatus();
  }

  std::string address() const override { return address_; }

  void Shutdown(absl::Duration grace) override {
    if (server_ == nullptr) return;
    server_->GetHealthCheckService()->Shutdown();
    server_->Shutdown(absl::ToChronoTime(SystemClock().Now() + grace));
    server_->Wait();
    server_.reset();
  }

 private:
  std::unique_ptr<grpc::Service> agents_;
  std::unique_ptr<grpc::Service> ferry_;
  std::string address_;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Server>> Server::Start(const std::string& address, const TlsFiles& tls,
                                                      AgentGatewayHandler* agents, FerryHandler* ferry) {
  ASSIGN_OR_RETURN(const std::shared_ptr<grpc::ServerCredentials> credentials,
                   MakeServerCredentials(address, tls));
  auto server = std::make_unique<GrpcServer>(MakeAgentGatewayService(agents), MakeFerryService(ferry));
  RETURN_IF_ERROR(server->Listen(address, credentials));
  return server;
}

}  // namespace ferry::rpc
