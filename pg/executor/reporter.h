// What the step says of itself and what its watchdog sees of it, as one stream of Progress. Inside the
// executor.
#ifndef FERRY_PG_EXECUTOR_REPORTER_H_
#define FERRY_PG_EXECUTOR_REPORTER_H_

#include <optional>

#include "core/base/clock.h"
#include "core/base/mutex.h"
#include "core/progress/phases.h"
#include "pg/executor/run.h"
#include "pg/executor/sight.h"

namespace ferry::executor {

// Thread-safe; calls the sink from whichever thread speaks, one at a time.
class Reporter {
 public:
  // All must outlive the reporter. `expected`: how long the step took elsewhere; zero: not known.
  Reporter(const ProgressSink& sink, const Clock& clock, absl::Duration expected)
      : sink_(sink), clock_(clock), expected_(expected), began_(clock.Elapsed()) {}

  void Say(Progress progress);
  // What was said last, with what is seen of it now: that it waits, who waits for it, and how far it is: by
  // PostgreSQL's own word, else by how long the step took elsewhere, else "no signal" with what the backend
  // has read and written, where that is known.
  void Seen(const Sight& sight);
  // What was said or seen last, and for how long the statement has run.
  Progress last(absl::Duration* running) const;

 private:
  void AddSignal(const Sight& sight, Progress& progress) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const ProgressSink& sink_;
  const Clock& clock_;
  const absl::Duration expected_, began_;
  mutable Mutex mutex_;
  Progress last_ ABSL_GUARDED_BY(mutex_);  // as the step said it
  Progress seen_ ABSL_GUARDED_BY(mutex_);  // as it was passed on
  absl::Duration said_at_ ABSL_GUARDED_BY(mutex_);
  progress::Steady steady_ ABSL_GUARDED_BY(mutex_);  // of the statement
  std::optional<absl::Time> waiting_since_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace ferry::executor

#endif  // FERRY_PG_EXECUTOR_REPORTER_H_
