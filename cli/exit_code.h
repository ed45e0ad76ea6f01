// How `ferry` ends. Scripts depend on these numbers: they never change. Functions of values; any thread.
#ifndef FERRY_CLI_EXIT_CODE_H_
#define FERRY_CLI_EXIT_CODE_H_

#include "absl/status/status.h"
#include "ferry/v1/promotion.pb.h"

namespace ferry::cli {

inline constexpr int kExitOk = 0;           // done; no difference
inline constexpr int kExitFailed = 1;       // every failure that has no number of its own
inline constexpr int kExitDifferent = 2;    // differences, or something pending; under --exit-code only
inline constexpr int kExitDenied = 4;       // authentication or permission
inline constexpr int kExitRolledBack = 5;   // a promotion failed; nothing of the failed step remains
inline constexpr int kExitNeedsPerson = 6;  // a promotion failed or is held; somebody must look first
inline constexpr int kExitPrecondition =
    7;  // stale, or not yet: pipeline order, edited plan, active promotion, …
inline constexpr int kExitWaiting = 8;        // accepted, and it waits for a window, an agent, a database
inline constexpr int kExitUsage = 64;         // the command line
inline constexpr int kExitConfig = 78;        // a configuration file, or certificates
inline constexpr int kExitTimeout = 124;      // --timeout passed; the promotion goes on
inline constexpr int kExitInterrupted = 130;  // Ctrl-C; a promotion that was watched goes on

// For a command that ended with `status`; kExitOk for OK.
int ExitCodeOf(const absl::Status& status);

// For a promotion as it stands: kExitOk when it succeeded and while it runs; held: kExitNeedsPerson; failed:
// kExitNeedsPerson unless every failed run is clean, kExitPrecondition when a clean run was refused for such
// a reason, else kExitRolledBack; cancelled: kExitFailed.
int ExitCodeOf(const v1::PromotionInfo& promotion);

}  // namespace ferry::cli

#endif  // FERRY_CLI_EXIT_CODE_H_
