// A comparison as it comes from the controller. See commands.h.
#ifndef FERRY_CLI_COMMANDS_DIFF_RESULT_H_
#define FERRY_CLI_COMMANDS_DIFF_RESULT_H_

#include "absl/status/statusor.h"
#include "cli/context.h"
#include "core/diff/diff.h"
#include "core/report/diff_page.h"
#include "ferry/v1/ferry.pb.h"

namespace ferry::cli {

// kProtocol: an answer that does not hold together.
absl::StatusOr<diff::DiffResult> ResultOf(const v1::DiffResponse& response);

// Prints it to stdout as the options say: text with what is intentional behind it, JSON, or with --quiet the
// objects' names.
void PrintDiff(Context& context, const report::DiffPage& page);

}  // namespace ferry::cli

#endif  // FERRY_CLI_COMMANDS_DIFF_RESULT_H_
