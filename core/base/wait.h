// The one way to let time pass: bounded, and it can be told to stop.
#ifndef FERRY_CORE_BASE_WAIT_H_
#define FERRY_CORE_BASE_WAIT_H_

#include <functional>

#include "absl/time/time.h"

namespace ferry {

// Returns when `how_long` has passed, or soon (50 ms) after `stop` has begun to answer true. `stop` may be
// empty; it is called on this thread.
void WaitFor(absl::Duration how_long, const std::function<bool()>& stop = {});

}  // namespace ferry

#endif  // FERRY_CORE_BASE_WAIT_H_
