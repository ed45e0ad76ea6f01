// A controller as a test wants it: answers that are set beforehand, requests that are remembered, and a
// stream of updates with breaks and pauses in it. One thread.
#ifndef FERRY_CLI_TESTING_FAKE_CONTROLLER_H_
#define FERRY_CLI_TESTING_FAKE_CONTROLLER_H_

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "rpc/ferry_client.h"

namespace ferry::cli {

struct FakeController {
  template <typename Response>
  using Answer = absl::StatusOr<Response>;
  static absl::Status Unset() { return Error(ErrorCode::kInternal, "the test did not expect this call"); }

  Answer<v1::GetVersionResponse> version = Unset();
  Answer<v1::RegisterPlanResponse> register_plan = Unset();
  Answer<v1::ListPlansResponse> plans = Unset();
  Answer<v1::GetPlanResponse> plan = Unset();
  Answer<v1::GetStatusResponse> status = Unset();
  Answer<v1::ListAgentsResponse> agents = Unset();
  // Taken one by one; the last one stays.
  std::deque<Answer<v1::StartPromotionResponse>> start;
  std::deque<Answer<v1::GetPromotionResponse>> promotion;
  Answer<v1::CancelPromotionResponse> cancel = Unset();
  Answer<v1::HoldPromotionResponse> hold = Unset();
  Answer<v1::ResumePromotionResponse> resume = Unset();
  Answer<v1::AbortPromotionResponse> abort = Unset();
  Answer<v1::ThrottlePromotionResponse> throttle = Unset();
  Answer<v1::ListHistoryResponse> history = Unset();
  Answer<v1::DiffResponse> diff = Unset();
  Answer<v1::TestWindowResponse> window = Unset();
  Answer<v1::PreviewPlanResponse> preview = Unset();
  Answer<v1::VerifyAuditResponse> audit = Unset();
  Answer<v1::ListBackupsResponse> backups = Unset();
  Answer<v1::VerifyBackupResponse> backup = Unset();
  Answer<v1::DiffResponse> baseline = Unset();
  Answer<v1::GetDriftResponse> drift = Unset();
  Answer<v1::IgnoreDriftResponse> ignore_drift = Unset();

  Answer<std::vector<v1::GetSnapshotsResponse>> snapshots = Unset();

  // What happens on the stream: an update, time that passes (`stop` is asked every 100 ms, as the real client
  // does), or the end with a status. After the last one the stream ends with OK.
  struct Act {
    std::optional<v1::WatchPromotionResponse> update;
    absl::Duration pause;
    std::optional<absl::Status> end;
    std::function<void()> then;  // called after it
  };
  std::deque<Act> stream;
  std::function<void(absl::Duration)> pass_time;

  std::vector<std::string> requests;  // text format, with the method's name before it
  std::string address;                // that was asked for last
  rpc::TlsFiles tls;

  void Update(const v1::PromotionInfo& state) {
    v1::WatchPromotionResponse update;
    *update.mutable_promotion() = state;
    stream.push_back({update, {}, std::nullopt, nullptr});
  }
  void Update(const v1::Event& event) {
    v1::WatchPromotionResponse update;
    *update.mutable_event() = event;
    stream.push_back({update, {}, std::nullopt, nullptr});
  }
  void Update(const v1::Progress& progress) {
    v1::WatchPromotionResponse update;
    *update.mutable_progress() = progress;
    stream.push_back({update, {}, std::nullopt, nullptr});
  }
  void Pass(absl::Duration time, std::function<void()> then = nullptr) {
    stream.push_back({std::nullopt, time, std::nullopt, std::move(then)});
  }
  void Break(absl::Status with) { stream.push_back({std::nullopt, {}, std::move(with), nullptr}); }
};

class FakeFerryClient final : public rpc::FerryClient {
 public:
  explicit FakeFerryClient(FakeController* controller) : c_(*controller) {}

