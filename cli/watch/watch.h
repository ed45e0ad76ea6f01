// Watching a promotion until it ends, however often the controller goes away meanwhile.
#ifndef FERRY_CLI_WATCH_WATCH_H_
#define FERRY_CLI_WATCH_WATCH_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "cli/context.h"
#include "ferry/v1/promotion.pb.h"

namespace ferry::cli {

struct WatchOptions {
  absl::Duration timeout = absl::InfiniteDuration();
};

// Shows `promotion` (just started or just asked for) through the view that fits, until it has ended, and
// prints how it ended. Returns the exit code: ExitCodeOf(promotion); kExitInterrupted after Ctrl-C and
// kExitTimeout after `timeout`, both saying that it goes on and how to watch it again. A stream that breaks
// is opened again, with back-off, for as long as it takes; said once. The error when the controller refuses
// to show it.
absl::StatusOr<int> Watch(Context& context, rpc::FerryClient& client, const v1::PromotionInfo& promotion,
                          const WatchOptions& options);

}  // namespace ferry::cli

#endif  // FERRY_CLI_WATCH_WATCH_H_
