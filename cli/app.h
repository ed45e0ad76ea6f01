// The whole program as a function of its arguments and its world.
#ifndef FERRY_CLI_APP_H_
#define FERRY_CLI_APP_H_

#include <string>
#include <vector>

#include "cli/context.h"

namespace ferry::cli {

// Runs what `arguments` (without the program's name) ask for and returns the exit code (exit_code.h). Help
// goes to stdout; every error to stderr, ended by what to do next. Global options are written to
// `context.options`;
// --no-color is honoured for both streams.
int RunFerry(const std::vector<std::string>& arguments, Context& context);

}  // namespace ferry::cli

#endif  // FERRY_CLI_APP_H_
