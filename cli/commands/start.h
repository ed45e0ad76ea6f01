// What `ferry promote` and `ferry rollback` have in common: ask, start, then watch or leave.
#ifndef FERRY_CLI_COMMANDS_START_H_
#define FERRY_CLI_COMMANDS_START_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "cli/context.h"
#include "ferry/v1/ferry.pb.h"

namespace ferry::cli {

struct StartOptions {
  v1::PromotionKind kind = v1::PROMOTION_KIND_PROMOTE;
  std::string environment, to_version, plan_digest;
  std::string reason;             // promote: why what is out of order may run; otherwise for the record
  std::string restore_backup_id;  // restore
  std::vector<std::string> accepted_losses;  // restore
  bool detach = false;
  bool yes = false;
  absl::Duration timeout = absl::InfiniteDuration();
};

// Starts it and watches until it ends (watch.h), or with `detach` returns as soon as it is known whether it
// waits: kExitWaiting when it does. A request whose answer was lost is sent again under the same id, so that
// nothing starts twice. Asks first, on a terminal and without `yes`: before every rollback, and before a
// promotion that would run a migration that is breaking or cannot be undone. A restore asks by itself.
absl::StatusOr<int> StartAndWatch(Context& context, const StartOptions& options);

}  // namespace ferry::cli

#endif  // FERRY_CLI_COMMANDS_START_H_
