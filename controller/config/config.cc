#include "controller/config/config.h"

#include <errno.h>
#include <string.h>

#include <fstream>
#include <map>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "core/config/config_node.h"

namespace ferry::config {
namespace {

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  if (!file || !(bytes << file.rdbuf())) {
    return Error(ErrorCode::kFileSystem, absl::StrCat("cannot read \"", path, "\": ", strerror(errno)));
  }
  return bytes.str();
}

// `environment_of`: the targets so far.
absl::Status ReadTargets(const ConfigNode& node, store::EnvironmentRecord& environment,
                         std::map<std::string, std::string>& environment_of) {
  ASSIGN_OR_RETURN(const std::vector<ConfigNode> items, node.List("targets"));
  if (items.empty()) {
    return node.Complain("targets",
                         absl::StrCat("environment \"", environment.name, "\" needs at least one target"));
  }
  for (const ConfigNode& item : items) {
    ASSIGN_OR_RETURN(const std::string target, item.AsString());
    if (!IsId(target)) return item.Complain(absl::StrCat("\"", target, "\" cannot be the id of a target"));
    const auto [earlier, added] = environment_of.emplace(target, environment.name);
    if (!added) {
      return item.Complain(
          absl::StrCat("target \"", target, "\" stands under \"", earlier->second, "\" already"));
    }
    environment.targets.push_back(target);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<store::EnvironmentRecord>> ReadPipeline(const ConfigNode& root) {
  std::vector<store::EnvironmentRecord> pipeline;
  std::map<std::string, std::string> environment_of;
  ASSIGN_OR_RETURN(const std::vector<ConfigNode> nodes, root.List("pipeline"));
  if (nodes.empty())
    return root.Complain("pipeline", "a controller needs at least one environment under \"pipeline\"");
  for (const ConfigNode& node : nodes) {
    RETURN_IF_ERROR(node.RefuseUnknown({"environment", "targets"}));
    store::EnvironmentRecord environment;
    ASSIGN_OR_RETURN(environment.name, ReadEnvironmentName(node, "environment"));
    for (const store::EnvironmentRecord& other : pipeline) {
      if (other.name == environment.name) {
        return node.Complain("environment", absl::StrCat("environment \"", other.name, "\" is there twice"));
      }
    }
    RETURN_IF_ERROR(ReadTargets(node, environment, environment_of));
    pipeline.push_back(std::move(environment));
  }
  return pipeline;
}

}  // namespace

absl::StatusOr<ControllerConfig> LoadControllerConfig(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  ASSIGN_OR_RETURN(const ConfigNode root, ConfigNode::Parse(path, text));
  RETURN_IF_ERROR(root.RefuseUnknown({"name", "listen", "store", "log_level", "tls", "pipeline"}));
  ControllerConfig out;
  ASSIGN_OR_RETURN(out.name, ReadId(root, "name"));
  ASSIGN_OR_RETURN(out.listen, ReadAddress(root, "listen"));
  ASSIGN_OR_RETURN(out.store, ReadPath(root, "store"));
  ASSIGN_OR_RETURN(out.log_level, ReadLogLevel(root, "log_level"));
  ASSIGN_OR_RETURN(out.tls, ReadTls(root));
  ASSIGN_OR_RETURN(out.pipeline, ReadPipeline(root));
  return out;
}

}  // namespace ferry::config
