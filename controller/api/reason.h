// Why somebody wants something, as it is kept for ever.
#ifndef FERRY_CONTROLLER_API_REASON_H_
#define FERRY_CONTROLLER_API_REASON_H_

#include <string>

#include "absl/status/status.h"

namespace ferry::api {

// It is read in logs, in the history and in every ledger: kUsage unless it is one line of at most 300 bytes.
absl::Status CheckReason(const std::string& reason);

}  // namespace ferry::api

#endif  // FERRY_CONTROLLER_API_REASON_H_
