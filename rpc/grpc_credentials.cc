#include "rpc/grpc_credentials.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/channel_arguments.h>

#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "core/base/error.h"

namespace ferry::rpc {
namespace {

absl::StatusOr<std::string> ReadPem(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  if (!file || text.str().find("-----BEGIN ") == std::string::npos) {
    return Error(ErrorCode::kFileSystem,
                 absl::StrCat("cannot read a PEM certificate or key from \"", path, "\""))
        .TargetState("unchanged: nothing was started")
        .Next("check the path and its permissions; deploy/make-certificates makes a set");
  }
  return text.str();
}

struct PemFiles {
  std::string certificate, key, ca;
};

absl::StatusOr<PemFiles> ReadPems(const TlsFiles& tls) {
  PemFiles pem;
  ASSIGN_OR_RETURN(pem.certificate, ReadPem(tls.certificate));
  ASSIGN_OR_RETURN(pem.key, ReadPem(tls.key));
  ASSIGN_OR_RETURN(pem.ca, ReadPem(tls.ca));
  return pem;
}

}  // namespace

absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> MakeServerCredentials(const std::string& address,
                                                                               const TlsFiles& tls) {
  RETURN_IF_ERROR(CheckAddress(address, tls));
  if (tls.empty()) return grpc::InsecureServerCredentials();
  ASSIGN_OR_RETURN(const PemFiles pem, ReadPems(tls));
  grpc::SslServerCredentialsOptions options(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  options.pem_root_certs = pem.ca;
  options.pem_key_cert_pairs.push_back({pem.key, pem.certificate});
  return grpc::SslServerCredentials(options);
}

absl::StatusOr<std::shared_ptr<grpc::Channel>> MakeChannel(const std::string& address, const TlsFiles& tls) {
  RETURN_IF_ERROR(CheckAddress(address, tls));
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(kMaxMessageBytes);
  arguments.SetMaxSendMessageSize(kMaxMessageBytes);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 10'000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 10'000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 0);
  arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 2'000);
  // A Unix socket's path, or a proxy of the environment, must not decide where our traffic goes.
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  std::shared_ptr<grpc::ChannelCredentials> credentials = grpc::InsecureChannelCredentials();
  if (!tls.empty()) {
    ASSIGN_OR_RETURN(const PemFiles pem, ReadPems(tls));
    credentials = grpc::SslCredentials({pem.ca, pem.key, pem.certificate});
  }
  return grpc::CreateCustomChannel(address, credentials, arguments);
}

}  // namespace ferry::rpc
