// Break-glass: brings one target to a version from a plan file, on the target's own host, while no controller
// is there. Every rule of the agent's own file holds as for a promotion: strict file, digest recomputed,
// preflight, window, backup first, target lock, ledger with commit guard, verify, analyze. The epoch is the
// fence's own, so that a controller that comes back is not shut out. Nothing of the running agent is touched:
// its journal stays closed; when it is at work on the target this run is refused (kTargetBusy).
//
// The ledger remembers: every event has promotion id "bg-…" and reason "USER@HOST: TEXT". From there the
// agent tells the controller.
#ifndef FERRY_AGENT_BREAKGLASS_APPLY_SIGNED_H_
#define FERRY_AGENT_BREAKGLASS_APPLY_SIGNED_H_

#include <atomic>
#include <iosfwd>
#include <optional>
#include <string>

#include "agent/policy/policy.h"
#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/base/mutex.h"
#include "pg/session/session.h"

namespace ferry::breakglass {

struct Options {
  std::string plan_file;   // path
  std::string target;      // id in the agent's file
  std::string to_version;  // "" = what the plan file says; never above that
  std::string reason;
  std::string by;  // "root@db1"
};

// Stops a run from another thread, also inside a statement. Thread-safe.
class StopSwitch {
 public:
  void Ask();
  void Running(const pg::Canceller& canceller);
  const std::atomic<bool>* asked() const { return &asked_; }

 private:
  std::atomic<bool> asked_{false};
  Mutex mutex_;
  std::optional<pg::Canceller> canceller_ ABSL_GUARDED_BY(mutex_);
};

// Runs it and says each step on `out`, progress and errors on `err`. Returns the exit code: 0 done (or
// nothing to do), 1 refused before anything was done, 4 protected, 5 a step failed and nothing of it remains,
// 6 it needs a person, 7 the plan and the ledger do not fit, 8 the window is closed, 64 usage, 78 the agent's
// file.
int ApplySigned(const policy::AgentConfig& config, const Options& options, const Clock& clock,
                RandomSource& random, StopSwitch& stop, std::ostream& out, std::ostream& err);

}  // namespace ferry::breakglass

#endif  // FERRY_AGENT_BREAKGLASS_APPLY_SIGNED_H_
