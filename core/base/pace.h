// How many rows the next batch of a long walk takes, so that each takes about as long as was asked for: what
// a batch locks is locked for that long, whatever the rows cost. Pure; any thread.
#ifndef FERRY_CORE_BASE_PACE_H_
#define FERRY_CORE_BASE_PACE_H_

#include <cstdint>

#include "absl/time/time.h"

namespace ferry {

// The size after a batch of `rows` rows that took `took`. Nearly as long as `aim` (0.6 to 1.4 times): the
// same. At most doubled or quartered at a time, from 1 to `most`. An infinite `aim`: always `rows`.
int64_t NextBatchRows(int64_t rows, absl::Duration took, absl::Duration aim, int64_t most);

}  // namespace ferry

#endif  // FERRY_CORE_BASE_PACE_H_
