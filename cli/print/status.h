// `ferry status`: one row an environment, and under the table one line for everything that is not as it
// should be, ended by the command that makes sense next. Pure; any thread.
#ifndef FERRY_CLI_PRINT_STATUS_H_
#define FERRY_CLI_PRINT_STATUS_H_

#include <string>

#include "cli/print/screen.h"
#include "ferry/v1/ferry.pb.h"

namespace ferry::cli {

std::string StatusScreen(const v1::GetStatusResponse& status, const Screen& screen);

// "to 1.1.0 waits: <reason>, until 22:00" for a promotion that runs or waits; one sentence.
std::string ActiveSentence(const v1::PromotionInfo& promotion, const Screen& screen);

}  // namespace ferry::cli

#endif  // FERRY_CLI_PRINT_STATUS_H_
