// The controller's own file as values. Read strictly: whatever is wrong is kConfig with the place in the
// file. Values and a function without state; any thread.
#ifndef FERRY_CONTROLLER_CONFIG_CONFIG_H_
#define FERRY_CONTROLLER_CONFIG_CONFIG_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "controller/store/store.h"
#include "core/config/values.h"

namespace ferry::config {

struct ControllerConfig {
  std::string name;
  std::string listen;     // host:port or unix:/path
  std::string store;      // path of the SQLite file
  std::string log_level;  // debug info warn error
  TlsFiles tls;
  std::vector<store::EnvironmentRecord> pipeline;  // in order; every environment has a target
};

// Reads the file at `path`. Relative paths in it are seen from its folder. kConfig with file, line and column
// for: what core/config refuses, an empty pipeline, an environment's name used twice or not usable, an
// environment without targets, a target that stands in two places. kFileSystem when the file itself cannot be
// read.
absl::StatusOr<ControllerConfig> LoadControllerConfig(const std::string& path);

}  // namespace ferry::config

#endif  // FERRY_CONTROLLER_CONFIG_CONFIG_H_
