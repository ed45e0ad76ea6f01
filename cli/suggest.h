// "Did you mean": the known word nearest to one that is not known. Functions of values; any thread.
#ifndef FERRY_CLI_SUGGEST_H_
#define FERRY_CLI_SUGGEST_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace ferry::cli {

// Insertions, deletions, substitutions and swaps of neighbours that turn `a` into `b` (optimal string
// alignment).
size_t EditDistance(absl::string_view a, absl::string_view b);

// The nearest of `known` within a third of the word's length (one edit for short words), or ""; the first of
// equals.
std::string Nearest(absl::string_view word, const std::vector<std::string>& known);

}  // namespace ferry::cli

#endif  // FERRY_CLI_SUGGEST_H_
