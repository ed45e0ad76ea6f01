#include "agent/worker/outcome.h"

#include <algorithm>

#include "core/base/error.h"
#include "rpc/convert.h"

namespace ferry::worker {

std::optional<Retry> RetryAfter(const absl::Status& error, int attempt, absl::Time now,
                                const std::optional<absl::Time>& next_opening) {
  switch (CodeOf(error)) {
    case ErrorCode::kWindowClosed:
      return Retry{next_opening};
    case ErrorCode::kDatabaseUnreachable:
    case ErrorCode::kOutcomeUnknown:
    case ErrorCode::kTargetBusy:
    case ErrorCode::kAuthentication:
    case ErrorCode::kTransport: {
      const absl::Duration wait = absl::Seconds(2) * (1 << std::min(attempt - 1, 4));
      return Retry{now + std::min(wait, absl::Seconds(30))};
    }
    default:
      return std::nullopt;
  }
}

void SetOutcome(v1::Report& report, const absl::Status& error, bool clean, const std::optional<Retry>& retry,
                bool held) {
  if (retry.has_value() && !held) {
    *report.mutable_waiting()->mutable_cause() = rpc::ToProto(error);
    if (retry->at.has_value()) *report.mutable_waiting()->mutable_until() = rpc::ToProto(*retry->at);
    return;
  }
  *report.mutable_failed()->mutable_error() = rpc::ToProto(error);
  report.mutable_failed()->set_clean(clean);
  report.mutable_failed()->set_held(held);
}

}  // namespace ferry::worker
