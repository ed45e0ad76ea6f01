#include <utility>

#include "ferry/v1/ferry.grpc.pb.h"
#include "rpc/ferry_grpc_service.h"
#include "rpc/status.h"

namespace ferry::rpc {
namespace {

// The one place where an answer becomes a gRPC status.
template <typename Request, typename Response>
grpc::Status Answer(FerryHandler* handler, absl::StatusOr<Response> (FerryHandler::*method)(const Request&),
                    const Request& request, Response* response) {
  absl::StatusOr<Response> answer = (handler->*method)(request);
  if (!answer.ok()) return ToGrpc(answer.status());
  *response = *std::move(answer);
  return grpc::Status::OK;
}

class Service final : public v1::Ferry::Service {
 public:
  explicit Service(FerryHandler* handler) : handler_(handler) {}

  grpc::Status GetVersion(grpc::ServerContext*, const v1::GetVersionRequest* request,
                          v1::GetVersionResponse* response) override {
    return Answer(handler_, &FerryHandler::GetVersion, *request, response);
  }
  grpc::Status RegisterPlan(grpc::ServerContext*, const v1::RegisterPlanRequest* request,
                            v1::RegisterPlanResponse* response) override {
    return Answer(handler_, &FerryHandler::RegisterPlan, *request, response);
  }
  grpc::Status ListPlans(grpc::ServerContext*, const v1::ListPlansRequest* request,
                         v1::ListPlansResponse* response) override {
    return Answer(handler_, &FerryHandler::ListPlans, *request, response);
  }
  grpc::Status GetPlan(grpc::ServerContext*, const v1::GetPlanRequest* request,
                       v1::GetPlanResponse* response) override {
    return Answer(handler_, &FerryHandler::GetPlan, *request, response);
  }
  grpc::Status GetStatus(grpc::ServerContext*, const v1::GetStatusRequest* request,
                         v1::GetStatusResponse* response) override {
    return Answer(handler_, &FerryHandler::GetStatus, *request, response);
  }
  grpc::Status ListAgents(grpc::ServerContext*, const v1::ListAgentsRequest* request,
                          v1::ListAgentsResponse* response) override {
    return Answer(handler_, &FerryHandler::ListAgents, *request, response);
  }
  grpc::Status StartPromotion(grpc::ServerContext*, const v1::StartPromotionRequest* request,
                              v1::StartPromotionResponse* response) override {
    return Answer(handler_, &FerryHandler::StartPromotion, *request, response);
  }
  grpc::Status CancelPromotion(grpc::ServerContext*, const v1::CancelPromotionRequest* request,
                               v1::CancelPromotionResponse* response) override {
    return Answer(handler_, &FerryHandler::CancelPromotion, *request, response);
  }
  grpc::Status HoldPromotion(grpc::ServerContext*, const v1::HoldPromotionRequest* request,
                             v1::HoldPromotionResponse* response) override {
    return Answer(handler_, &FerryHandler::HoldPromotion, *request, response);
  }
  grpc::Status ResumePromotion(grpc::ServerContext*, const v1::ResumePromotionRequest* request,
                               v1::ResumePromotionResponse* response) override {
    return Answer(handler_, &FerryHandler::ResumePromotion, *request, response);
  }
  grpc::Status AbortPromotion(grpc::ServerContext*, const v1::AbortPromotionRequest* request,
                              v1::AbortPromotionResponse* response) override {
    return Answer(handler_, &FerryHandler::AbortPromotion, *request, response);
  }
  grpc::Status ThrottlePromotion(grpc::ServerContext*, const v1::ThrottlePromotionRequest* request,
                                 v1::ThrottlePromotionResponse* response) override {
    return Answer(handler_, &FerryHandler::ThrottlePromotion, *request, response);
  }
  grpc::Status GetPromotion(grpc::ServerContext*, const v1::GetPromotionRequest* request,
                            v1::GetPromotionResponse* response) override {
    return Answer(handler_, &FerryHandler::GetPromotion, *request, response);
  }
  grpc::Status ListHistory(grpc::ServerContext*, const v1::ListHistoryRequest* request,
                           v1::ListHistoryResponse* response) override {
    return Answer(handler_, &FerryHandler::ListHistory, *request, response);
  }
  grpc::Status Diff(grpc::ServerContext*, const v1::DiffRequest* request,
                    v1::DiffResponse* response) override {
    return Answer(handler_, &FerryHandler::Diff, *request, response);
  }
  grpc::Status TestWindow(grpc::ServerContext*, const v1::TestWindowRequest* request,
                          v1::TestWindowResponse* response) override {
    return Answer(handler_, &FerryHandler::TestWindow, *request, response);
  }
  grpc::Status PreviewPlan(grpc::ServerContext*, const v1::PreviewPlanRequest* request,
                           v1::PreviewPlanResponse* response) override {
    return Answer(handler_, &FerryHandler::PreviewPlan, *request, response);
  }
  grpc::Status VerifyAudit(grpc::ServerContext*, const v1::VerifyAuditRequest* request,
                           v1::VerifyAuditResponse* response) override {
    return Answer(handler_, &FerryHandler::VerifyAudit, *request, response);
  }
  grpc::Status ListBackups(grpc::ServerContext*, const v1::ListBackupsRequest* request,
                           v1::ListBackupsResponse* response) override {
    return Answer(handler_, &FerryHandler::ListBackups, *request, response);
  }
  grpc::Status VerifyBackup(grpc::ServerContext*, const v1::VerifyBackupRequest* request,
                            v1::VerifyBackupResponse* response) override {
    return Answer(handler_, &FerryHandler::VerifyBackup, *request, response);
  }
  grpc::Status PreviewBaseline(grpc::ServerContext*, const v1::PreviewBaselineRequest* request,
                               v1::DiffResponse* response) override {
    return Answer(handler_, &FerryHandler::PreviewBaseline, *request, response);
  }
  grpc::Status GetDrift(grpc::ServerContext*, const v1::GetDriftRequest* request,
                        v1::GetDriftResponse* response) override {
    return Answer(handler_, &FerryHandler::GetDrift, *request, response);
  }
  grpc::Status IgnoreDrift(grpc::ServerContext*, const v1::IgnoreDriftRequest* request,
                           v1::IgnoreDriftResponse* response) override {
    return Answer(handler_, &FerryHandler::IgnoreDrift, *request, response);
  }

  grpc::Status GetSnapshots(grpc::ServerContext*, const v1::GetSnapshotsRequest* request,
                            grpc::ServerWriter<v1::GetSnapshotsResponse>* writer) override {
    return ToGrpc(handler_->GetSnapshots(
        *request, [writer](const v1::GetSnapshotsResponse& piece) { return writer->Write(piece); }));
  }
  grpc::Status WatchPromotion(grpc::ServerContext* context, const v1::WatchPromotionRequest* request,
                              grpc::ServerWriter<v1::WatchPromotionResponse>* writer) override {
    return ToGrpc(handler_->WatchPromotion(
        *request, [writer](const v1::WatchPromotionResponse& update) { return writer->Write(update); },
        [context] { return context->IsCancelled(); }));
  }

 private:
  FerryHandler* const handler_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeFerryService(FerryHandler* handler) {
  return std::make_unique<Service>(handler);
}

}  // namespace ferry::rpc
