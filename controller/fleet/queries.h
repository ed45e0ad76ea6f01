// Questions to agents that wait for their answers. A question belongs to one session: when that ends, it is
// answered with kAgentOffline. Thread-safe.
#ifndef FERRY_CONTROLLER_FLEET_QUERIES_H_
#define FERRY_CONTROLLER_FLEET_QUERIES_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "core/base/clock.h"
#include "core/base/mutex.h"
#include "ferry/v1/agent.pb.h"

namespace ferry::fleet {

// Everything that answers one question: a reply, or the pieces of a snapshot.
struct Answer {
  v1::QueryReply reply;
  std::vector<v1::SnapshotChunk> chunks;
};

class PendingQueries {
 public:
  explicit PendingQueries(const Clock* clock) : clock_(clock) {}

  // Before the question is sent.
  void Open(const std::string& query_id, const std::string& target_id, const std::string& agent_id);
  // Blocks until the answer is complete. kAgentTimeout, kAgentOffline, or the error that the agent answered
  // with.
  absl::StatusOr<Answer> Wait(const std::string& query_id, absl::Duration timeout);

  // An answer to a question that nobody waits for is dropped.
  void OnReply(const v1::QueryReply& reply);
  void OnChunk(const v1::SnapshotChunk& chunk);
  // A question that could not be sent.
  void Forget(const std::string& query_id);
  // Answers everybody who waits, now and later, with kAgentOffline.
  void EndAll();
  void OnAgentGone(const std::string& agent_id);

 private:
  struct Pending {
    std::string target_id, agent_id;
    Answer answer;
    bool complete = false;
    bool agent_gone = false;
  };

  const Clock* const clock_;
  Mutex mutex_;
  CondVar changed_;
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
  std::map<std::string, Pending> pending_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace ferry::fleet

#endif  // FERRY_CONTROLLER_FLEET_QUERIES_H_
