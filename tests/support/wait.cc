#include "tests/support/wait.h"

#include "absl/time/clock.h"
#include "core/base/clock.h"
#include "core/base/wait.h"

namespace ferry::test {

bool WaitUntil(const std::function<bool()>& condition, absl::Duration bound) {
  const absl::Duration end = SystemClock().Elapsed() + bound;
  while (!condition()) {
    if (SystemClock().Elapsed() >= end) return condition();
    WaitFor(absl::Milliseconds(5));
  }
  return true;
}

}  // namespace ferry::test
