#include "controller/api/reason.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "core/base/error.h"

namespace ferry::api {

absl::Status CheckReason(const std::string& reason) {
  const bool good = reason.size() <= 300 && std::none_of(reason.begin(), reason.end(), [](char c) {
                      return absl::ascii_iscntrl(static_cast<unsigned char>(c));
                    });
  if (good) return absl::OkStatus();
  return Error(ErrorCode::kUsage, "a reason is one line of at most 300 bytes");
}

}  // namespace ferry::api
