// What BuildPlan and Lint share. Inside core/migration only. Pure; any thread.
#ifndef FERRY_CORE_MIGRATION_ASSEMBLE_H_
#define FERRY_CORE_MIGRATION_ASSEMBLE_H_

#include <vector>

#include "absl/status/status.h"
#include "core/migration/plan.h"

namespace ferry::migration {

// The good migrations of a folder as a plan, and every problem of the folder; a plan to use only without
// problems.
struct Assembly {
  Plan plan;
  std::vector<absl::Status> problems;
};
Assembly Assemble(const std::vector<SourceFile>& files);

// The error of a folder without ferry.sum.
absl::Status MissingSum();

}  // namespace ferry::migration

#endif  // FERRY_CORE_MIGRATION_ASSEMBLE_H_
