// One migration as a screen and as JSON. Pure; any thread.
#ifndef FERRY_CLI_PRINT_SHOW_H_
#define FERRY_CLI_PRINT_SHOW_H_

#include <string>
#include <vector>

#include "cli/print/screen.h"
#include "core/migration/migration.h"
#include "ferry/v1/ferry.pb.h"

namespace ferry::cli {

// `plans` are those that have the migration, newest first. A target is listed whether it has it or not.
struct Shown {
  const migration::Migration& migration;
  std::vector<const v1::PlanInfo*> plans;
  const v1::GetStatusResponse& status;
};

std::string ShowScreen(const Shown& shown, const Screen& screen);
// `{"schema":"ferry/migration/v1",…}`.
std::string ShowJson(const Shown& shown);

}  // namespace ferry::cli

#endif  // FERRY_CLI_PRINT_SHOW_H_
