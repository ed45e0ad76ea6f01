// What BuildPlan and Lint share. Inside core/migration only. Pure; any thread.
#ifndef FERRY_CORE_MIGRATION_ASSEMBLE_H_
#define FERRY_CORE_MIGRATION_ASSEMBLE_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "core/migration/plan.h"
#include "core/migration/values.h"

namespace ferry::migration {

// The good migrations of a folder as a plan, and every problem of the folder; a plan to use only without
// problems. `environment` as in BuildPlan.
struct Assembly {
  Plan plan;
  Values values;
  bool complete = false;  // every file could be read
  std::vector<absl::Status> problems;
};
Assembly Assemble(const std::vector<SourceFile>& files,
                  const std::optional<std::string>& environment = std::nullopt);

// The error of a folder without ferry.sum.
absl::Status MissingSum();

}  // namespace ferry::migration

#endif  // FERRY_CORE_MIGRATION_ASSEMBLE_H_
