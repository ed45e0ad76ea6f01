// What a step is doing, in words and figures: shared by the live and the plain view. Pure; any thread.
#ifndef FERRY_CLI_WATCH_FIGURES_H_
#define FERRY_CLI_WATCH_FIGURES_H_

#include <optional>
#include <string>

#include "absl/time/time.h"
#include "ferry/v1/promotion.pb.h"

namespace ferry::cli {

// The step that a run is at: the one that runs or waits, else the first that is pending; nullptr when all are
// over.
const v1::StepInfo* CurrentStep(const v1::RunInfo& run);
// Nothing of it goes on by itself: every run that has not ended is held.
bool IsHeld(const v1::PromotionInfo& promotion);

// 0..100, or nothing when the total is not known.
std::optional<int> Percent(const v1::Progress& progress);

// "2/3  backfill  63%  126,000/200,000  ETA 6m"; with `bar` also a bar before the percentage.
std::string Figures(const v1::Progress& progress, bool bar);

// "until 22:00 (in 7h58m)", or "" when nobody knows.
std::string UntilPhrase(const v1::RunInfo& run, absl::Time now, absl::TimeZone zone);

// Why the run does not move, or "": "window \"nightly\" is closed, until 22:00 (in 7h58m)".
std::string WaitingSentence(const v1::RunInfo& run, absl::Time now, absl::TimeZone zone);

// "prod is at 1.1.0 (6 steps on 1 target, 41s)", "failed: prod-1 at apply 1.1.0; …"; one line, names as they
// came.
std::string Summary(const v1::PromotionInfo& promotion, absl::Time now);

}  // namespace ferry::cli

#endif  // FERRY_CLI_WATCH_FIGURES_H_
