// The agent's file as it stands now: replaced as a whole on SIGHUP, read at every decision. Thread-safe.
#ifndef FERRY_AGENT_WORKER_CURRENT_POLICY_H_
#define FERRY_AGENT_WORKER_CURRENT_POLICY_H_

#include <memory>
#include <string>
#include <utility>

#include "agent/policy/policy.h"
#include "core/base/mutex.h"

namespace ferry::worker {

class CurrentPolicy {
 public:
  explicit CurrentPolicy(policy::AgentConfig config)
      : config_(std::make_shared<const policy::AgentConfig>(std::move(config))) {}

  std::shared_ptr<const policy::AgentConfig> Get() const {
    MutexLock lock(&mutex_);
    return config_;
  }
  // A copy of the target's part; the set of targets never changes while the agent runs.
  policy::TargetConfig Target(const std::string& target_id) const {
    const std::shared_ptr<const policy::AgentConfig> config = Get();
    for (const policy::TargetConfig& target : config->targets) {
      if (target.id == target_id) return target;
    }
    return {};
  }
  void Replace(policy::AgentConfig config) {
    auto next = std::make_shared<const policy::AgentConfig>(std::move(config));
    MutexLock lock(&mutex_);
    config_ = std::move(next);
  }

 private:
  mutable Mutex mutex_;
  std::shared_ptr<const policy::AgentConfig> config_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace ferry::worker

#endif  // FERRY_AGENT_WORKER_CURRENT_POLICY_H_
