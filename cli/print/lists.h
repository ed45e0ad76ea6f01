// Small screens: agents, history, windows. Pure; any thread.
#ifndef FERRY_CLI_PRINT_LISTS_H_
#define FERRY_CLI_PRINT_LISTS_H_

#include <string>

#include "cli/print/screen.h"
#include "ferry/v1/ferry.pb.h"

namespace ferry::cli {

// `ferry agent list`.
std::string AgentListScreen(const v1::ListAgentsResponse& agents, const Screen& screen);
// `ferry history`.
std::string HistoryScreen(const v1::ListHistoryResponse& history, const Screen& screen);
// `ferry history --events ID`: the promotion and every event of it.
std::string EventsScreen(const v1::GetPromotionResponse& promotion, const Screen& screen);
// `ferry window test`: one line a target.
std::string WindowScreen(const v1::TestWindowResponse& windows, const std::string& environment,
                         const Screen& screen);

}  // namespace ferry::cli

#endif  // FERRY_CLI_PRINT_LISTS_H_
