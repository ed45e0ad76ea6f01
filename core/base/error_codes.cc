#include "core/base/error_codes.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"

namespace ferry {

std::string CodeName(ErrorCode code) { return absl::StrFormat("FE%04d", static_cast<int>(code)); }

std::optional<ErrorCode> CodeFromName(absl::string_view name) {
  int number = 0;
  if (!absl::ConsumePrefix(&name, "FE") || !absl::SimpleAtoi(name, &number)) return std::nullopt;
  return static_cast<ErrorCode>(number);
}

absl::StatusCode StatusCodeOf(ErrorCode code) {
  switch (code) {
    case ErrorCode::kPlanUnknown:
    case ErrorCode::kVersionUnknown:
    case ErrorCode::kEnvironmentUnknown:
    case ErrorCode::kPromotionUnknown:
    case ErrorCode::kAgentUnknown:
    case ErrorCode::kBackupUnknown:
      return absl::StatusCode::kNotFound;
    case ErrorCode::kDatabaseUnreachable:
    case ErrorCode::kAgentOffline:
    case ErrorCode::kTransport:
      return absl::StatusCode::kUnavailable;
    case ErrorCode::kAuthentication:
    case ErrorCode::kPrivilege:
    case ErrorCode::kProtected:
      return absl::StatusCode::kPermissionDenied;
    case ErrorCode::kAgentTimeout:
    case ErrorCode::kDeadlineExceeded:
      return absl::StatusCode::kDeadlineExceeded;
    case ErrorCode::kLockTimeout:
    case ErrorCode::kTargetBusy:
    case ErrorCode::kGuardRefused:
    case ErrorCode::kBlocksOthers:
    case ErrorCode::kOldSnapshot:
    case ErrorCode::kCatalogChanging:
      return absl::StatusCode::kAborted;
    case ErrorCode::kCancelled:
      return absl::StatusCode::kCancelled;
    case ErrorCode::kOutcomeUnknown:
    case ErrorCode::kUnspecified:
      return absl::StatusCode::kUnknown;
    case ErrorCode::kBackupDisk:
    case ErrorCode::kPlanTooLarge:
      return absl::StatusCode::kResourceExhausted;
    case ErrorCode::kBackupCorrupt:
    case ErrorCode::kRestoreDiffers:
    case ErrorCode::kStoreCorrupt:
      return absl::StatusCode::kDataLoss;
    case ErrorCode::kInternal:
    case ErrorCode::kStore:
    case ErrorCode::kFileSystem:
    case ErrorCode::kProtocol:
      return absl::StatusCode::kInternal;
    case ErrorCode::kMigrationHeader:
    case ErrorCode::kUnknownDirective:
    case ErrorCode::kMissingDown:
    case ErrorCode::kSqlSyntax:
    case ErrorCode::kForbiddenStatement:
    case ErrorCode::kBackfillShape:
    case ErrorCode::kVerifyShape:
    case ErrorCode::kBadVersion:
    case ErrorCode::kDuplicateVersion:
    case ErrorCode::kEmptyMigration:
    case ErrorCode::kNonTransactional:
    case ErrorCode::kPlaceholder:
    case ErrorCode::kRequires:
    case ErrorCode::kTransformShape:
    case ErrorCode::kRepeatableShape:
    case ErrorCode::kSquashShape:
    case ErrorCode::kWindowSpec:
    case ErrorCode::kConnectionSetting:
    case ErrorCode::kUsage:
    case ErrorCode::kConfig:
    case ErrorCode::kTlsRequired:
      return absl::StatusCode::kInvalidArgument;
    default:
      return absl::StatusCode::kFailedPrecondition;
  }
}

}  // namespace ferry
