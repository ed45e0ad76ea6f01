// What the step says of itself and what its watchdog sees of it, as one stream of Progress. Inside the
// executor.
#ifndef FERRY_PG_EXECUTOR_REPORTER_H_
#define FERRY_PG_EXECUTOR_REPORTER_H_

#include "core/base/clock.h"
#include "core/base/mutex.h"
#include "pg/executor/run.h"
#include "pg/executor/sight.h"

namespace ferry::executor {

// Thread-safe; calls the sink from whichever thread speaks, one at a time.
class Reporter {
 public:
  // All must outlive the reporter.
  Reporter(const ProgressSink& sink, const Clock& clock) : sink_(sink), clock_(clock) {}

  void Say(Progress progress);
  // What was said last, with what is seen of it now: that it waits, and who waits for it. Silent when there
  // is nothing to see, unless there was something before.
  void Seen(const Sight& sight);

 private:
  const ProgressSink& sink_;
  const Clock& clock_;
  Mutex mutex_;
  Progress last_ ABSL_GUARDED_BY(mutex_);
  std::optional<absl::Time> waiting_since_ ABSL_GUARDED_BY(mutex_);
  bool saw_something_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace ferry::executor

#endif  // FERRY_PG_EXECUTOR_REPORTER_H_
