// The controller's end of ferry.v1.Ferry, without gRPC types.
#ifndef FERRY_RPC_FERRY_SERVICE_H_
#define FERRY_RPC_FERRY_SERVICE_H_

#include <functional>

#include "absl/status/statusor.h"
#include "ferry/v1/ferry.pb.h"

namespace ferry::rpc {

// Implemented by controller/api. Calls run side by side on gRPC's threads and may block.
class FerryHandler {
 public:
  virtual ~FerryHandler() = default;
  virtual absl::StatusOr<v1::GetVersionResponse> GetVersion(const v1::GetVersionRequest&) = 0;
  virtual absl::StatusOr<v1::RegisterPlanResponse> RegisterPlan(const v1::RegisterPlanRequest&) = 0;
  virtual absl::StatusOr<v1::ListPlansResponse> ListPlans(const v1::ListPlansRequest&) = 0;
  virtual absl::StatusOr<v1::GetPlanResponse> GetPlan(const v1::GetPlanRequest&) = 0;
  virtual absl::StatusOr<v1::GetStatusResponse> GetStatus(const v1::GetStatusRequest&) = 0;
  virtual absl::StatusOr<v1::ListAgentsResponse> ListAgents(const v1::ListAgentsRequest&) = 0;
  virtual absl::StatusOr<v1::StartPromotionResponse> StartPromotion(const v1::StartPromotionRequest&) = 0;
  virtual absl::StatusOr<v1::CancelPromotionResponse> CancelPromotion(const v1::CancelPromotionRequest&) = 0;
  virtual absl::StatusOr<v1::HoldPromotionResponse> HoldPromotion(const v1::HoldPromotionRequest&) = 0;
  virtual absl::StatusOr<v1::ResumePromotionResponse> ResumePromotion(const v1::ResumePromotionRequest&) = 0;
  virtual absl::StatusOr<v1::AbortPromotionResponse> AbortPromotion(const v1::AbortPromotionRequest&) = 0;
  virtual absl::StatusOr<v1::ThrottlePromotionResponse> ThrottlePromotion(
      const v1::ThrottlePromotionRequest&) = 0;
  virtual absl::StatusOr<v1::GetPromotionResponse> GetPromotion(const v1::GetPromotionRequest&) = 0;
  virtual absl::StatusOr<v1::ListHistoryResponse> ListHistory(const v1::ListHistoryRequest&) = 0;
  virtual absl::StatusOr<v1::DiffResponse> Diff(const v1::DiffRequest&) = 0;
  virtual absl::StatusOr<v1::TestWindowResponse> TestWindow(const v1::TestWindowRequest&) = 0;
  virtual absl::StatusOr<v1::PreviewPlanResponse> PreviewPlan(const v1::PreviewPlanRequest&) = 0;
  virtual absl::StatusOr<v1::VerifyAuditResponse> VerifyAudit(const v1::VerifyAuditRequest&) = 0;
  virtual absl::StatusOr<v1::ListBackupsResponse> ListBackups(const v1::ListBackupsRequest&) = 0;
  virtual absl::StatusOr<v1::VerifyBackupResponse> VerifyBackup(const v1::VerifyBackupRequest&) = 0;
  virtual absl::StatusOr<v1::DiffResponse> PreviewBaseline(const v1::PreviewBaselineRequest&) = 0;
  virtual absl::StatusOr<v1::GetDriftResponse> GetDrift(const v1::GetDriftRequest&) = 0;
  virtual absl::StatusOr<v1::IgnoreDriftResponse> IgnoreDrift(const v1::IgnoreDriftRequest&) = 0;

  // Calls `write` for every piece; ends early when it answers false (the client is gone).
  virtual absl::Status GetSnapshots(const v1::GetSnapshotsRequest&,
                                    const std::function<bool(const v1::GetSnapshotsResponse&)>& write) = 0;
  // Calls `write` for every update; returns when the promotion has ended, `write` answered false (the client
  // is gone), or `cancelled()` is true (looked at at least every second).
  virtual absl::Status WatchPromotion(const v1::WatchPromotionRequest&,
                                      const std::function<bool(const v1::WatchPromotionResponse&)>& write,
                                      const std::function<bool()>& cancelled) = 0;
};

}  // namespace ferry::rpc

#endif  // FERRY_RPC_FERRY_SERVICE_H_
