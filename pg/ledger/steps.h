// The ledger's formats as embedded SQL.
#ifndef FERRY_PG_LEDGER_STEPS_H_
#define FERRY_PG_LEDGER_STEPS_H_

#include <string>
#include <vector>

namespace ferry::ledger {

// FormatSteps()[n - 1] brings format n - 1 to n: statements separated by lines "-- next".
const std::vector<std::string>& FormatSteps();

}  // namespace ferry::ledger

#endif  // FERRY_PG_LEDGER_STEPS_H_
