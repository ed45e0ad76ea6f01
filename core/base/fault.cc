#include "core/base/fault.h"

#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "core/base/error.h"
#include "core/base/mutex.h"

namespace ferry {
namespace {

struct Armed {
  std::string action;
  int countdown = 1;
};

class Registry {
 public:
  Registry() {
    const char* spec = std::getenv("FERRY_FAULT");
    if (spec == nullptr) return;
    for (const absl::string_view item : absl::StrSplit(spec, ',', absl::SkipEmpty())) {
      const std::vector<std::string> sides = absl::StrSplit(item, absl::MaxSplits('=', 1));
      if (sides.size() != 2) continue;
      const std::vector<std::string> action = absl::StrSplit(sides[1], ':');
      Armed armed{action[0], 1};
      if (action.size() > 1 && !absl::SimpleAtoi(action[1], &armed.countdown)) armed.countdown = 1;
      armed_[sides[0]] = armed;
    }
  }

  // The action due now at `name`, or "".
  std::string Reach(const char* name) {
    MutexLock lock(&mutex_);
    const auto found = armed_.find(name);
    if (found == armed_.end() || found->second.countdown <= 0) return "";
    if (--found->second.countdown > 0) return "";
    return found->second.action;
  }

 private:
  Mutex mutex_;
  std::map<std::string, Armed> armed_ ABSL_GUARDED_BY(mutex_);
};

Registry& TheRegistry() {
  static Registry* const registry = new Registry;
  return *registry;
}

}  // namespace

void ReachFaultPoint(const char* name) {
  const std::string action = TheRegistry().Reach(name);
  if (action == "kill") kill(getpid(), SIGKILL);
  if (action == "stop") kill(getpid(), SIGSTOP);
}

absl::Status FaultError(const char* name) {
#ifdef FERRY_FAULT_POINTS
  if (TheRegistry().Reach(name) == "err") {
    return Error(ErrorCode::kInternal, absl::StrCat("fail point ", name));
  }
#else
  static_cast<void>(name);
#endif
  return absl::OkStatus();
}

}  // namespace ferry
