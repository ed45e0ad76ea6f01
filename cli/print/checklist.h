// The checklist as a screen and as JSON. Pure; any thread.
#ifndef FERRY_CLI_PRINT_CHECKLIST_H_
#define FERRY_CLI_PRINT_CHECKLIST_H_

#include <string>
#include <vector>

#include "cli/print/screen.h"
#include "core/report/checklist.h"

namespace ferry::cli {

std::string ChecklistScreen(const report::ChecklistInput& input,
                            const std::vector<report::ChecklistPoint>& points, const Screen& screen);
// `{"schema":"ferry/checklist/v1",…}`; states are "ok", "open", "not_known".
std::string ChecklistJson(const report::ChecklistInput& input,
                          const std::vector<report::ChecklistPoint>& points);

}  // namespace ferry::cli

#endif  // FERRY_CLI_PRINT_CHECKLIST_H_
