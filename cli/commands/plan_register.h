// `ferry plan register`. See commands.h.
#ifndef FERRY_CLI_COMMANDS_PLAN_REGISTER_H_
#define FERRY_CLI_COMMANDS_PLAN_REGISTER_H_

#include "cli/command_line.h"

namespace ferry::cli {

void AddPlanRegister(Command& plan);

}  // namespace ferry::cli

#endif  // FERRY_CLI_COMMANDS_PLAN_REGISTER_H_
