// What clients may ask: validate, call once, convert. Decides nothing. Thread-safe.
#ifndef FERRY_CONTROLLER_API_API_H_
#define FERRY_CONTROLLER_API_API_H_

#include <string>
#include <vector>

#include "controller/fleet/fleet.h"
#include "controller/rollout/rollout.h"
#include "controller/store/store.h"
#include "core/base/clock.h"
#include "core/base/ids.h"
#include "rpc/ferry_service.h"

namespace ferry::api {

struct ApiOptions {
  std::string software;
  int64_t epoch = 0;
  std::vector<store::EnvironmentRecord> pipeline;
};

class Api final : public rpc::FerryHandler {
 public:
  // All pointers must outlive the api.
  Api(ApiOptions options, store::Store* store, fleet::Fleet* fleet, rollout::Rollout* rollout,
      const Clock* clock, RandomSource* random);

  absl::StatusOr<v1::GetVersionResponse> GetVersion(const v1::GetVersionRequest&) override;
  absl::StatusOr<v1::RegisterPlanResponse> RegisterPlan(const v1::RegisterPlanRequest&) override;
  absl::StatusOr<v1::ListPlansResponse> ListPlans(const v1::ListPlansRequest&) override;
  absl::StatusOr<v1::GetPlanResponse> GetPlan(const v1::GetPlanRequest&) override;
  absl::StatusOr<v1::GetStatusResponse> GetStatus(const v1::GetStatusRequest&) override;
  absl::StatusOr<v1::ListAgentsResponse> ListAgents(const v1::ListAgentsRequest&) override;
  absl::StatusOr<v1::StartPromotionResponse> StartPromotion(const v1::StartPromotionRequest&) override;
  absl::StatusOr<v1::CancelPromotionResponse> CancelPromotion(const v1::CancelPromotionRequest&) override;
  absl::StatusOr<v1::HoldPromotionResponse> HoldPromotion(const v1::HoldPromotionRequest&) override;
  absl::StatusOr<v1::ResumePromotionResponse> ResumePromotion(const v1::ResumePromotionRequest&) override;
  absl::StatusOr<v1::AbortPromotionResponse> AbortPromotion(const v1::AbortPromotionRequest&) override;
  absl::StatusOr<v1::ThrottlePromotionResponse> ThrottlePromotion(
      const v1::ThrottlePromotionRequest&) override;
  absl::StatusOr<v1::GetPromotionResponse> GetPromotion(const v1::GetPromotionRequest&) override;
  absl::StatusOr<v1::ListHistoryResponse> ListHistory(const v1::ListHistoryRequest&) override;
  absl::StatusOr<v1::DiffResponse> Diff(const v1::DiffRequest&) override;
  absl::StatusOr<v1::TestWindowResponse> TestWindow(const v1::TestWindowRequest&) override;
  absl::StatusOr<v1::PreviewPlanResponse> PreviewPlan(const v1::PreviewPlanRequest&) override;
  absl::StatusOr<v1::VerifyAuditResponse> VerifyAudit(const v1::VerifyAuditRequest&) override;
  absl::StatusOr<v1::ListBackupsResponse> ListBackups(const v1::ListBackupsRequest&) override;
  absl::StatusOr<v1::VerifyBackupResponse> VerifyBackup(const v1::VerifyBackupRequest&) override;
  absl::StatusOr<v1::DiffResponse> PreviewBaseline(const v1::PreviewBaselineRequest&) override;
  absl::StatusOr<v1::GetDriftResponse> GetDrift(const v1::GetDriftRequest&) override;
  absl::StatusOr<v1::IgnoreDriftResponse> IgnoreDrift(const v1::IgnoreDriftRequest&) override;
  absl::Status GetSnapshots(const v1::GetSnapshotsRequest&,
                            const std::function<bool(const v1::GetSnapshotsResponse&)>& write) override;
  absl::Status WatchPromotion(const v1::WatchPromotionRequest&,
                              const std::function<bool(const v1::WatchPromotionResponse&)>& write,
                              const std::function<bool()>& cancelled) override;

 private:
  absl::StatusOr<store::EnvironmentRecord> Environment(const std::string& name) const;
  // The digest asked for, in full or as an unambiguous beginning; "" = the newest registered. kPlanUnknown.
  absl::StatusOr<store::PlanRecord> Plan(const std::string& digest);
  // Full id, unambiguous end of one, or an environment's name for its newest promotion. kPromotionUnknown.
  absl::StatusOr<std::string> PromotionId(const std::string& asked);
  absl::StatusOr<v1::PlanInfo> PlanInfo(const store::PlanRecord& record);
  // The backup with this id, or with this unambiguous end of one. kBackupUnknown.
  absl::StatusOr<v1::BackupInfo> Backup(const std::string& environment, const std::string& asked);
  absl::StatusOr<std::string> TargetVersion(const v1::StartPromotionRequest& request,
                                            const migration::Plan& plan);
  absl::Status CheckEveryEnvironment(const std::vector<migration::SourceFile>& sources,
                                     const migration::Plan& plan);
  absl::Status CheckNoChangedMigration(const store::PlanRecord& record, const migration::Plan& plan);
  absl::StatusOr<v1::PromotionInfo> Info(const promotion::Promotion& promotion);
  // How many of the keys somebody lives with now.
  absl::StatusOr<int> IgnoredDrift(const v1::TargetStatus& status);
  absl::StatusOr<v1::EnvironmentStatus> StatusOf(const store::EnvironmentRecord& environment,
                                                 const migration::Plan* plan);

  const ApiOptions options_;
  store::Store* const store_;
  fleet::Fleet* const fleet_;
  rollout::Rollout* const rollout_;
  const Clock* const clock_;
  RandomSource* const random_;
  const absl::Time started_at_;
};

}  // namespace ferry::api

#endif  // FERRY_CONTROLLER_API_API_H_
