#include <grpcpp/support/server_callback.h>

#include <deque>
#include <utility>

#include "core/base/mutex.h"
#include "ferry/v1/agent.grpc.pb.h"
#include "rpc/agent_gateway_service.h"
#include "rpc/status.h"

namespace ferry::rpc {
namespace {

constexpr size_t kMaxOutbox = 1000;

// Life of a stream: constructed -> reads and writes -> Finish once, never while a write is in flight ->
// OnDone, after which gRPC forgets it. The reactor keeps itself alive through `self_` until then; others hold
// shared pointers.
class Session final : public grpc::ServerBidiReactor<v1::AgentMessage, v1::ControllerMessage>,
                      public AgentSession {
 public:
  Session(AgentGatewayHandler* handler, std::string peer) : handler_(handler), peer_(std::move(peer)) {}

  void Begin(std::shared_ptr<Session> self) {
    {
      MutexLock lock(&mutex_);
      self_ = std::move(self);
    }
    StartRead(&incoming_);
  }

  bool Send(v1::ControllerMessage message) override {
    MutexLock lock(&mutex_);
    if (closing_ || done_ || outbox_.size() >= kMaxOutbox) return false;
    outbox_.push_back(std::move(message));
    Pump();
    return true;
  }

  void ReadNext() override {
    MutexLock lock(&mutex_);
    if (!finished_ && !done_) StartRead(&incoming_);
  }

  void Close(absl::Status reason) override {
    MutexLock lock(&mutex_);
    if (closing_ || done_) return;
    closing_ = true;
    final_ = ToGrpc(reason);
    Pump();
  }

  std::string peer() const override { return peer_; }

  void OnReadDone(bool ok) override {
    if (!ok) {
      Close(absl::OkStatus());
      return;
    }
    std::shared_ptr<Session> self;
    {
      MutexLock lock(&mutex_);
      self = self_;
    }
    if (self != nullptr) handler_->OnMessage(self, std::move(incoming_));
  }

  void OnWriteDone(bool ok) override {
    MutexLock lock(&mutex_);
    writing_ = false;
    outbox_.pop_front();
    if (!ok) {
      outbox_.clear();
      closing_ = true;
    }
    Pump();
  }

  void OnCancel() override { Close(absl::CancelledError("the stream was cancelled")); }

  void OnDone() override {
    std::shared_ptr<Session> self;
    {
      MutexLock lock(&mutex_);
      done_ = true;
      self = std::move(self_);
    }
    handler_->OnClosed(self);
  }

 private:
  void Pump() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (writing_ || finished_) return;
    if (!outbox_.empty()) {
      writing_ = true;
      StartWrite(&outbox_.front());
    } else if (closing_) {
      finished_ = true;
      Finish(final_);
    }
  }

  AgentGatewayHandler* const handler_;
  const std::string peer_;
  v1::AgentMessage incoming_;  // owned by the read in flight, else by the handler's call
  Mutex mutex_;
  std::shared_ptr<Session> self_ ABSL_GUARDED_BY(mutex_);
  std::deque<v1::ControllerMessage> outbox_ ABSL_GUARDED_BY(mutex_);
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool closing_ ABSL_GUARDED_BY(mutex_) = false;
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
  bool done_ ABSL_GUARDED_BY(mutex_) = false;
  grpc::Status final_ ABSL_GUARDED_BY(mutex_);
};

class Service final : public v1::AgentGateway::WithCallbackMethod_Session<v1::AgentGateway::Service> {
 public:
  explicit Service(AgentGatewayHandler* handler) : handler_(handler) {}

  grpc::ServerBidiReactor<v1::AgentMessage, v1::ControllerMessage>* Session(
      grpc::CallbackServerContext* context) override {
    auto session = std::make_shared<rpc::Session>(handler_, context->peer());
    session->Begin(session);
    return session.get();
  }

  grpc::Status FetchPlan(grpc::ServerContext* /*context*/, const v1::FetchPlanRequest* request,
                         v1::FetchPlanResponse* response) override {
    absl::StatusOr<v1::FetchPlanResponse> answer = handler_->FetchPlan(*request);
    if (!answer.ok()) return ToGrpc(answer.status());
    *response = *std::move(answer);
    return grpc::Status::OK;
  }

 private:
  AgentGatewayHandler* const handler_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeAgentGatewayService(AgentGatewayHandler* handler) {
  return std::make_unique<Service>(handler);
}

}  // namespace ferry::rpc
