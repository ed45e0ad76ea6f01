// Runs that a person holds, lets go on, ends or makes slower.
#include "absl/strings/str_cat.h"
#include "controller/api/api.h"
#include "controller/api/reason.h"
#include "core/base/error.h"
#include "rpc/convert.h"

namespace ferry::api {
namespace {

constexpr absl::Duration kLongestPause = absl::Hours(1);

std::string WhoAndWhy(const std::string& who, const std::string& reason) {
  return reason.empty() ? who : absl::StrCat(who, ": ", reason);
}

}  // namespace

absl::StatusOr<v1::HoldPromotionResponse> Api::HoldPromotion(const v1::HoldPromotionRequest& request) {
  RETURN_IF_ERROR(CheckReason(request.reason()));
  ASSIGN_OR_RETURN(const std::string id, PromotionId(request.promotion_id()));
  ASSIGN_OR_RETURN(const promotion::Promotion promotion,
                   rollout_->Hold(id, WhoAndWhy(request.requested_by(), request.reason())));
  v1::HoldPromotionResponse response;
  ASSIGN_OR_RETURN(*response.mutable_promotion(), Info(promotion));
  return response;
}

absl::StatusOr<v1::ResumePromotionResponse> Api::ResumePromotion(const v1::ResumePromotionRequest& request) {
  ASSIGN_OR_RETURN(const std::string id, PromotionId(request.promotion_id()));
  ASSIGN_OR_RETURN(const promotion::Promotion promotion,
                   rollout_->Resume(id, request.requested_by(), request.trust_ledger()));
  v1::ResumePromotionResponse response;
  ASSIGN_OR_RETURN(*response.mutable_promotion(), Info(promotion));
  return response;
}

absl::StatusOr<v1::AbortPromotionResponse> Api::AbortPromotion(const v1::AbortPromotionRequest& request) {
  RETURN_IF_ERROR(CheckReason(request.reason()));
  ASSIGN_OR_RETURN(const std::string id, PromotionId(request.promotion_id()));
  ASSIGN_OR_RETURN(const promotion::Promotion promotion,
                   rollout_->Abort(id, WhoAndWhy(request.requested_by(), request.reason())));
  v1::AbortPromotionResponse response;
  ASSIGN_OR_RETURN(*response.mutable_promotion(), Info(promotion));
  return response;
}

absl::StatusOr<v1::ThrottlePromotionResponse> Api::ThrottlePromotion(
    const v1::ThrottlePromotionRequest& request) {
  std::optional<absl::Duration> pause;
  if (request.has_batch_pause()) {
    pause = rpc::FromProto(request.batch_pause());
    if (*pause < absl::ZeroDuration() || *pause > kLongestPause) {
      return Error(ErrorCode::kUsage, "a pause between two batches is from 0s to 1h")
          .TargetState("unchanged by this");
    }
  }
  ASSIGN_OR_RETURN(const std::string id, PromotionId(request.promotion_id()));
  ASSIGN_OR_RETURN(const std::vector<std::string> told,
                   rollout_->Throttle(id, request.requested_by(), pause));
  v1::ThrottlePromotionResponse response;
  for (const std::string& target : told) response.add_target_ids(target);
  return response;
}

}  // namespace ferry::api
