// How requests, errors and lists of steps are written into an event's facts, and read back.
#ifndef FERRY_CORE_PROMOTION_FACTS_H_
#define FERRY_CORE_PROMOTION_FACTS_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "core/promotion/types.h"

namespace ferry::promotion {

using Facts = std::map<std::string, std::string>;

// Keys "error.code", "error.message", "error.file", …; only those that are set.
void PutError(Facts& facts, const absl::Status& error);
absl::Status ErrorIn(const Facts& facts);  // OK when there is none

void PutRequest(Facts& facts, const Request& request);
Request RequestIn(const Facts& facts);

// "backup;apply 1.1.0;verify 1.1.0".
std::string StepsText(const std::vector<Step>& steps);
std::vector<Step> StepsFromText(const std::string& text);

void PutTime(Facts& facts, const std::string& key, const std::optional<absl::Time>& time);
std::optional<absl::Time> TimeIn(const Facts& facts, const std::string& key);

std::string FactOr(const Facts& facts, const std::string& key, const std::string& otherwise);

}  // namespace ferry::promotion

#endif  // FERRY_CORE_PROMOTION_FACTS_H_
