// A comparison that should have found no difference. Pure; any thread.
#ifndef FERRY_CLI_PRINT_PROOF_H_
#define FERRY_CLI_PRINT_PROOF_H_

#include <string>

#include "workbench/reading.h"

namespace ferry::cli {

// The differences of the schemas as `ferry diff` shows them; where there are none, the statements that only
// one of the two has, each on one line, at most 20 a side. Ends with a newline; safe to print.
std::string ProofText(const workbench::Proof& proof, bool color);

}  // namespace ferry::cli

#endif  // FERRY_CLI_PRINT_PROOF_H_
