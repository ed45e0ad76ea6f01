// How long to wait before a retry: exponential with full jitter, bounded.
#ifndef FERRY_CORE_BASE_BACKOFF_H_
#define FERRY_CORE_BASE_BACKOFF_H_

#include "absl/time/time.h"
#include "core/base/ids.h"

namespace ferry {

// One thread at a time.
class Backoff {
 public:
  Backoff(absl::Duration first, absl::Duration longest, RandomSource& random)
      : first_(first), longest_(longest), current_(first), random_(random) {}

  // Between half of the current step and all of it; the step doubles up to `longest`.
  absl::Duration Next();
  // Back to `first`: call when something really worked, not when a connection merely opened.
  void Reset() { current_ = first_; }

 private:
  absl::Duration first_;
  absl::Duration longest_;
  absl::Duration current_;
  RandomSource& random_;
};

}  // namespace ferry

#endif  // FERRY_CORE_BASE_BACKOFF_H_
