// Values that the files of all three programs have in common, read with one set of rules. Pure; any thread.
#ifndef FERRY_CORE_CONFIG_VALUES_H_
#define FERRY_CORE_CONFIG_VALUES_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/config/config_node.h"

namespace ferry::config {

// Paths of PEM files: all three, or none.
struct TlsFiles {
  std::string certificate, key, ca;
  bool empty() const { return certificate.empty(); }
};

// The map `tls` of `node`; no files when there is none. Paths as PathBeside makes them.
absl::StatusOr<TlsFiles> ReadTls(const ConfigNode& node);

// `key` as "debug", "info", "warn" or "error"; "info" when it is not there.
absl::StatusOr<std::string> ReadLogLevel(const ConfigNode& node, absl::string_view key);

// `key` as "host:port", "[::1]:port" or "unix:/path".
absl::StatusOr<std::string> ReadAddress(const ConfigNode& node, absl::string_view key);

// `text` as the name of an environment: [a-z][a-z0-9_-]*, at most 63 characters.
bool IsEnvironmentName(absl::string_view text);
// `key` as one, and none of the words
// "register" and "list", which `ferry plan` takes as its own.
absl::StatusOr<std::string> ReadEnvironmentName(const ConfigNode& node, absl::string_view key);

// `text` as the id of a target or the name of a program: letters, digits, '.', '_', '-', at most 100 of them,
// the first a letter or digit. Ids name folders and stand in lists separated by commas.
bool IsId(absl::string_view text);
absl::StatusOr<std::string> ReadId(const ConfigNode& node, absl::string_view key);

// `path` seen from the folder that `file` lies in, unless it is absolute.
std::string PathBeside(absl::string_view file, absl::string_view path);
absl::StatusOr<std::string> ReadPath(const ConfigNode& node, absl::string_view key);

}  // namespace ferry::config

#endif  // FERRY_CORE_CONFIG_VALUES_H_
