#include "rpc/ferry_client.h"

#include <grpcpp/client_context.h>

#include <atomic>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/mutex.h"
#include "ferry/v1/ferry.grpc.pb.h"
#include "rpc/grpc_credentials.h"
#include "rpc/status.h"

namespace ferry::rpc {
namespace {

constexpr absl::Duration kTimeout = absl::Seconds(30);
constexpr absl::Duration kLongTimeout = absl::Seconds(120);
constexpr absl::Duration kReadingTimeout = absl::Hours(1);  // every byte of a backup

// Calls `stop` every 100 ms on a thread of its own and cancels the call when it says so.
class Watchdog {
 public:
  Watchdog(grpc::ClientContext* context, const std::function<bool()>& stop)
      : thread_([this, context, &stop] {
          MutexLock lock(&mutex_);
          while (!done_) {
            if (stop()) {
              stopped_ = true;
              context->TryCancel();
              return;
            }
            wake_.WaitFor(&mutex_, absl::Milliseconds(100));
          }
        }) {}
  ~Watchdog() {
    {
      MutexLock lock(&mutex_);
      done_ = true;
      wake_.NotifyAll();
    }
    thread_.join();
  }
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;
  bool stopped() {
    MutexLock lock(&mutex_);
    return stopped_;
  }

 private:
  Mutex mutex_;
  CondVar wake_;
  bool done_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

class Client final : public FerryClient {
 public:
  Client(std::string address, const std::shared_ptr<grpc::Channel>& channel)
      : address_(std::move(address)), stub_(v1::Ferry::NewStub(channel)) {}

  absl::StatusOr<v1::GetVersionResponse> GetVersion(const v1::GetVersionRequest& request) override {
    return Call(&v1::Ferry::Stub::GetVersion, request, kTimeout);
  }
  absl::StatusOr<v1::RegisterPlanResponse> RegisterPlan(const v1::RegisterPlanRequest& request) override {
    return Call(&v1::Ferry::Stub::RegisterPlan, request, kTimeout);
  }
  absl::StatusOr<v1::ListPlansResponse> ListPlans(const v1::ListPlansRequest& request) override {
    return Call(&v1::Ferry::Stub::ListPlans, request, kTimeout);
  }
  absl::StatusOr<v1::GetPlanResponse> GetPlan(const v1::GetPlanRequest& request) override {
    return Call(&v1::Ferry::Stub::GetPlan, request, kTimeout);
  }
  absl::StatusOr<v1::GetStatusResponse> GetStatus(const v1::GetStatusRequest& request) override {
    return Call(&v1::Ferry::Stub::GetStatus, request, kTimeout);
  }
  absl::StatusOr<v1::ListAgentsResponse> ListAgents(const v1::ListAgentsRequest& request) override {
    return Call(&v1::Ferry::Stub::ListAgents, request, kTimeout);
  }
  absl::StatusOr<v1::StartPromotionResponse> StartPromotion(
      const v1::StartPromotionRequest& request) override {
    return Call(&v1::Ferry::Stub::StartPromotion, request, kTimeout);
  }
  absl::StatusOr<v1::CancelPromotionResponse> CancelPromotion(
      const v1::CancelPromotionRequest& request) override {
    return Call(&v1::Ferry::Stub::CancelPromotion, request, kTimeout);
  }
  absl::StatusOr<v1::HoldPromotionResponse> HoldPromotion(const v1::HoldPromotionRequest& request) override {
    return Call(&v1::Ferry::Stub::HoldPromotion, request, kTimeout);
  }
  absl::StatusOr<v1::ResumePromotionResponse> ResumePromotion(
      const v1::ResumePromotionRequest& request) override {
    return Call(&v1::Ferry::Stub::ResumePromotion, request, kTimeout);
  }
  absl::StatusOr<v1::AbortPromotionResponse> AbortPromotion(
      const v1::AbortPromotionRequest& request) override {
    return Call(&v1::Ferry::Stub::AbortPromotion, request, kTimeout);
  }
  absl::StatusOr<v1::ThrottlePromotionResponse> ThrottlePromotion(
      const v1::ThrottlePromotionRequest& request) override {
    return Call(&v1::Ferry::Stub::ThrottlePromotion, request, kTimeout);
  }
  absl::StatusOr<v1::GetPromotionResponse> GetPromotion(const v1::GetPromotionRequest& request) override {
    return Call(&v1::Ferry::Stub::GetPromotion, request, kTimeout);
  }
  absl::StatusOr<v1::ListHistoryResponse> ListHistory(const v1::ListHistoryRequest& request) override {
    return Call(&v1::Ferry::Stub::ListHistory, request, kTimeout);
  }
  absl::StatusOr<v1::DiffResponse> Diff(const v1::DiffRequest& request) override {
    return Call(&v1::Ferry::Stub::Diff, request, kLongTimeout);
  }
  absl::StatusOr<v1::TestWindowResponse> TestWindow(const v1::TestWindowRequest& request) override {
    return Call(&v1::Ferry::Stub::TestWindow, request, kTimeout);
  }
  absl::StatusOr<v1::PreviewPlanResponse> PreviewPlan(const v1::PreviewPlanRequest& request) override {
    return Call(&v1::Ferry::Stub::PreviewPlan, request, kLongTimeout);
  }
  absl::StatusOr<v1::VerifyAuditResponse> VerifyAudit(const v1::VerifyAuditRequest& request) override {
    return Call(&v1::Ferry::Stub::VerifyAudit, request, kLongTimeout);
  }
  absl::StatusOr<v1::ListBackupsResponse> ListBackups(const v1::ListBackupsRequest& request) override {
    return Call(&v1::Ferry::Stub::ListBackups, request, kTimeout);
  }
  absl::StatusOr<v1::VerifyBackupResponse> VerifyBackup(const v1::VerifyBackupRequest& request) override {
    return Call(&v1::Ferry::Stub::VerifyBackup, request, kReadingTimeout);
  }
  absl::StatusOr<v1::DiffResponse> PreviewBaseline(const v1::PreviewBaselineRequest& request) override {
    return Call(&v1::Ferry::Stub::PreviewBaseline, request, kLongTimeout);
  }
  absl::StatusOr<v1::GetDriftResponse> GetDrift(const v1::GetDriftRequest& request) override {
    return Call(&v1::Ferry::Stub::GetDrift, request, kLongTimeout);
  }
  absl::StatusOr<v1::IgnoreDriftResponse> IgnoreDrift(const v1::IgnoreDriftRequest& request) override {
    return Call(&v1::Ferry::Stub::IgnoreDrift, request, kLongTimeout);
  }

