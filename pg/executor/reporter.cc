#include "pg/executor/reporter.h"

#include <utility>

namespace ferry::executor {

void Reporter::Say(Progress progress) {
  if (!sink_) return;
  const MutexLock lock(&mutex_);
  last_ = std::move(progress);
  waiting_since_.reset();
  saw_something_ = false;
  sink_(last_);
}

void Reporter::Seen(const Sight& sight) {
  if (!sink_) return;
  const MutexLock lock(&mutex_);
  const bool something = sight.waiting || !sight.blocked.empty();
  if (!something && !std::exchange(saw_something_, false)) return;
  saw_something_ = something;
  Progress progress = last_;
  if (sight.waiting) {
    if (!waiting_since_.has_value()) waiting_since_ = clock_.Now();
    progress.phase = "waiting for lock";
    progress.blocked_by = HoldersText(sight.blockers);
    progress.waiting_since = waiting_since_;
  } else {
    waiting_since_.reset();
  }
  progress.blocking = static_cast<int>(sight.blocked.size());
  if (progress.blocking > 0) progress.blocking_for = sight.blocked_for;
  sink_(progress);
}

}  // namespace ferry::executor
