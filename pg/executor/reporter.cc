#include "pg/executor/reporter.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace ferry::executor {
namespace {

constexpr char kNoSignal[] = "no signal";

// Batches say themselves how far they are.
bool CountsRows(const Progress& progress) { return progress.rows_total > 0; }

}  // namespace

void Reporter::Say(Progress progress) {
  const MutexLock lock(&mutex_);
  const bool same = progress.segment == last_.segment && progress.statement == last_.statement;
  if (!same || last_.version.empty()) {
    steady_ = progress::Steady();
    said_at_ = clock_.Elapsed();
  }
  if (CountsRows(progress)) {
    progress.percent = steady_.Take(
        100.0 * static_cast<double>(progress.rows_done) / static_cast<double>(progress.rows_total),
        clock_.Elapsed() - said_at_);
    progress.signal = "rows";
  }
  last_ = seen_ = std::move(progress);
  waiting_since_.reset();
  if (sink_) sink_(last_);
}

void Reporter::Seen(const Sight& sight) {
  const MutexLock lock(&mutex_);
  Progress progress = last_;
  if (sight.waiting) {
    if (!waiting_since_.has_value()) waiting_since_ = clock_.Now();
    progress.phase = "waiting for lock";
    progress.blocked_by = HoldersText(sight.blockers);
    progress.waiting_since = waiting_since_;
  } else {
    waiting_since_.reset();
    if (!CountsRows(progress)) AddSignal(sight, progress);
  }
  progress.blocking = static_cast<int>(sight.blocked.size());
  if (progress.blocking > 0) progress.blocking_for = sight.blocked_for;
  const bool news = progress.phase != seen_.phase || progress.percent != seen_.percent ||
                    progress.signal != seen_.signal || progress.blocked_by != seen_.blocked_by ||
                    progress.blocking != seen_.blocking || progress.blocking > 0;
  seen_ = progress;
  if (news && sink_) sink_(progress);
}

void Reporter::AddSignal(const Sight& sight, Progress& progress) {
  const absl::Duration running = clock_.Elapsed() - said_at_;
  if (sight.reading.has_value()) {
    const std::optional<double> percent = progress::PercentOf(*sight.reading);
    if (percent.has_value()) progress.percent = steady_.Take(*percent, running);
    progress.eta = steady_.Eta();
    progress.signal = absl::StrCat("pg_stat_progress_", sight.reading->view, ": ", sight.reading->phase);
    return;
  }
  if (expected_ > absl::ZeroDuration()) {
    const absl::Duration so_far = clock_.Elapsed() - began_;
    progress.percent = steady_.Take(progress::PercentByTime(so_far, expected_), running);
    progress.eta = std::max(absl::ZeroDuration(), expected_ - so_far);
    progress.signal = "how long this step took elsewhere";
    return;
  }
  if (steady_.percent() > 0) progress.percent = steady_.percent();  // between two readings
  progress.signal = kNoSignal;
  if (sight.bytes.has_value()) {
    absl::StrAppend(&progress.signal, "; its backend has read and written ", *sight.bytes / 1'000'000, " MB");
  }
}

Progress Reporter::last(absl::Duration* running) const {
  const MutexLock lock(&mutex_);
  *running = clock_.Elapsed() - said_at_;
  return seen_;
}

}  // namespace ferry::executor
