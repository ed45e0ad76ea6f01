#include "core/base/pace.h"

#include <algorithm>

namespace ferry {

int64_t NextBatchRows(int64_t rows, absl::Duration took, absl::Duration aim, int64_t most) {
  if (aim == absl::InfiniteDuration()) return rows;
  const double share = took <= absl::ZeroDuration() ? 0.0 : absl::FDivDuration(took, aim);
  if (share >= 0.6 && share <= 1.4) return std::clamp<int64_t>(rows, 1, most);
  const double factor = share <= 0.5 ? 2.0 : std::max(0.25, 1.0 / share);
  return std::clamp<int64_t>(static_cast<int64_t>(static_cast<double>(rows) * factor), 1, most);
}

}  // namespace ferry
