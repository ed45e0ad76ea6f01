#include "pg/executor/watchdog.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/error.h"

namespace ferry::executor {
namespace {

constexpr absl::Duration kFirstLook = absl::Milliseconds(20);
// Statements follow one another: to wake a thread for each would cost more than a quick one takes. So it
// looks by itself whether there is something to watch, and sleeps once there has been nothing for that long.
constexpr absl::Duration kAwake = absl::Seconds(1);
constexpr absl::Duration kLooksApart = absl::Milliseconds(200);  // in the long run
constexpr int kLooksBeforeSignals = 3;
constexpr int kLooksBeforeRecord = 4;  // after about a third of a second
constexpr absl::Duration kRecordEvery = absl::Seconds(1);
constexpr absl::Duration kReopenEvery = absl::Seconds(1);

// Why the statement has to go, a phrase; "" when it need not.
std::string WhyCancel(const Sight& sight, const Limits& limits) {
  if (limits.blocked_time.has_value() && sight.blocked_for >= *limits.blocked_time &&
      !sight.blocked.empty()) {
    return absl::StrCat(BlockedText(sight), "; the limit is blocked_time ",
                        absl::FormatDuration(*limits.blocked_time));
  }
  if (limits.blocked_sessions.has_value() &&
      sight.blocked.size() > static_cast<size_t>(*limits.blocked_sessions)) {
    return absl::StrCat(BlockedText(sight), "; the limit is blocked_sessions ", *limits.blocked_sessions);
  }
  if (limits.replica_lag.has_value() && sight.replica_lag >= *limits.replica_lag) {
    return absl::StrCat("replica ", sight.replica, " fell ",
                        absl::FormatDuration(absl::Trunc(sight.replica_lag, absl::Milliseconds(100))),
                        " behind meanwhile; the limit is replica_lag ",
                        absl::FormatDuration(*limits.replica_lag));
  }
  return "";
}

}  // namespace

absl::StatusOr<std::unique_ptr<pg::Session>> Watchdog::Open() const {
  ASSIGN_OR_RETURN(std::unique_ptr<pg::Session> session, connect_());
  RETURN_IF_ERROR(session->Query("SELECT pg_catalog.set_config('statement_timeout', '5s', false)").status());
  return session;
}

absl::StatusOr<std::unique_ptr<Watchdog>> Watchdog::Start(Connect connect, const Clock* clock) {
  std::unique_ptr<Watchdog> watchdog(new Watchdog(std::move(connect), clock));
  ASSIGN_OR_RETURN(std::unique_ptr<pg::Session> session, watchdog->Open());
  const MutexLock lock(&watchdog->session_mutex_);
  watchdog->session_ = std::move(session);
  return watchdog;
}

Watchdog::Watchdog(Connect connect, const Clock* clock)
    : connect_(std::move(connect)), clock_(clock), opened_at_(clock->Elapsed()), thread_([this] { Run(); }) {}

Watchdog::~Watchdog() {
  {
    const MutexLock lock(&mutex_);
    ending_ = true;
    changed_.NotifyAll();
  }
  thread_.join();
}

void Watchdog::Watch(Charge charge) {
  const MutexLock lock(&mutex_);
  looker_ = std::make_shared<Looker>(charge.pid);
  charge_ = std::move(charge);
  report_ = Report();
  watching_ = true;
  ++round_;
  looks_ = 0;
  recorded_ = false;
  // Batches follow one another: looks keep apart over them.
  next_look_ = std::max(clock_->Elapsed() + kFirstLook, last_look_ + kLooksApart / 2);
  if (asleep_) changed_.NotifyAll();
}

void Watchdog::DoNotCancel() {
  const MutexLock lock(&mutex_);
  charge_.canceller.reset();
}

Watchdog::Report Watchdog::Rest() {
  std::function<absl::Status(pg::Session&)> forget;
  Report report;
  {
    const MutexLock lock(&mutex_);
    watching_ = false;
    rested_at_ = clock_->Elapsed();
    ++round_;
    if (std::exchange(recorded_, false)) forget = std::move(charge_.forget);
    charge_ = Charge();
    report = std::exchange(report_, Report());
  }
  if (forget) Ask(forget).IgnoreError();  // a row that stays says that its backend is gone
  return report;
}

void Watchdog::Run() {
  while (true) {
    {
      const MutexLock lock(&mutex_);
      if (ending_) return;
      if (!watching_ && clock_->Elapsed() - rested_at_ >= kAwake) {
        asleep_ = true;
        changed_.Wait(&mutex_);
        asleep_ = false;
        continue;
      }
      const absl::Duration left = watching_ ? next_look_ - clock_->Elapsed() : kFirstLook;
      if (left > absl::ZeroDuration()) {
        changed_.WaitFor(&mutex_, std::min(left, kFirstLook));
        continue;
      }
    }
    LookOnce();
  }
}

absl::Status Watchdog::Ask(absl::FunctionRef<absl::Status(pg::Session&)> question) {
  const MutexLock lock(&session_mutex_);
  if (session_ == nullptr || session_->broken()) {
    const absl::Duration now = clock_->Elapsed();
    if (now - opened_at_ < kReopenEvery) {
      return Error(ErrorCode::kDatabaseUnreachable, "the session that watches was lost");
    }
    opened_at_ = now;
    ASSIGN_OR_RETURN(session_, Open());
  }
  return question(*session_);
}

void Watchdog::LookOnce() {
  int64_t round = 0;
  std::shared_ptr<Looker> looker;
  bool replicas = false, signals = false;
  {
    const MutexLock lock(&mutex_);
    if (!watching_) return;
    round = round_;
    looker = looker_;
    replicas = charge_.limits->replica_lag.has_value();
    signals = looks_ >= kLooksBeforeSignals;
  }
  Sight sight;
  const absl::Status looked = Ask([&](pg::Session& session) -> absl::Status {
    ASSIGN_OR_RETURN(sight, looker->Look(session, clock_->Elapsed(), replicas, signals));
    return absl::OkStatus();
  });
  {
    const MutexLock lock(&mutex_);
    last_look_ = clock_->Elapsed();
    ++looks_;
    next_look_ = last_look_ + std::min(kLooksApart, kFirstLook * (1 << std::min(looks_, 4)));
    if (!looked.ok() || !watching_ || round != round_) return;
    Judge(sight);
  }
  RecordNow(round);
}

void Watchdog::RecordNow(int64_t round) {
  const auto record = [this, round](pg::Session& session) -> absl::Status {
    std::function<absl::Status(pg::Session&)> write;
    {
      const MutexLock lock(&mutex_);
      const bool due = looks_ >= kLooksBeforeRecord && clock_->Elapsed() - recorded_at_ >= kRecordEvery;
      if (!watching_ || round != round_ || !due || !charge_.record) return absl::OkStatus();
      write = charge_.record;
      recorded_ = true;  // Rest waits for this session before it forgets
      recorded_at_ = clock_->Elapsed();
    }
    return write(session);
  };
  Ask(record).IgnoreError();
}

void Watchdog::Judge(const Sight& sight) {
  if (sight.waiting) report_.blockers = sight.blockers;
  if (charge_.seen) charge_.seen(sight);
  if (!charge_.canceller.has_value()) return;
  std::string why = WhyCancel(sight, *charge_.limits);
  if (why.empty()) return;
  // Again at the next look when it came between two statements. Not sent: said at the next look.
  if (charge_.canceller->Cancel().ok()) report_.cancelled = std::move(why);
}

}  // namespace ferry::executor
