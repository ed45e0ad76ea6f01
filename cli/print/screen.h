// What every screen must know of where it is shown. Values; any thread.
#ifndef FERRY_CLI_PRINT_SCREEN_H_
#define FERRY_CLI_PRINT_SCREEN_H_

#include <cstddef>

#include "absl/time/time.h"

namespace ferry::cli {

struct Screen {
  bool color = false;
  size_t columns = 100;
  absl::Time now;
  absl::TimeZone zone;  // for times that have no zone of their own
};

}  // namespace ferry::cli

#endif  // FERRY_CLI_PRINT_SCREEN_H_
