// What history says was done where: the raw material of changelog and checklist. Values; any thread.
#ifndef FERRY_CORE_REPORT_DEED_H_
#define FERRY_CORE_REPORT_DEED_H_

#include <string>

#include "absl/time/time.h"
#include "core/promotion/types.h"

namespace ferry::report {

// A step that ended well.
struct Deed {
  promotion::StepKind step = promotion::StepKind::kApply;
  std::string version;                               // of the step; of a baseline: the newest one recorded
  promotion::Kind kind = promotion::Kind::kPromote;  // of the promotion
  std::string environment, target, promotion_id, by, reason;
  absl::Time at;
};

}  // namespace ferry::report

#endif  // FERRY_CORE_REPORT_DEED_H_
