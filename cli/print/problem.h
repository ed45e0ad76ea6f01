// A problem in a file, with the line it is on and a mark under the column. Pure; any thread.
#ifndef FERRY_CLI_PRINT_PROBLEM_H_
#define FERRY_CLI_PRINT_PROBLEM_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "cli/print/screen.h"

namespace ferry::cli {

//   error FE0104: syntax error at or near "TABEL"
//     --> migrations/1.1.0_add.sql:12:8
//      |
//   12 | CREATE TABEL x ();
//      |        ^
//      = next: ferry lint
// `folder` goes before the file's name; `bytes` are the file's, empty when it has none. A line that is wider
// than the screen is shown around the column.
std::string ProblemText(const absl::Status& problem, absl::string_view folder, absl::string_view bytes,
                        const Screen& screen);

}  // namespace ferry::cli

#endif  // FERRY_CLI_PRINT_PROBLEM_H_
