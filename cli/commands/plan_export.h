// `ferry plan export`. See commands.h.
#ifndef FERRY_CLI_COMMANDS_PLAN_EXPORT_H_
#define FERRY_CLI_COMMANDS_PLAN_EXPORT_H_

#include "cli/command_line.h"

namespace ferry::cli {

void AddPlanExport(Command& plan);

}  // namespace ferry::cli

#endif  // FERRY_CLI_COMMANDS_PLAN_EXPORT_H_
