#include "core/progress/phases.h"

#include <algorithm>

#include "absl/strings/match.h"

namespace ferry::progress {
namespace {

struct Phase {
  const char* view;
  const char* phase;  // its beginning: access methods add to some
  double from, to;    // percent of the whole
};

constexpr Phase kPhases[] = {
    {"create_index", "initializing", 0, 0},
    {"create_index", "waiting for writers before build", 0, 1},
    {"create_index", "building index: scanning table", 1, 45},
    {"create_index", "building index: sorting live tuples", 45, 55},
    {"create_index", "building index: sorting tuples", 55, 56},
    {"create_index", "building index: loading tuples in tree", 56, 70},
    {"create_index", "building index", 1, 70},
    {"create_index", "waiting for writers before validation", 70, 71},
    {"create_index", "index validation: scanning index", 71, 80},
    {"create_index", "index validation: sorting tuples", 80, 82},
    {"create_index", "index validation: scanning table", 82, 97},
    {"create_index", "waiting for old snapshots", 97, 98},
    {"create_index", "waiting for readers before marking dead", 98, 98.5},
    {"create_index", "waiting for readers before dropping", 98.5, 99},
    {"cluster", "initializing", 0, 0},
    {"cluster", "seq scanning heap", 0, 60},
    {"cluster", "index scanning heap", 0, 80},
    {"cluster", "sorting tuples", 60, 70},
    {"cluster", "writing new heap", 70, 85},
    {"cluster", "swapping relation files", 85, 86},
    {"cluster", "rebuilding index", 86, 99},
    {"cluster", "performing final cleanup", 99, 99},
    {"vacuum", "initializing", 0, 0},
    {"vacuum", "scanning heap", 0, 70},
    {"vacuum", "vacuuming indexes", 70, 85},
    {"vacuum", "vacuuming heap", 85, 95},
    {"vacuum", "cleaning up indexes", 95, 98},
    {"vacuum", "truncating heap", 98, 99},
    {"vacuum", "performing final cleanup", 99, 99},
    {"analyze", "initializing", 0, 0},
    {"analyze", "acquiring sample rows", 0, 80},
    {"analyze", "acquiring inherited sample rows", 0, 80},
    {"analyze", "computing statistics", 80, 95},
    {"analyze", "computing extended statistics", 95, 98},
    {"analyze", "finalizing analyze", 98, 99},
    {"copy", "", 0, 99},
};

}  // namespace

std::optional<double> PercentOf(const Reading& reading) {
  for (const Phase& phase : kPhases) {
    if (reading.view != phase.view || !absl::StartsWith(reading.phase, phase.phase)) continue;
    const double share =
        reading.total > 0
            ? std::clamp(static_cast<double>(reading.done) / static_cast<double>(reading.total), 0.0, 1.0)
            : 0.0;
    return phase.from + (phase.to - phase.from) * share;
  }
  return std::nullopt;
}

double Steady::Take(double percent, absl::Duration elapsed) {
  percent_ = std::max(percent_, std::clamp(percent, 0.0, 99.0));
  elapsed_ = elapsed;
  return percent_;
}

std::optional<absl::Duration> Steady::Eta() const {
  if (percent_ < 2) return std::nullopt;
  return elapsed_ * ((100 - percent_) / percent_);
}

double PercentByTime(absl::Duration elapsed, absl::Duration expected) {
  if (expected <= absl::ZeroDuration()) return 0;
  return std::clamp(100 * absl::FDivDuration(elapsed, expected), 0.0, 95.0);
}

}  // namespace ferry::progress
