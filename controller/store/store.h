// What the controller must not forget: plans, environments, promotions and their events, decisions about
// drift, agents' acknowledged reports, the epoch. One interface, one conformance suite (conformance.h),
// SQLite today.
//
// Every mutating call is durable when it returns OK and has changed nothing when it does not; a caller
// publishes and sends only after OK. All events of all promotions and all decisions form one chain: entry n
// holds SHA-256(hash of entry n-1, entry n), so that an edited, lost or reordered entry is found by
// VerifyChain. Errors: kStore (the database failed; nothing was changed), kStoreCorrupt, and those named
// below. Thread-safe.
#ifndef FERRY_CONTROLLER_STORE_STORE_H_
#define FERRY_CONTROLLER_STORE_STORE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "core/promotion/types.h"

namespace ferry::store {

struct PlanFile {
  std::string name;
  std::string content;
};

struct PlanRecord {
  std::string digest, name;
  std::vector<PlanFile> files;  // in plan order
  std::string registered_by;
  absl::Time registered_at;
};

struct EnvironmentRecord {
  std::string name;
  std::vector<std::string> targets;
};

// A promotion without its events: what lists show. `state` follows from the events and is stored beside them.
struct PromotionRecord {
  promotion::Request request;
  promotion::PromotionState state = promotion::PromotionState::kRunning;
  absl::Time requested_at;
  std::optional<absl::Time> finished_at;
};

struct StoredEvent {
  int64_t id = 0;  // position in the whole log, from 1
  std::string promotion_id;
  promotion::Event event;
  std::string hash;
};

// Somebody lives with an object that is not what it should be, until a time. An entry of the log that belongs
// to no promotion.
struct DriftDecision {
  int64_t id = 0;  // position in the whole log
  std::string environment, target_id;
  std::string kind, schema, parent, name;  // of the object, as in schema::ObjectId
  std::string state;  // what it was when this was decided (v1.DriftKey.actual); "" = gone
  absl::Time until;
  std::string reason, decided_by;
  absl::Time decided_at;

  friend bool operator==(const DriftDecision&, const DriftDecision&) = default;
};

// The report that caused an append, so that a report delivered twice is one event.
struct ReportKey {
  std::string agent_id, journal_id;
  int64_t sequence = 0;
};

// What an agent last said of a target, as opaque bytes of the caller's choosing.
struct TargetRecord {
  std::string target_id, agent_id;
  std::string status;
  absl::Time updated_at;
};

struct AgentRecord {
  std::string agent_id, software, peer;
  std::vector<std::string> capabilities, target_ids;
  absl::Time last_seen;
};

struct ChainReport {
  int64_t events = 0;
  std::string head;  // hash of the newest entry, "" when there is none
};

class Store {
 public:
  virtual ~Store() = default;

  // Raises the epoch by one and returns the new one. Called once at every start of a controller.
  virtual absl::StatusOr<int64_t> RaiseEpoch() = 0;

  // False when a plan with this digest is there already (nothing is changed then, whatever the other fields
  // say).
  virtual absl::StatusOr<bool> PutPlan(const PlanRecord& plan) = 0;
  virtual absl::StatusOr<PlanRecord> GetPlan(absl::string_view digest) = 0;  // kPlanUnknown
  // Newest first; `name` "" = all. Without file contents when `contents` is false.
  virtual absl::StatusOr<std::vector<PlanRecord>> ListPlans(absl::string_view name, bool contents) = 0;

  // Replaces the pipeline: order matters.
  virtual absl::Status SetPipeline(const std::vector<EnvironmentRecord>& environments) = 0;
  virtual absl::StatusOr<std::vector<EnvironmentRecord>> Pipeline() = 0;

  // Creates a promotion with its first events. When `request.request_id` has been seen, changes nothing and
  // returns the earlier promotion's id. kPromotionActive (naming it) when the environment has one that has
  // not ended.
  virtual absl::StatusOr<std::string> CreatePromotion(const promotion::Request& request, absl::Time now,
                                                      const std::vector<promotion::Event>& events) = 0;
  // Creates a promotion that has ended already (`state`), with all its events; beside an active one too.
  // False when `request.request_id` has been seen: nothing is changed then.
  virtual absl::StatusOr<bool> RecordEnded(const promotion::Request& request, absl::Time now,
                                           const std::vector<promotion::Event>& events,
                                           promotion::PromotionState state) = 0;
  // Appends to a promotion whose newest event has position `expected_count` within it (its number of events
  // so far); kStore with absl::StatusCode ABORTED-like text when another writer was first. `report`, when
  // given, is recorded in the same transaction; a report already recorded appends nothing and returns false.
  virtual absl::StatusOr<bool> AppendEvents(absl::string_view promotion_id, int64_t expected_count,
                                            const std::vector<promotion::Event>& events,
                                            promotion::PromotionState state_after,
                                            const std::optional<ReportKey>& report) = 0;
  virtual absl::StatusOr<PromotionRecord> GetPromotion(
      absl::string_view promotion_id) = 0;  // kPromotionUnknown
  virtual absl::StatusOr<std::vector<StoredEvent>> LoadEvents(
      absl::string_view promotion_id) = 0;  // in order
  // Newest first; `environment` "" = all; `active_only`: those that have not ended.
  virtual absl::StatusOr<std::vector<PromotionRecord>> ListPromotions(absl::string_view environment,
                                                                      bool active_only, int limit) = 0;

  // Appends all of them or none. Returns them with their ids.
  virtual absl::StatusOr<std::vector<DriftDecision>> IgnoreDrift(std::vector<DriftDecision> decisions) = 0;
  // The newest about every object in every state, also those whose time has passed; `target_id` "" = all.
  // Ascending by id.
  virtual absl::StatusOr<std::vector<DriftDecision>> DriftDecisions(absl::string_view target_id) = 0;

  // Records a report that caused no event (stale, of no promotion). Never lowers.
  virtual absl::Status RecordReport(const ReportKey& report) = 0;
  // The highest sequence recorded for this journal; 0 = none.
  virtual absl::StatusOr<int64_t> LastReport(absl::string_view agent_id, absl::string_view journal_id) = 0;

  virtual absl::Status PutTarget(const TargetRecord& target) = 0;
  virtual absl::StatusOr<std::vector<TargetRecord>> ListTargets() = 0;
  virtual absl::Status PutAgent(const AgentRecord& agent) = 0;
  virtual absl::StatusOr<std::vector<AgentRecord>> ListAgents() = 0;

  // Walks the whole log. kStoreCorrupt names the first entry that does not verify.
  virtual absl::StatusOr<ChainReport> VerifyChain() = 0;
};

// Opens or creates `path` (WAL, synchronous=FULL, exclusive to one process: kStore when another controller
// has it). Creates the file with mode 0600. kStoreCorrupt when the newest 100 events do not verify.
absl::StatusOr<std::unique_ptr<Store>> OpenSqliteStore(const std::string& path);

}  // namespace ferry::store

#endif  // FERRY_CONTROLLER_STORE_STORE_H_
