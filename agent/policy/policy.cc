#include "agent/policy/policy.h"

#include <errno.h>
#include <string.h>

#include <fstream>
#include <set>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "agent/policy/target.h"
#include "core/base/error.h"
#include "core/config/config_node.h"

namespace ferry::policy {
namespace {

using config::ConfigNode;

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  if (!file || !(bytes << file.rdbuf())) {
    return Error(ErrorCode::kFileSystem, absl::StrCat("cannot read \"", path, "\": ", strerror(errno)));
  }
  return bytes.str();
}

absl::StatusOr<std::vector<TargetConfig>> ReadTargets(const ConfigNode& root) {
  std::vector<TargetConfig> targets;
  std::set<std::string> seen;
  ASSIGN_OR_RETURN(const std::vector<ConfigNode> nodes, root.List("targets"));
  if (nodes.empty()) return root.Complain("targets", "an agent needs at least one target under \"targets\"");
  for (const ConfigNode& node : nodes) {
    ASSIGN_OR_RETURN(TargetConfig target, ReadTarget(node));
    if (!seen.insert(target.id).second) {
      return node.Complain("id", absl::StrCat("target \"", target.id, "\" is there twice"));
    }
    targets.push_back(std::move(target));
  }
  return targets;
}

bool SameTls(const config::TlsFiles& a, const config::TlsFiles& b) {
  return a.certificate == b.certificate && a.key == b.key && a.ca == b.ca;
}

absl::Status NeedsRestart(absl::string_view what) {
  return Error(ErrorCode::kConfig, absl::StrCat(what, " cannot change while the agent runs"))
      .Next("restart ferry-agent, or undo that change and send SIGHUP again");
}

absl::Status CheckTargetReload(const TargetConfig& now, const TargetConfig& next) {
  if (now.id != next.id) return NeedsRestart("the list of targets");
  if (now.environment != next.environment) {
    return NeedsRestart(absl::StrCat("the environment of target \"", now.id, "\""));
  }
  if (now.connection != next.connection || now.setup != next.setup || now.migrate != next.migrate ||
      now.observe != next.observe || now.restore != next.restore) {
    return NeedsRestart(absl::StrCat("how target \"", now.id, "\" is reached"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<AgentConfig> LoadAgentConfig(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  ASSIGN_OR_RETURN(const ConfigNode root, ConfigNode::Parse(path, text));
  RETURN_IF_ERROR(
      root.RefuseUnknown({"name", "controller", "state", "log_level", "tls", "targets", "programs"}));
  AgentConfig out;
  ASSIGN_OR_RETURN(out.name, config::ReadId(root, "name"));
  ASSIGN_OR_RETURN(out.controller, config::ReadAddress(root, "controller"));
  ASSIGN_OR_RETURN(out.state, config::ReadPath(root, "state"));
  ASSIGN_OR_RETURN(out.log_level, config::ReadLogLevel(root, "log_level"));
  ASSIGN_OR_RETURN(out.tls, config::ReadTls(root));
  ASSIGN_OR_RETURN(out.targets, ReadTargets(root));
  ASSIGN_OR_RETURN(out.programs, ReadPrograms(root));
  return out;
}

absl::Status CheckReload(const AgentConfig& now, const AgentConfig& next) {
  if (now.name != next.name) return NeedsRestart("the agent's name");
  if (now.controller != next.controller) return NeedsRestart("the controller's address");
  if (now.state != next.state) return NeedsRestart("the state folder");
  if (now.log_level != next.log_level) return NeedsRestart("the log level");
  if (!SameTls(now.tls, next.tls)) return NeedsRestart("\"tls\"");
  if (now.targets.size() != next.targets.size()) return NeedsRestart("the list of targets");
  for (size_t i = 0; i < now.targets.size(); ++i) {
    RETURN_IF_ERROR(CheckTargetReload(now.targets[i], next.targets[i]));
  }
  return absl::OkStatus();
}

}  // namespace ferry::policy
