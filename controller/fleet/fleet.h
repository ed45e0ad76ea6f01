// The live agents: who is connected, which targets they serve, what they last said of them. Knows sessions
// and epochs, never SQL text, and decides nothing about promotions.
//
// All messages of all agents are dealt with on one thread of the fleet, in order for each agent; the listener
// is called on that thread and never while the fleet's mutex is held. Thread-safe.
#ifndef FERRY_CONTROLLER_FLEET_FLEET_H_
#define FERRY_CONTROLLER_FLEET_FLEET_H_

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "controller/fleet/kept_snapshots.h"
#include "controller/fleet/queries.h"
#include "controller/store/store.h"
#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/base/mutex.h"
#include "core/schema/snapshot.h"
#include "ferry/v1/ferry.pb.h"
#include "rpc/agent_gateway.h"

namespace ferry::fleet {

class FleetListener {
 public:
  virtual ~FleetListener() = default;
  // A session has begun: what was sent to these targets and not answered must be sent again.
  virtual void OnAgentReady(const std::vector<std::string>& target_ids) = 0;
  // OK = the report is durable, or never will matter: it is acknowledged. Otherwise the agent sends it again
  // later.
  virtual absl::Status OnReport(const store::ReportKey& key, const v1::Report& report) = 0;
  virtual void OnTargetStatus(const v1::TargetStatus& status) = 0;
  virtual void OnProgress(const v1::Progress& progress) = 0;
  // The agent will not take this command: stale epoch, its journal failed, it has no such target.
  virtual void OnRefused(const std::string& command_id, const absl::Status& why) = 0;
};

struct FleetOptions {
  std::string controller_id;
  int64_t epoch = 0;
  std::map<std::string, std::string> environment_of;  // every expected target -> its environment
  absl::Duration heartbeat_every = absl::Seconds(2);
  size_t most_kept_objects = 250'000;  // see KeptSnapshots
};

class Fleet final : public rpc::AgentGatewayHandler {
 public:
  // All pointers must outlive the fleet.
  Fleet(FleetOptions options, store::Store* store, const Clock* clock, RandomSource* random);
  ~Fleet() override;

  // Before the first session. Reads what the store remembers of targets.
  absl::Status Start(FleetListener* listener);
  // Ends every session with UNAVAILABLE "controller draining" and the thread. Idempotent.
  void Shutdown();

  bool Online(const std::string& target_id) const;
  // The agent that serves the target, or served it last; "" when none ever did.
  std::string AgentOf(const std::string& target_id) const;
  std::optional<v1::TargetStatus> StatusOf(const std::string& target_id) const;
  std::vector<v1::AgentInfo> Agents() const;

  // Whether the target's agent is connected and has said that it can.
  bool Can(const std::string& target_id, absl::string_view capability) const;

  // Queues a message for the target's agent. False when it is not connected.
  bool Send(const std::string& target_id, v1::ControllerMessage message);
  // Asks and waits. kAgentOffline, kAgentTimeout, the agent's own error.
  absl::StatusOr<v1::QueryReply> Ask(const std::string& target_id, v1::Query query, absl::Duration timeout);
  // An agent that does not know of scopes sends everything; kProtocol where that is less than was asked for.
  // Of a whole snapshot of the target itself an agent sends only what has changed since the last one, where
  // both can; what comes out is checked against the root, and read whole when it does not fit.
  absl::StatusOr<schema::Snapshot> AskSnapshot(const std::string& target_id, const v1::SnapshotQuery& which,
                                               absl::Duration timeout);

  void OnMessage(std::shared_ptr<rpc::AgentSession> session, v1::AgentMessage message) override;
  void OnClosed(std::shared_ptr<rpc::AgentSession> session) override;
  absl::StatusOr<v1::FetchPlanResponse> FetchPlan(const v1::FetchPlanRequest& request) override;

 private:
  struct Live {
    std::shared_ptr<rpc::AgentSession> session;
    std::string agent_id, journal_id, software;
    std::vector<std::string> target_ids, capabilities;
  };
  // `message` empty = the session has closed.
  struct Item {
    std::shared_ptr<rpc::AgentSession> session;
    std::optional<v1::AgentMessage> message;
  };

  void Loop();
  void Deal(const Item& item);
  void DealMessage(const std::shared_ptr<rpc::AgentSession>& session, const v1::AgentMessage& message);
  absl::Status CheckHello(const v1::Hello& hello) const;
  absl::Status Welcome(const std::shared_ptr<rpc::AgentSession>& session, const v1::Hello& hello);
  void DealReport(const Live& live, const v1::Report& report);
  void DealStatus(const std::string& agent_id, const v1::TargetStatus& status);
  void NoteApplied(const std::string& agent_id, const v1::Report& report);
  void DealClosed(const rpc::AgentSession* session);
  std::optional<Live> LiveOf(const rpc::AgentSession* session) const;
  absl::StatusOr<schema::Snapshot> AskWhatChanged(const std::string& target_id, const v1::Query& query,
                                                  absl::Duration timeout);
  absl::StatusOr<Answer> AskAny(const std::string& target_id, v1::Query query, absl::Duration timeout);

  const FleetOptions options_;
  store::Store* const store_;
  const Clock* const clock_;
  RandomSource* const random_;
  FleetListener* listener_ = nullptr;  // set once, before the first session
  PendingQueries queries_;
  KeptSnapshots kept_;

  mutable Mutex mutex_;
  CondVar wake_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::deque<Item> queue_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, Live> live_ ABSL_GUARDED_BY(mutex_);                   // by agent id
  std::map<std::string, std::string> agent_of_ ABSL_GUARDED_BY(mutex_);        // by target id
  std::map<std::string, v1::TargetStatus> status_of_ ABSL_GUARDED_BY(mutex_);  // by target id
  std::thread thread_;
};

}  // namespace ferry::fleet

#endif  // FERRY_CONTROLLER_FLEET_FLEET_H_
