#include "core/base/ids.h"

#include <openssl/rand.h>

#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace ferry {
namespace {

class OpenSslRandom final : public RandomSource {
 public:
  uint64_t Next() override {
    uint64_t value = 0;
    // RAND_bytes fails only when the operating system has no randomness at all: ids could then collide.
    if (RAND_bytes(reinterpret_cast<unsigned char*>(&value), sizeof value) != 1) std::abort();
    return value;
  }
};

}  // namespace

RandomSource& SystemRandom() {
  static OpenSslRandom* const random = new OpenSslRandom;
  return *random;
}

std::string NewId(absl::string_view prefix, absl::Time now, RandomSource& random) {
  return absl::StrCat(prefix, "-", absl::FormatTime("%Y%m%d-%H%M%S", now, absl::UTCTimeZone()), "-",
                      absl::StrFormat("%08x", static_cast<uint32_t>(random.Next())));
}

}  // namespace ferry
