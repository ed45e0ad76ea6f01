// The pipeline that the screens of the tests show: dev and staging at 1.1.0, prod one behind, its window
// closed.
#ifndef FERRY_CLI_TESTING_SAMPLES_H_
#define FERRY_CLI_TESTING_SAMPLES_H_

#include <string>

#include "absl/time/time.h"
#include "ferry/v1/ferry.pb.h"

namespace ferry::cli {

inline constexpr char kPromotionId[] = "prm-20261123-130203-1f3a9c27";
inline constexpr char kDigest[] = "3e1c9f02a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c";

v1::Step MakeStep(v1::StepKind kind, const std::string& version = "");
v1::PlanInfo SamplePlan(absl::Time now);
v1::GetStatusResponse SampleStatus(absl::Time now);
// Promotes prod to 1.1.0: preflight and backup done, apply running since three seconds.
v1::PromotionInfo RunningPromotion(absl::Time now);
// The same, waiting for its window.
v1::PromotionInfo WaitingPromotion(absl::Time now);
// All steps done.
v1::PromotionInfo SucceededPromotion(absl::Time now);
// Apply failed.
v1::PromotionInfo FailedPromotion(absl::Time now, bool clean);
v1::Progress BackfillProgress();
v1::Event MakeEvent(int64_t id, absl::Time at, const std::string& type, const std::string& rule,
                    const std::string& text);

}  // namespace ferry::cli

#endif  // FERRY_CLI_TESTING_SAMPLES_H_
