// Who may speak without TLS, and mutual TLS for everybody else.
#ifndef FERRY_RPC_CREDENTIALS_H_
#define FERRY_RPC_CREDENTIALS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace ferry::rpc {

// Paths of PEM files. All three or none.
struct TlsFiles {
  std::string certificate, key, ca;
  bool empty() const { return certificate.empty() && key.empty() && ca.empty(); }
};

// True for "unix:…", "127.…:port", "localhost:port", "[::1]:port".
bool IsLocalAddress(absl::string_view address);

// OK when `address` may be used with these files: local without TLS, anything with all three files.
// kTlsRequired for another address without them, kConfig when only some are given.
absl::Status CheckAddress(absl::string_view address, const TlsFiles& tls);

}  // namespace ferry::rpc

#endif  // FERRY_RPC_CREDENTIALS_H_
