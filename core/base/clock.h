// Time as a value that is passed in, so that rules are functions and tests are deterministic.
#ifndef FERRY_CORE_BASE_CLOCK_H_
#define FERRY_CORE_BASE_CLOCK_H_

#include "absl/time/time.h"

namespace ferry {

// Wall time and a clock for durations. Implementations are thread-safe. `Elapsed` counts from an arbitrary
// origin, never steps back, and goes on while the machine is suspended (CLOCK_BOOTTIME).
class Clock {
 public:
  virtual ~Clock() = default;
  virtual absl::Time Now() const = 0;
  virtual absl::Duration Elapsed() const = 0;
};

// The machine's clocks. Lives for ever.
const Clock& SystemClock();

}  // namespace ferry

#endif  // FERRY_CORE_BASE_CLOCK_H_
