// `ferry drift`: what is not as it should be, since when, who did it, and what to type next. Pure; any
// thread.
#ifndef FERRY_CLI_PRINT_DRIFT_H_
#define FERRY_CLI_PRINT_DRIFT_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "cli/drifted.h"
#include "cli/print/screen.h"
#include "ferry/v1/ferry.pb.h"

namespace ferry::cli {

// One paragraph a target. Names of objects are never cut: they are there to be typed.
std::string DriftScreen(const std::vector<DriftedEnvironment>& environments, const Screen& screen);

// The same for programs: "schema":"ferry/drift/v1". Fields are only ever added.
std::string DriftJson(const std::vector<DriftedEnvironment>& environments);

// The three ways on, for an environment in which something has drifted; empty where no object is known.
std::string DriftWays(const DriftedEnvironment& environment, const Screen& screen);

// What was just decided: one line an object.
std::string IgnoredScreen(const v1::IgnoreDriftResponse& response, const Screen& screen);

}  // namespace ferry::cli

#endif  // FERRY_CLI_PRINT_DRIFT_H_
