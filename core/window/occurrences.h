// What a single rule covers on the time line, whatever it is made of. Private to core/window.
#ifndef FERRY_CORE_WINDOW_OCCURRENCES_H_
#define FERRY_CORE_WINDOW_OCCURRENCES_H_

#include <optional>

#include "absl/time/time.h"
#include "core/window/schedule.h"

namespace ferry::window {

// An instant after `at` until which the rule covers everything from `at` on; nullopt when it does not cover
// `at`. Not necessarily the last such instant: ask again with the answer.
std::optional<absl::Time> CoveredUntil(const Rule& rule, absl::Time at);

// The first instant after `at`, and not after `limit`, at which one of the rule's spans starts.
std::optional<absl::Time> NextStart(const Rule& rule, absl::Time at, absl::Time limit);

}  // namespace ferry::window

#endif  // FERRY_CORE_WINDOW_OCCURRENCES_H_
