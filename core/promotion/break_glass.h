// How a run that happened without the controller becomes a promotion on record. Pure; any thread.
#ifndef FERRY_CORE_PROMOTION_BREAK_GLASS_H_
#define FERRY_CORE_PROMOTION_BREAK_GLASS_H_

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "core/promotion/types.h"

namespace ferry::promotion {

// What the target's ledger remembers of it.
struct BreakGlassRun {
  std::vector<std::string> versions;  // applied, in that order
  std::string unfinished;             // begun and not finished; "" = none
  absl::Time at;                      // when, the database's clock
};

// All events of it, from `requested` to `ended`: succeeded (rule BG1), or failed when a version was left
// unfinished (BG2). The steps bear the ledger's time, the promotion bears `now`, when the controller heard of
// it. `request.targets` is the one target; `plan_known`: whether the controller has the plan.
std::vector<Event> BreakGlassEvents(const Request& request, const BreakGlassRun& run, bool plan_known,
                                    absl::Time now);

}  // namespace ferry::promotion

#endif  // FERRY_CORE_PROMOTION_BREAK_GLASS_H_
