// The CLI's view of a controller: one method a call of ferry.v1.Ferry, with absl::Status errors that carry
// our ErrorDetail. A controller that cannot be reached is kTransport, naming the address and the next
// command. Thread-safe; calls may run side by side.
#ifndef FERRY_RPC_FERRY_CLIENT_H_
#define FERRY_RPC_FERRY_CLIENT_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "ferry/v1/ferry.pb.h"
#include "rpc/credentials.h"

namespace ferry::rpc {

class FerryClient {
 public:
  // `address`: "host:port" or "unix:/path". Opens nothing yet. kTlsRequired when `tls` is empty and the
  // address is neither loopback nor a Unix socket; kConfig when a TLS file cannot be read.
  static absl::StatusOr<std::unique_ptr<FerryClient>> Create(const std::string& address, const TlsFiles& tls);
  virtual ~FerryClient() = default;

  // Unary calls. `timeout` of every call: 30 s; Diff, PreviewPlan, VerifyAudit and PreviewBaseline 120 s,
  // VerifyBackup an hour.
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

  // All pieces, within 120 s. kCancelled when `stop()` becomes true meanwhile (any thread).
  virtual absl::StatusOr<std::vector<v1::GetSnapshotsResponse>> GetSnapshots(
      const v1::GetSnapshotsRequest&, const std::function<bool()>& stop) = 0;

  // Calls `on_update` for every update until the stream ends (OK), `on_update` returns false (OK), `stop()`
  // becomes true (looked at at least every 100 ms: OK), or the stream breaks (kTransport: the promotion
  // itself goes on).
  virtual absl::Status WatchPromotion(const v1::WatchPromotionRequest&,
                                      const std::function<bool(const v1::WatchPromotionResponse&)>& on_update,
                                      const std::function<bool()>& stop) = 0;
};

}  // namespace ferry::rpc

#endif  // FERRY_RPC_FERRY_CLIENT_H_
