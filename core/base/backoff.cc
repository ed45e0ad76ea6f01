#include "core/base/backoff.h"

#include <algorithm>

namespace ferry {

absl::Duration Backoff::Next() {
  const double fraction = 0.5 + 0.5 * static_cast<double>(random_.Next() % 1000) / 1000.0;
  const absl::Duration wait = current_ * fraction;
  current_ = std::min(longest_, current_ * 2);
  return wait;
}

}  // namespace ferry
