#include "cli/exit_code.h"

#include <algorithm>

#include "cli/watch/figures.h"
#include "core/base/error.h"
#include "rpc/convert.h"

namespace ferry::cli {
namespace {

int ExitCodeOf(ErrorCode code) {
  switch (code) {
    case ErrorCode::kUsage:
      return kExitUsage;
    case ErrorCode::kConfig:
    case ErrorCode::kTlsRequired:
      return kExitConfig;
    case ErrorCode::kAuthentication:
    case ErrorCode::kPrivilege:
      return kExitDenied;
    case ErrorCode::kPlanConflict:
    case ErrorCode::kPlanDigestMismatch:
    case ErrorCode::kPromotionActive:
    case ErrorCode::kPipelineOrder:
    case ErrorCode::kNothingToDo:
    case ErrorCode::kIrreversible:
    case ErrorCode::kOutOfOrder:
    case ErrorCode::kPromotionFinished:
    case ErrorCode::kNotHeld:
    case ErrorCode::kStaleCommand:
    case ErrorCode::kLedgerMismatch:
    case ErrorCode::kBaselineDiffers:
    case ErrorCode::kDrift:
      return kExitPrecondition;
    default:
      return kExitFailed;
  }
}

}  // namespace

int ExitCodeOf(const absl::Status& status) {
  if (status.ok()) return kExitOk;
  const int code = ExitCodeOf(CodeOf(status));
  if (code == kExitFailed && (absl::IsPermissionDenied(status) || absl::IsUnauthenticated(status))) {
    return kExitDenied;
  }
  return code;
}

int ExitCodeOf(const v1::PromotionInfo& promotion) {
  if (promotion.state() == v1::PROMOTION_STATE_CANCELLED) return kExitFailed;
  if (IsHeld(promotion)) return kExitNeedsPerson;
  if (promotion.state() != v1::PROMOTION_STATE_FAILED) return kExitOk;
  int code = kExitRolledBack;
  for (const v1::RunInfo& run : promotion.runs()) {
    if (run.state() != v1::RUN_STATE_FAILED) continue;
    if (!run.clean()) return kExitNeedsPerson;
    if (ExitCodeOf(rpc::FromProto(run.error())) == kExitPrecondition) code = kExitPrecondition;
  }
  return code;
}

}  // namespace ferry::cli
