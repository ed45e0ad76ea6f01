// Looks after the session that migrates, from a second session and a thread of its own: says on whom it waits
// and who waits for it, and cancels its statement when others have waited for longer than the limits allow.
#ifndef FERRY_PG_EXECUTOR_WATCHDOG_H_
#define FERRY_PG_EXECUTOR_WATCHDOG_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/clock.h"
#include "core/base/mutex.h"
#include "pg/executor/run.h"
#include "pg/executor/sight.h"
#include "pg/session/session.h"

namespace ferry::executor {

// Thread-safe. One run at a time.
class Watchdog {
 public:
  using Connect = std::function<absl::StatusOr<std::unique_ptr<pg::Session>>()>;
  // Opens the second session now, so that a server without a free connection is met while nothing has been
  // done; errors are those of `connect`. Lost later, it is opened again, by any thread; meanwhile nothing is
  // seen.
  static absl::StatusOr<std::unique_ptr<Watchdog>> Start(Connect connect,
                                                         const Clock* clock = &SystemClock());
  ~Watchdog();

  struct Charge {
    int pid = 0;
    std::optional<pg::Canceller> canceller;  // nothing: is only looked at
    const Limits* limits = nullptr;
    std::function<void(const Sight&)> seen;  // on the watchdog's thread, now and then
    // Writes down what is going on, in the second session; on the watchdog's thread, at most once a second,
    // and not for what is over soon. `forget`: undoes it, on the thread of Rest. Both may be empty; what
    // fails is lost.
    std::function<absl::Status(pg::Session&)> record, forget;
  };
  struct Report {
    std::string cancelled;         // why it was cancelled, a phrase; empty: it was not
    std::vector<Holder> blockers;  // on whom it was seen to wait last
  };
  // From now on. The first look comes after 20 ms: what is quicker than that costs nothing.
  void Watch(Charge charge);
  // COMMIT follows: to cancel it would not undo it.
  void DoNotCancel();
  // No more. After it `seen` is not called, and no cancel is on its way.
  Report Rest();

  // Lets `question` have the second session, when it is there.
  absl::Status Ask(absl::FunctionRef<absl::Status(pg::Session&)> question);

 private:
  Watchdog(Connect connect, const Clock* clock);
  absl::StatusOr<std::unique_ptr<pg::Session>> Open() const;
  void Run();
  void LookOnce();
  void Judge(const Sight& sight) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void RecordNow(int64_t round);

  const Connect connect_;
  const Clock* const clock_;

  Mutex session_mutex_;
  std::unique_ptr<pg::Session> session_ ABSL_GUARDED_BY(session_mutex_);
  absl::Duration opened_at_ ABSL_GUARDED_BY(session_mutex_);

  Mutex mutex_;
  CondVar changed_;
  bool ending_ ABSL_GUARDED_BY(mutex_) = false;
  bool watching_ ABSL_GUARDED_BY(mutex_) = false;
  bool asleep_ ABSL_GUARDED_BY(mutex_) = false;  // until it is woken
  absl::Duration rested_at_ ABSL_GUARDED_BY(mutex_) = -absl::InfiniteDuration();
  int64_t round_ ABSL_GUARDED_BY(mutex_) = 0;  // of Watch … Rest
  Charge charge_ ABSL_GUARDED_BY(mutex_);
  Report report_ ABSL_GUARDED_BY(mutex_);
  std::shared_ptr<Looker> looker_ ABSL_GUARDED_BY(mutex_);  // of this round
  absl::Duration next_look_ ABSL_GUARDED_BY(mutex_);
  absl::Duration last_look_ ABSL_GUARDED_BY(mutex_) = -absl::InfiniteDuration();
  int looks_ ABSL_GUARDED_BY(mutex_) = 0;  // in this round
  absl::Duration recorded_at_ ABSL_GUARDED_BY(mutex_) = -absl::InfiniteDuration();
  bool recorded_ ABSL_GUARDED_BY(mutex_) = false;  // in this round
  std::thread thread_;                             // last: uses all of the above
};

}  // namespace ferry::executor

#endif  // FERRY_PG_EXECUTOR_WATCHDOG_H_
