// The store on SQLite. Private to this folder; made by OpenSqliteStore (store.h says what it promises).
// One source a subject: sqlite_store.cc (opening, epoch, chain), sqlite_plans.cc (plans, pipeline),
// sqlite_promotions.cc (promotions, events, reports), sqlite_drift.cc (decisions about drift),
// sqlite_fleet.cc (agents, targets).
#ifndef FERRY_CONTROLLER_STORE_SQLITE_STORE_H_
#define FERRY_CONTROLLER_STORE_SQLITE_STORE_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "controller/store/store.h"
#include "sqlite/database.h"

namespace ferry::store {

class SqliteStore final : public Store {
 public:
  explicit SqliteStore(std::unique_ptr<sqlite::Database> database) : database_(std::move(database)) {}

  // kStoreCorrupt when the newest 100 events do not verify.
  absl::Status CheckNewest();

  absl::StatusOr<int64_t> RaiseEpoch() override;

  absl::StatusOr<bool> PutPlan(const PlanRecord& plan) override;
  absl::StatusOr<PlanRecord> GetPlan(absl::string_view digest) override;
  absl::StatusOr<std::vector<PlanRecord>> ListPlans(absl::string_view name, bool contents) override;

  absl::Status SetPipeline(const std::vector<EnvironmentRecord>& environments) override;
  absl::StatusOr<std::vector<EnvironmentRecord>> Pipeline() override;

  absl::StatusOr<std::string> CreatePromotion(const promotion::Request& request, absl::Time now,
                                              const std::vector<promotion::Event>& events) override;
  absl::StatusOr<bool> RecordEnded(const promotion::Request& request, absl::Time now,
                                   const std::vector<promotion::Event>& events,
                                   promotion::PromotionState state) override;
  absl::StatusOr<bool> AppendEvents(absl::string_view promotion_id, int64_t expected_count,
                                    const std::vector<promotion::Event>& events,
                                    promotion::PromotionState state_after,
                                    const std::optional<ReportKey>& report) override;
  absl::StatusOr<PromotionRecord> GetPromotion(absl::string_view promotion_id) override;
  absl::StatusOr<std::vector<StoredEvent>> LoadEvents(absl::string_view promotion_id) override;
  absl::StatusOr<std::vector<PromotionRecord>> ListPromotions(absl::string_view environment, bool active_only,
                                                              int limit) override;

  absl::StatusOr<std::vector<DriftDecision>> IgnoreDrift(std::vector<DriftDecision> decisions) override;
  absl::StatusOr<std::vector<DriftDecision>> DriftDecisions(absl::string_view target_id) override;

  absl::Status RecordReport(const ReportKey& report) override;
  absl::StatusOr<int64_t> LastReport(absl::string_view agent_id, absl::string_view journal_id) override;

  absl::Status PutTarget(const TargetRecord& target) override;
  absl::StatusOr<std::vector<TargetRecord>> ListTargets() override;
  absl::Status PutAgent(const AgentRecord& agent) override;
  absl::StatusOr<std::vector<AgentRecord>> ListAgents() override;

  absl::StatusOr<ChainReport> VerifyChain() override;

 private:
  const std::unique_ptr<sqlite::Database> database_;
};

}  // namespace ferry::store

#endif  // FERRY_CONTROLLER_STORE_SQLITE_STORE_H_
