// Reads one entry of `targets:`. Private to this folder; policy.h says what is refused.
#ifndef FERRY_AGENT_POLICY_TARGET_H_
#define FERRY_AGENT_POLICY_TARGET_H_

#include "absl/status/statusor.h"
#include "agent/policy/policy.h"
#include "core/config/config_node.h"

namespace ferry::policy {

absl::StatusOr<TargetConfig> ReadTarget(const config::ConfigNode& node);

// The map `windows` of a target: zone, reserve, rules.
absl::Status ReadWindows(const config::ConfigNode& node, TargetConfig& target);

}  // namespace ferry::policy

#endif  // FERRY_AGENT_POLICY_TARGET_H_
