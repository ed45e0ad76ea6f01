// The programs of the agent's file that stop an application before a swap and let it go on after.
#ifndef FERRY_AGENT_WORKER_HOOKS_H_
#define FERRY_AGENT_WORKER_HOOKS_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "agent/policy/policy.h"

namespace ferry::worker {

struct HookCall {
  std::string name;  // "quiesce", "resume"
  std::string target_id, promotion_id;
};

// Runs it to its end, as an argument vector, without a shell. Its environment is PATH, LC_ALL=C, FERRY_HOOK,
// FERRY_TARGET and FERRY_PROMOTION. OK at once when there is no such hook. kHookFailed with the exit code and
// the last line that it wrote: it did not start, failed, or took longer than its timeout. kCancelled when
// `stop` said so.
absl::Status RunHook(const policy::HookConfig& hook, const HookCall& call, const std::function<bool()>& stop);

}  // namespace ferry::worker

#endif  // FERRY_AGENT_WORKER_HOOKS_H_
