// Waiting for a condition with a bound, instead of sleeping and hoping.
#ifndef FERRY_TESTS_SUPPORT_WAIT_H_
#define FERRY_TESTS_SUPPORT_WAIT_H_

#include <functional>

#include "absl/time/time.h"

namespace ferry::test {

// Asks `condition` every few milliseconds until it holds (true) or `bound` has passed (its last answer).
bool WaitUntil(const std::function<bool()>& condition, absl::Duration bound = absl::Seconds(30));

}  // namespace ferry::test

#endif  // FERRY_TESTS_SUPPORT_WAIT_H_
