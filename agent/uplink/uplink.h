// The agent's line to its controller: dials, says hello with a resume point, replays what was not
// acknowledged, hands commands to the worker, and dials again with back-off and jitter for as long as it
// lives. Never looks into SQL.
#ifndef FERRY_AGENT_UPLINK_UPLINK_H_
#define FERRY_AGENT_UPLINK_UPLINK_H_

#include <atomic>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "agent/journal/journal.h"
#include "agent/worker/outward.h"
#include "agent/worker/worker.h"
#include "core/base/backoff.h"
#include "core/base/ids.h"
#include "core/base/mutex.h"
#include "rpc/agent_connection.h"

namespace ferry::uplink {

class Uplink final : public worker::Outward {
 public:
  // `journal` and `random` must outlive the uplink.
  Uplink(std::string agent_id, std::unique_ptr<rpc::AgentConnection> connection, journal::Journal* journal,
         RandomSource* random);

  // Dials until Stop, on the calling thread. `worker` must outlive the call.
  void Run(worker::Worker* worker);
  // Ends Run from any thread.
  void Stop();

  void Say(v1::AgentMessage message) override;
  absl::StatusOr<v1::PlanContent> FetchPlan(const std::string& digest) override;

 private:
  absl::StatusOr<v1::Hello> MakeHello(const worker::Worker& worker) const;
  void OnMessage(worker::Worker* worker, const v1::ControllerMessage& message);
  void OnWelcome(worker::Worker* worker, const v1::Welcome& welcome);
  void LogClosed(const absl::Status& why);

  const std::string agent_id_;
  const std::string boot_id_;
  const std::unique_ptr<rpc::AgentConnection> connection_;
  journal::Journal* const journal_;
  RandomSource* const random_;
  Backoff backoff_;  // used by Run's thread alone
  std::string last_closed_;

  Mutex mutex_;
  CondVar stopped_;
  bool stop_ ABSL_GUARDED_BY(mutex_) = false;
  std::atomic<bool> welcomed_{false};
};

}  // namespace ferry::uplink

#endif  // FERRY_AGENT_UPLINK_UPLINK_H_
