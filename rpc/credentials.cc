#include "rpc/credentials.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/base/error.h"

namespace ferry::rpc {

bool IsLocalAddress(absl::string_view address) {
  return absl::StartsWith(address, "unix:") || absl::StartsWith(address, "127.") ||
         absl::StartsWith(address, "localhost:") || absl::StartsWith(address, "[::1]:");
}

absl::Status CheckAddress(absl::string_view address, const TlsFiles& tls) {
  if (address.empty()) return Error(ErrorCode::kConfig, "no address").Next("give host:port or unix:/path");
  if (tls.empty()) {
    if (IsLocalAddress(address)) return absl::OkStatus();
    return Error(ErrorCode::kTlsRequired, absl::StrCat("\"", address,
                                                       "\" is not a loopback address or Unix socket, "
                                                       "and no TLS certificate, key and CA are given"))
        .TargetState("unchanged: nothing was started")
        .Next("give tls: certificate, key and ca (deploy/README.md), or use 127.0.0.1 or unix:/path");
  }
  if (tls.certificate.empty() || tls.key.empty() || tls.ca.empty()) {
    return Error(ErrorCode::kConfig, "tls needs all three: certificate, key and ca")
        .TargetState("unchanged: nothing was started")
        .Next("add the missing file to tls:");
  }
  return absl::OkStatus();
}

}  // namespace ferry::rpc
