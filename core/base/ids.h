// Ids that people can read out: a prefix that says of what, the time, and enough randomness never to collide.
#ifndef FERRY_CORE_BASE_IDS_H_
#define FERRY_CORE_BASE_IDS_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace ferry {

// Randomness passed in. Implementations are thread-safe.
class RandomSource {
 public:
  virtual ~RandomSource() = default;
  virtual uint64_t Next() = 0;
};

// The operating system's generator. Lives for ever.
RandomSource& SystemRandom();

// "prm-20261123-130405-1f3a9c27": prefix, UTC second of `now`, 32 random bits. Sorts by time.
std::string NewId(absl::string_view prefix, absl::Time now, RandomSource& random);

}  // namespace ferry

#endif  // FERRY_CORE_BASE_IDS_H_
