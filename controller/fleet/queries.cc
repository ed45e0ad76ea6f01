#include "controller/fleet/queries.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "rpc/convert.h"

namespace ferry::fleet {

void PendingQueries::Open(const std::string& query_id, const std::string& target_id,
                          const std::string& agent_id) {
  MutexLock lock(&mutex_);
  pending_[query_id] = Pending{target_id, agent_id, {}, false, ended_};
}

absl::StatusOr<Answer> PendingQueries::Wait(const std::string& query_id, absl::Duration timeout) {
  const absl::Duration end = clock_->Elapsed() + timeout;
  MutexLock lock(&mutex_);
  const auto found = pending_.find(query_id);
  if (found == pending_.end()) return Error(ErrorCode::kInternal, "a query was never opened");
  absl::Duration left = timeout;
  while (!found->second.complete && !found->second.agent_gone && left > absl::ZeroDuration()) {
    changed_.WaitFor(&mutex_, left);
    left = end - clock_->Elapsed();
  }
  Pending pending = std::move(found->second);
  pending_.erase(found);
  if (pending.complete) {
    const absl::Status error = rpc::FromProto(pending.answer.reply.error());
    if (!error.ok()) return error;
    return std::move(pending.answer);
  }
  if (pending.agent_gone) {
    return Error(ErrorCode::kAgentOffline, absl::StrCat("the agent of ", pending.target_id, " went away"))
        .Next("ferry agent list");
  }
  return Error(ErrorCode::kAgentTimeout,
               absl::StrCat("the agent of ", pending.target_id, " did not answer within ",
                            absl::FormatDuration(timeout)))
      .Next("ferry agent list");
}

void PendingQueries::OnReply(const v1::QueryReply& reply) {
  MutexLock lock(&mutex_);
  const auto found = pending_.find(reply.query_id());
  if (found == pending_.end()) return;
  found->second.answer.reply = reply;
  found->second.complete = true;
  changed_.NotifyAll();
}

void PendingQueries::OnChunk(const v1::SnapshotChunk& chunk) {
  MutexLock lock(&mutex_);
  const auto found = pending_.find(chunk.query_id());
  if (found == pending_.end()) return;
  found->second.answer.chunks.push_back(chunk);
  found->second.complete = chunk.last();
  if (chunk.last()) changed_.NotifyAll();
}

void PendingQueries::Forget(const std::string& query_id) {
  MutexLock lock(&mutex_);
  pending_.erase(query_id);
}

void PendingQueries::EndAll() {
  MutexLock lock(&mutex_);
  ended_ = true;
  for (auto& [id, pending] : pending_) pending.agent_gone = true;
  changed_.NotifyAll();
}

void PendingQueries::OnAgentGone(const std::string& agent_id) {
  MutexLock lock(&mutex_);
  for (auto& [id, pending] : pending_) {
    if (pending.agent_id == agent_id) pending.agent_gone = true;
  }
  changed_.NotifyAll();
}

}  // namespace ferry::fleet
