// Reads one entry of `targets:`, and its neighbour `programs:`. Private to this folder; policy.h says what is
// refused.
#ifndef FERRY_AGENT_POLICY_TARGET_H_
#define FERRY_AGENT_POLICY_TARGET_H_

#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "agent/policy/policy.h"
#include "core/config/config_node.h"

namespace ferry::policy {

absl::StatusOr<TargetConfig> ReadTarget(const config::ConfigNode& node);

// The map `backfill` of a target, which may be missing.
absl::Status ReadBackfill(const config::ConfigNode& target, BackfillConfig& out);

// The map `limits` of a target, which may be missing.
absl::Status ReadLimits(const config::ConfigNode& node, Limits& out);

// The map `restore` of a target, which may be missing.
absl::Status ReadRestore(const config::ConfigNode& node, RestoreConfig& out);

// The map `windows` of a target: zone, reserve, rules.
absl::Status ReadWindows(const config::ConfigNode& node, TargetConfig& target);

// The map `programs` of the file; none when there is no such key.
absl::StatusOr<std::map<std::string, ProgramConfig>> ReadPrograms(const config::ConfigNode& root);

// `key` as window::ParseDuration reads it; `fallback` when it is not there.
absl::StatusOr<absl::Duration> ReadDuration(const config::ConfigNode& node, absl::string_view key,
                                            absl::Duration fallback);

}  // namespace ferry::policy

#endif  // FERRY_AGENT_POLICY_TARGET_H_
