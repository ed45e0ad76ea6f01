#include "controller/api/api.h"
#include "core/base/error.h"
#include "rpc/convert.h"

namespace ferry::api {

// Events are re-read from the store by position and progress is only ever the newest: however slow a watcher
// is, it holds nothing back and nothing piles up for it.
absl::Status Api::WatchPromotion(const v1::WatchPromotionRequest& request,
                                 const std::function<bool(const v1::WatchPromotionResponse&)>& write,
                                 const std::function<bool()>& cancelled) {
  ASSIGN_OR_RETURN(const std::string id, PromotionId(request.promotion_id()));
  int64_t events_seen = 0;
  uint64_t progress_seen = 0;
  while (!cancelled()) {
    if (rollout_->stopping()) {
      return Error(ErrorCode::kTransport, "the controller is stopping; the promotion goes on when it is back")
          .Next("ferry watch " + id);
    }
    ASSIGN_OR_RETURN(const rollout::Observation seen, rollout_->Observe(id, events_seen, progress_seen));
    v1::WatchPromotionResponse update;
    if (seen.promotion.event_count > events_seen) {
      ASSIGN_OR_RETURN(const std::vector<store::StoredEvent> events, store_->LoadEvents(id));
      for (size_t i = static_cast<size_t>(events_seen);
           i < events.size() && static_cast<int64_t>(i) < seen.promotion.event_count; ++i) {
        *update.mutable_event() = rpc::ToProto(events[i].id, id, events[i].event, events[i].hash);
        if (!write(update)) return absl::OkStatus();
      }
      events_seen = seen.promotion.event_count;
      ASSIGN_OR_RETURN(*update.mutable_promotion(), Info(seen.promotion));
      if (!write(update)) return absl::OkStatus();
    }
    for (const v1::Progress& progress : seen.progress) {
      *update.mutable_progress() = progress;
      if (!write(update)) return absl::OkStatus();
    }
    progress_seen = seen.progress_version;
    if (Ended(seen.promotion.state)) return absl::OkStatus();
  }
  return absl::OkStatus();
}

}  // namespace ferry::api
