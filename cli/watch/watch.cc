#include "cli/watch/watch.h"

#include <algorithm>
#include <memory>
#include <ostream>

#include "absl/strings/str_cat.h"
#include "cli/exit_code.h"
#include "cli/watch/figures.h"
#include "cli/watch/view.h"
#include "core/base/backoff.h"
#include "core/base/error.h"
#include "core/base/mutex.h"
#include "core/report/color.h"
#include "core/report/escape.h"
#include "rpc/convert.h"

namespace ferry::cli {
namespace {

constexpr absl::Duration kFirstRetry = absl::Milliseconds(250);
constexpr absl::Duration kLongestRetry = absl::Seconds(2);
constexpr absl::Duration kTick = absl::Milliseconds(100);

bool Ended(const v1::PromotionInfo& promotion) {
  return promotion.state() == v1::PROMOTION_STATE_SUCCEEDED ||
         promotion.state() == v1::PROMOTION_STATE_FAILED ||
         promotion.state() == v1::PROMOTION_STATE_CANCELLED;
}

// What broke by itself and may work again; anything else the controller has said on purpose.
bool MayRetry(const absl::Status& status) {
  return status.ok() || HasCode(status, ErrorCode::kTransport) || HasCode(status, ErrorCode::kStore) ||
         absl::IsUnavailable(status);
}

// The view is called from the stream's thread and from the one that asks whether to stop: hence the mutex.
class Watcher {
 public:
  Watcher(Context& context, rpc::FerryClient& client, const v1::PromotionInfo& promotion,
          const WatchOptions& options)
      : context_(context),
        client_(client),
        id_(promotion.promotion_id()),
        deadline_(context.clock.Elapsed() + options.timeout),
        view_(MakeView(context)),
        promotion_(promotion) {}

  absl::StatusOr<int> Run() {
    {
      MutexLock lock(&mutex_);
      view_->Begin(promotion_);
    }
    const absl::Status status = Stream();
    MutexLock lock(&mutex_);
    view_->Finish();
    if (!status.ok()) return status;
    if (Ended(promotion_) || IsHeld(promotion_)) return Conclude();
    return Leave();
  }

 private:
  // Until the promotion has ended, or somebody wants to leave.
  absl::Status Stream() {
    Backoff backoff(kFirstRetry, kLongestRetry, context_.random);
    v1::WatchPromotionRequest request;
    request.set_promotion_id(id_);
    while (true) {
      bool received = false;
      const absl::Status status = client_.WatchPromotion(
          request,
          [&](const v1::WatchPromotionResponse& update) {
            received = true;
            return OnUpdate(update);
          },
          [this] { return Tick(); });
      if (Tick() || HasEnded()) return absl::OkStatus();
      if (!MayRetry(status)) return status;
      if (received) backoff.Reset();
      SayLost(status);
      if (Sleep(backoff.Next())) return absl::OkStatus();
    }
  }

  bool OnUpdate(const v1::WatchPromotionResponse& update) {
    MutexLock lock(&mutex_);
    if (lost_) {
      lost_ = false;
      view_->OnConnection(true);
      view_->Say("connected again");
    }
    if (update.has_promotion()) {
      promotion_ = update.promotion();
      view_->OnPromotion(promotion_);
    } else if (update.has_event() && update.event().id() > last_event_) {
      last_event_ = update.event().id();
      view_->OnEvent(update.event());
    } else if (update.has_progress()) {
      view_->OnProgress(update.progress());
    }
    // Of a promotion that ended long ago all events come first.
    return !(update.has_promotion() && (Ended(promotion_) || IsHeld(promotion_)));
  }

  // True when it is time to leave.
  bool Tick() {
    const bool interrupted = context_.interrupted();
    const bool late = context_.clock.Elapsed() >= deadline_;
    MutexLock lock(&mutex_);
    interrupted_ = interrupted_ || interrupted;
    if (interrupted_ || late) return true;
    view_->OnTick();
    return false;
  }

  bool HasEnded() {
    MutexLock lock(&mutex_);
    return Ended(promotion_) || IsHeld(promotion_);
  }

  void SayLost(const absl::Status& status) {
    MutexLock lock(&mutex_);
    if (lost_) return;
    lost_ = true;
    view_->OnConnection(false);
    const std::string why = status.ok() ? "" : absl::StrCat(": ", report::Visible(status.message()));
    view_->Say(
        absl::StrCat("lost the controller", why, "\n  the promotion goes on; trying to reach it again …"));
  }

  bool Sleep(absl::Duration duration) {
    const absl::Duration until = context_.clock.Elapsed() + duration;
    while (context_.clock.Elapsed() < until) {
      if (Tick()) return true;
      context_.sleep(std::min(kTick, until - context_.clock.Elapsed()));
    }
    return false;
  }

  int Conclude() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    bool said = false;
    const std::string ways_on = WaysOn();
    for (const v1::RunInfo& run : promotion_.runs()) {
      const bool stands = run.state() == v1::RUN_STATE_FAILED || run.state() == v1::RUN_STATE_HELD;
      if (stands && !run.error().code().empty()) {
        const absl::Status error = Annotate(rpc::FromProto(run.error()), [&](ErrorDetail& detail) {
          if (!detail.next.empty()) return;
          detail.next =
              run.state() == v1::RUN_STATE_HELD ? ways_on : absl::StrCat("ferry history --events ", id_);
        });
        Fail(context_, error);
        said = true;
      }
    }
    const int code = ExitCodeOf(promotion_);
    if (!context_.options.json() && !context_.options.quiet) {
      const report::Color color = code == kExitOk ? report::Color::kGreen
                                  : promotion_.state() == v1::PROMOTION_STATE_CANCELLED || IsHeld(promotion_)
                                      ? report::Color::kYellow
                                      : report::Color::kRed;
      context_.out << report::Paint(report::Visible(Summary(promotion_, context_.clock.Now())), color,
                                    context_.out_terminal.color)
                   << "\n"
                   << std::flush;
      if (IsHeld(promotion_) && !said) {
        context_.err << "  next: " << report::Visible(ways_on) << "\n" << std::flush;
      }
    }
    return code;
  }

  std::string WaysOn() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return absl::StrCat("ferry resume ", promotion_.environment(), ", or ferry abort ",
                        promotion_.environment());
  }

  int Leave() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    context_.err << (interrupted_ ? "detached" : "timeout")
                 << ": the promotion goes on.\n  next: ferry watch " << report::Visible(id_) << "\n"
                 << std::flush;
    return interrupted_ ? kExitInterrupted : kExitTimeout;
  }

  Context& context_;
  rpc::FerryClient& client_;
  const std::string id_;
  const absl::Duration deadline_;
  Mutex mutex_;
  const std::unique_ptr<PromotionView> view_ ABSL_PT_GUARDED_BY(mutex_);
  v1::PromotionInfo promotion_ ABSL_GUARDED_BY(mutex_);
  int64_t last_event_ ABSL_GUARDED_BY(mutex_) = 0;
  bool lost_ ABSL_GUARDED_BY(mutex_) = false;
  bool interrupted_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace

absl::StatusOr<int> Watch(Context& context, rpc::FerryClient& client, const v1::PromotionInfo& promotion,
                          const WatchOptions& options) {
  return Watcher(context, client, promotion, options).Run();
}

}  // namespace ferry::cli