  absl::StatusOr<std::vector<v1::GetSnapshotsResponse>> GetSnapshots(
      const v1::GetSnapshotsRequest& request, const std::function<bool()>& stop) override {
    grpc::ClientContext context;
    context.set_deadline(absl::ToChronoTime(SystemClock().Now() + kLongTimeout));
    const auto reader = stub_->GetSnapshots(&context, request);
    std::vector<v1::GetSnapshotsResponse> pieces;
    bool stopped = false;
    {
      Watchdog watchdog(&context, stop);
      v1::GetSnapshotsResponse piece;
      while (reader->Read(&piece)) pieces.push_back(std::move(piece));
      stopped = watchdog.stopped();
    }
    const grpc::Status status = reader->Finish();
    if (stopped) return Error(ErrorCode::kCancelled, "interrupted while the controller was asked");
    const absl::Status error = Explain(status);
    if (!error.ok()) return error;
    return pieces;
  }

  absl::Status WatchPromotion(const v1::WatchPromotionRequest& request,
                              const std::function<bool(const v1::WatchPromotionResponse&)>& on_update,
                              const std::function<bool()>& stop) override {
    grpc::ClientContext context;
    const auto reader = stub_->WatchPromotion(&context, request);
    bool left = false;
    bool stopped = false;
    {
      Watchdog watchdog(&context, stop);
      v1::WatchPromotionResponse update;
      while (!left && reader->Read(&update)) left = !on_update(update);
      stopped = watchdog.stopped();
    }
    if (left) context.TryCancel();
    const grpc::Status status = reader->Finish();
    if (left || stopped) return absl::OkStatus();
    return Explain(status);
  }

 private:
  template <typename Request, typename Response>
  absl::StatusOr<Response> Call(grpc::Status (v1::Ferry::Stub::*method)(grpc::ClientContext*, const Request&,
                                                                        Response*),
                                const Request& request, absl::Duration timeout) {
    grpc::ClientContext context;
    context.set_deadline(absl::ToChronoTime(SystemClock().Now() + timeout));
    Response response;
    const absl::Status status = Explain(((*stub_).*method)(&context, request, &response));
    if (!status.ok()) return status;
    return response;
  }

  absl::Status Explain(const grpc::Status& status) const {
    const absl::Status error = FromGrpc(status);
    if (error.ok() || CodeOf(error) != ErrorCode::kUnspecified) return error;
    return Error(ErrorCode::kTransport,
                 absl::StrCat("no answer from the controller at ", address_, ": ", status.error_message()))
        .TargetState("unchanged by this command; a running promotion goes on without it")
        .Next("is ferry-controller running, and is --controller, $FERRY_CONTROLLER or ferry.yaml right?");
  }

  const std::string address_;
  const std::unique_ptr<v1::Ferry::Stub> stub_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<FerryClient>> FerryClient::Create(const std::string& address,
                                                                 const TlsFiles& tls) {
  ASSIGN_OR_RETURN(const std::shared_ptr<grpc::Channel> channel, MakeChannel(address, tls));
  return std::make_unique<Client>(address, channel);
}

}  // namespace ferry::rpc