  absl::StatusOr<v1::GetVersionResponse> GetVersion(const v1::GetVersionRequest& r) override {
    return Give("GetVersion", r, c_.version);
  }
  absl::StatusOr<v1::RegisterPlanResponse> RegisterPlan(const v1::RegisterPlanRequest& r) override {
    return Give("RegisterPlan", r, c_.register_plan);
  }
  absl::StatusOr<v1::ListPlansResponse> ListPlans(const v1::ListPlansRequest& r) override {
    return Give("ListPlans", r, c_.plans);
  }
  absl::StatusOr<v1::GetPlanResponse> GetPlan(const v1::GetPlanRequest& r) override {
    return Give("GetPlan", r, c_.plan);
  }
  absl::StatusOr<v1::GetStatusResponse> GetStatus(const v1::GetStatusRequest& r) override {
    return Give("GetStatus", r, c_.status);
  }
  absl::StatusOr<v1::ListAgentsResponse> ListAgents(const v1::ListAgentsRequest& r) override {
    return Give("ListAgents", r, c_.agents);
  }
  absl::StatusOr<v1::StartPromotionResponse> StartPromotion(const v1::StartPromotionRequest& r) override {
    return Take("StartPromotion", r, c_.start);
  }
  absl::StatusOr<v1::CancelPromotionResponse> CancelPromotion(const v1::CancelPromotionRequest& r) override {
    return Give("CancelPromotion", r, c_.cancel);
  }
  absl::StatusOr<v1::HoldPromotionResponse> HoldPromotion(const v1::HoldPromotionRequest& r) override {
    return Give("HoldPromotion", r, c_.hold);
  }
  absl::StatusOr<v1::ResumePromotionResponse> ResumePromotion(const v1::ResumePromotionRequest& r) override {
    return Give("ResumePromotion", r, c_.resume);
  }
  absl::StatusOr<v1::AbortPromotionResponse> AbortPromotion(const v1::AbortPromotionRequest& r) override {
    return Give("AbortPromotion", r, c_.abort);
  }
  absl::StatusOr<v1::ThrottlePromotionResponse> ThrottlePromotion(
      const v1::ThrottlePromotionRequest& r) override {
    return Give("ThrottlePromotion", r, c_.throttle);
  }
  absl::StatusOr<v1::GetPromotionResponse> GetPromotion(const v1::GetPromotionRequest& r) override {
    return Take("GetPromotion", r, c_.promotion);
  }
  absl::StatusOr<v1::ListHistoryResponse> ListHistory(const v1::ListHistoryRequest& r) override {
    return Give("ListHistory", r, c_.history);
  }
  absl::StatusOr<v1::DiffResponse> Diff(const v1::DiffRequest& r) override {
    return Give("Diff", r, c_.diff);
  }
  absl::StatusOr<v1::TestWindowResponse> TestWindow(const v1::TestWindowRequest& r) override {
    return Give("TestWindow", r, c_.window);
  }
  absl::StatusOr<v1::PreviewPlanResponse> PreviewPlan(const v1::PreviewPlanRequest& r) override {
    return Give("PreviewPlan", r, c_.preview);
  }
  absl::StatusOr<v1::VerifyAuditResponse> VerifyAudit(const v1::VerifyAuditRequest& r) override {
    return Give("VerifyAudit", r, c_.audit);
  }
  absl::StatusOr<v1::ListBackupsResponse> ListBackups(const v1::ListBackupsRequest& r) override {
    return Give("ListBackups", r, c_.backups);
  }
  absl::StatusOr<v1::VerifyBackupResponse> VerifyBackup(const v1::VerifyBackupRequest& r) override {
    return Give("VerifyBackup", r, c_.backup);
  }
  absl::StatusOr<v1::DiffResponse> PreviewBaseline(const v1::PreviewBaselineRequest& r) override {
    return Give("PreviewBaseline", r, c_.baseline);
  }
  absl::StatusOr<v1::GetDriftResponse> GetDrift(const v1::GetDriftRequest& r) override {
    return Give("GetDrift", r, c_.drift);
  }
  absl::StatusOr<v1::IgnoreDriftResponse> IgnoreDrift(const v1::IgnoreDriftRequest& r) override {
    return Give("IgnoreDrift", r, c_.ignore_drift);
  }

  absl::StatusOr<std::vector<v1::GetSnapshotsResponse>> GetSnapshots(const v1::GetSnapshotsRequest& r,
                                                                     const std::function<bool()>&) override {
    return Give("GetSnapshots", r, c_.snapshots);
  }

  absl::Status WatchPromotion(const v1::WatchPromotionRequest& r,
                              const std::function<bool(const v1::WatchPromotionResponse&)>& on_update,
                              const std::function<bool()>& stop) override {
    Remember("WatchPromotion", r);
    while (!c_.stream.empty()) {
      const FakeController::Act act = c_.stream.front();
      c_.stream.pop_front();
      for (absl::Duration passed; passed < act.pause; passed += absl::Milliseconds(100)) {
        if (stop()) return absl::OkStatus();
        c_.pass_time(absl::Milliseconds(100));
      }
      if (act.then != nullptr) act.then();
      if (act.end.has_value()) return *act.end;
      if (stop()) return absl::OkStatus();
      if (act.update.has_value() && !on_update(*act.update)) return absl::OkStatus();
    }
    return absl::OkStatus();
  }

 private:
  void Remember(const std::string& method, const google::protobuf::Message& request) {
    c_.requests.push_back(absl::StrCat(method, " ", request.ShortDebugString()));
  }
  template <typename Response>
  absl::StatusOr<Response> Give(const std::string& method, const google::protobuf::Message& request,
                                const absl::StatusOr<Response>& answer) {
    Remember(method, request);
    return answer;
  }
  template <typename Response>
  absl::StatusOr<Response> Take(const std::string& method, const google::protobuf::Message& request,
                                std::deque<absl::StatusOr<Response>>& answers) {
    Remember(method, request);
    if (answers.empty()) return FakeController::Unset();
    const absl::StatusOr<Response> answer = answers.front();
    if (answers.size() > 1) answers.pop_front();
    return answer;
  }

  FakeController& c_;
};

}  // namespace ferry::cli

#endif  // FERRY_CLI_TESTING_FAKE_CONTROLLER_H_
