// What pg_stat_progress_* says of a statement, as one percentage that never goes backwards. Pure; any thread.
// Phases and columns: PostgreSQL manual, "Progress Reporting"; 13 to 18 call them alike.
#ifndef FERRY_CORE_PROGRESS_PHASES_H_
#define FERRY_CORE_PROGRESS_PHASES_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace ferry::progress {

// One row of one of the views.
struct Reading {
  std::string view;             // "create_index", "cluster", "vacuum", "analyze", "copy"
  std::string phase;            // as the view says it; "" where it has none
  int64_t done = 0, total = 0;  // of the phase, in its own unit; total 0: it does not say
};

// The share of the whole statement that is done, 0 to 100, by the weight of its phases: what a scan, a sort,
// a load and a validation of one table cost beside each other. Nothing for a phase that is not known.
std::optional<double> PercentOf(const Reading& reading);

// A percentage over time, and when it will be over.
class Steady {
 public:
  // `elapsed`: since the statement began. The highest percentage so far, at most 99 before the end.
  double Take(double percent, absl::Duration elapsed);
  // What is left at the pace so far; nothing below 2 %.
  std::optional<absl::Duration> Eta() const;
  double percent() const { return percent_; }

 private:
  double percent_ = 0;
  absl::Duration elapsed_;
};

// How far a statement is that PostgreSQL says nothing about, by how long it took elsewhere: at most 95 %.
double PercentByTime(absl::Duration elapsed, absl::Duration expected);

}  // namespace ferry::progress

#endif  // FERRY_CORE_PROGRESS_PHASES_H_
