#include "rpc/agent_connection.h"

#include <grpcpp/client_context.h>

#include <deque>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/mutex.h"
#include "ferry/v1/agent.grpc.pb.h"
#include "rpc/grpc_credentials.h"
#include "rpc/status.h"

namespace ferry::rpc {
namespace {

constexpr size_t kMaxOutbox = 1000;
using Stream = grpc::ClientReaderWriter<v1::AgentMessage, v1::ControllerMessage>;

class Connection final : public AgentConnection {
 public:
  Connection(std::string address, const std::shared_ptr<grpc::Channel>& channel)
      : address_(std::move(address)), stub_(v1::AgentGateway::NewStub(channel)) {}

  absl::Status RunSession(const v1::Hello& hello,
                          const std::function<void(const v1::ControllerMessage&)>& on_message) override {
    grpc::ClientContext context;
    {
      MutexLock lock(&mutex_);
      context_ = &context;  // so that Stop can end the dialling, too
    }
    const std::unique_ptr<Stream> stream = stub_->Session(&context);
    v1::AgentMessage first;
    *first.mutable_hello() = hello;
    {
      MutexLock lock(&mutex_);
      outbox_.assign(1, std::move(first));
      open_ = true;
    }
    std::thread writer([this, &stream] { WriteLoop(*stream); });
    v1::ControllerMessage message;
    while (stream->Read(&message)) on_message(message);
    {
      MutexLock lock(&mutex_);
      open_ = false;
      context_ = nullptr;
      changed_.NotifyAll();
    }
    writer.join();
    return Ended(stream->Finish());
  }

  bool Send(v1::AgentMessage message) override {
    MutexLock lock(&mutex_);
    if (!open_ || outbox_.size() >= kMaxOutbox) return false;
    outbox_.push_back(std::move(message));
    changed_.NotifyAll();
    return true;
  }

  void Stop() override {
    MutexLock lock(&mutex_);
    if (context_ != nullptr) context_->TryCancel();
  }

  absl::StatusOr<v1::PlanContent> FetchPlan(const std::string& digest) override {
    grpc::ClientContext context;
    context.set_deadline(absl::ToChronoTime(SystemClock().Now() + absl::Seconds(30)));
    v1::FetchPlanRequest request;
    request.set_digest(digest);
    v1::FetchPlanResponse response;
    const grpc::Status status = stub_->FetchPlan(&context, request, &response);
    if (!status.ok()) {
      const absl::Status error = FromGrpc(status);
      if (CodeOf(error) != ErrorCode::kUnspecified) return error;
      return Error(ErrorCode::kTransport, absl::StrCat("cannot fetch the plan from the controller at ",
                                                       address_, ": ", status.error_message()));
    }
    return std::move(*response.mutable_plan());
  }

 private:
  void WriteLoop(Stream& stream) {
    for (;;) {
      v1::AgentMessage message;
      {
        MutexLock lock(&mutex_);
        while (open_ && outbox_.empty()) changed_.Wait(&mutex_);
        if (!open_) return;
        message = std::move(outbox_.front());
        outbox_.pop_front();
      }
      if (!stream.Write(message)) return;  // the reader sees the end too
    }
  }

  absl::Status Ended(const grpc::Status& status) const {
    const absl::Status error = FromGrpc(status);
    if (!error.ok() && CodeOf(error) != ErrorCode::kUnspecified) return error;
    return Error(ErrorCode::kTransport,
                 absl::StrCat("session with the controller at ", address_, " ended",
                              status.error_message().empty() ? "" : ": ", status.error_message()));
  }

  const std::string address_;
  const std::unique_ptr<v1::AgentGateway::Stub> stub_;
  Mutex mutex_;
  CondVar changed_;
  bool open_ ABSL_GUARDED_BY(mutex_) = false;
  grpc::ClientContext* context_ ABSL_GUARDED_BY(mutex_) = nullptr;
  std::deque<v1::AgentMessage> outbox_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

absl::StatusOr<std::unique_ptr<AgentConnection>> AgentConnection::Create(const std::string& address,
                                                                         const TlsFiles& tls) {
  ASSIGN_OR_RETURN(const std::shared_ptr<grpc::Channel> channel, MakeChannel(address, tls));
  return std::make_unique<Connection>(address, channel);
}

}  // namespace ferry::rpc
