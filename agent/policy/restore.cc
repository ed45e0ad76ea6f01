#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "agent/policy/target.h"
#include "core/base/error.h"

namespace ferry::policy {
namespace {

using config::ConfigNode;

constexpr absl::Duration kLongestHook = absl::Hours(1);

absl::Status ReadHook(const ConfigNode& hooks, absl::string_view key, HookConfig& out) {
  ASSIGN_OR_RETURN(const std::optional<ConfigNode> node, hooks.OptionalMap(key));
  if (!node.has_value()) return absl::OkStatus();
  RETURN_IF_ERROR(node->RefuseUnknown({"command", "timeout"}));
  ASSIGN_OR_RETURN(const std::vector<ConfigNode> words, node->List("command"));
  for (const ConfigNode& word : words) {
    ASSIGN_OR_RETURN(std::string text, word.AsString());
    out.command.push_back(std::move(text));
  }
  if (out.command.empty() || !absl::StartsWith(out.command.front(), "/")) {
    return node->Complain("command",
                          "a hook's command is a list: the program's absolute path, then its arguments");
  }
  ASSIGN_OR_RETURN(out.timeout, ReadDuration(*node, "timeout", out.timeout));
  if (out.timeout > absl::ZeroDuration() && out.timeout <= kLongestHook) return absl::OkStatus();
  return node->Complain("timeout", "a hook's timeout must be more than 0s and at most 1h");
}

}  // namespace

absl::Status ReadRestore(const ConfigNode& target, RestoreConfig& out) {
  ASSIGN_OR_RETURN(const std::optional<ConfigNode> node, target.OptionalMap("restore"));
  if (!node.has_value()) return absl::OkStatus();
  RETURN_IF_ERROR(node->RefuseUnknown({"maintenance_database", "pg_restore", "hooks"}));
  ASSIGN_OR_RETURN(out.maintenance_database,
                   node->StringOr("maintenance_database", out.maintenance_database));
  if (node->Has("pg_restore")) {
    ASSIGN_OR_RETURN(out.pg_restore, config::ReadPath(*node, "pg_restore"));
  }
  ASSIGN_OR_RETURN(const std::optional<ConfigNode> hooks, node->OptionalMap("hooks"));
  if (!hooks.has_value()) return absl::OkStatus();
  RETURN_IF_ERROR(hooks->RefuseUnknown({"quiesce", "resume"}));
  RETURN_IF_ERROR(ReadHook(*hooks, "quiesce", out.quiesce));
  return ReadHook(*hooks, "resume", out.resume);
}

}  // namespace ferry::policy
