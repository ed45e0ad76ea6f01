// `models:`: a program of the user's that prints the schema it wants as SQL, such as an ORM's models.
#ifndef FERRY_WORKBENCH_MODELS_H_
#define FERRY_WORKBENCH_MODELS_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace ferry::workbench {

// The words of a command line. Blanks separate them; '…' keeps everything as it is, "…" everything but `\"`
// and `\\`, and outside of both a backslash keeps the next character. Nothing is ever expanded, and what a
// shell would act on ( | & ; < > ( ) $ ` ) must stand in quotes. kUsage: no word, a quote that does not end,
// or such a character.
absl::StatusOr<std::vector<std::string>> SplitCommand(absl::string_view command);

struct ModelsCommand {
  std::vector<std::string> words;  // the program, looked for in PATH unless it has a slash, and its arguments
  std::string folder;              // to start in
};

inline constexpr size_t kMostModelsBytes = size_t{64} << 20;

// What the program prints on stdout. It runs without a shell and without input, with the environment of this
// process. kModelsCommand, with the last line that it wrote to stderr: it is not there, cannot be started,
// ends with another exit code than 0, writes more than kMostModelsBytes or nothing, or takes over ten
// minutes. kCancelled: `stop` said true. Its process group is killed in the end.
absl::StatusOr<std::string> RunModels(const ModelsCommand& command, const std::function<bool()>& stop);

}  // namespace ferry::workbench

#endif  // FERRY_WORKBENCH_MODELS_H_
