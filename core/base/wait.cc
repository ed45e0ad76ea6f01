#include "core/base/wait.h"

#include <algorithm>

#include "core/base/clock.h"
#include "core/base/mutex.h"

namespace ferry {

void WaitFor(absl::Duration how_long, const std::function<bool()>& stop) {
  const absl::Duration end = SystemClock().Elapsed() + how_long;
  Mutex mutex;
  CondVar never;
  MutexLock lock(&mutex);
  for (;;) {
    const absl::Duration left = end - SystemClock().Elapsed();
    if (left <= absl::ZeroDuration() || (stop && stop())) return;
    never.WaitFor(&mutex, std::min(left, absl::Milliseconds(50)));
  }
}

}  // namespace ferry
