// Plans: what is registered, what is in one, what would run on an environment. Pure; any thread.
#ifndef FERRY_CLI_PRINT_PLAN_H_
#define FERRY_CLI_PRINT_PLAN_H_

#include <string>

#include "cli/print/screen.h"
#include "ferry/v1/ferry.pb.h"

namespace ferry::cli {

// `ferry plan list`.
std::string PlanListScreen(const v1::ListPlansResponse& plans, const Screen& screen);
// `ferry plan show`, and what `ferry plan register` prints: the migrations of one plan.
std::string PlanScreen(const v1::PlanInfo& plan, const Screen& screen);
// `ferry plan ENV`: the statements that would run, target by target, from each target's own ledger.
std::string PreviewScreen(const v1::PreviewPlanResponse& preview, const std::string& environment,
                          v1::PromotionKind kind, const Screen& screen);

}  // namespace ferry::cli

#endif  // FERRY_CLI_PRINT_PLAN_H_
