#include "core/window/schedule.h"

#include <algorithm>

#include "core/window/describe.h"
#include "core/window/occurrences.h"

namespace ferry::window {
namespace {

// All the windows, or all the freezes, of a schedule as one.
class Side {
 public:
  Side(const Schedule& schedule, bool allow) {
    for (const Rule& rule : schedule.rules) {
      if (rule.allow == allow) rules_.push_back(&rule);
    }
  }

  bool empty() const { return rules_.empty(); }

  const Rule* RuleAt(absl::Time at) const {
    for (const Rule* const rule : rules_) {
      if (CoveredUntil(*rule, at).has_value()) return rule;
    }
    return nullptr;
  }

  // `at` itself when nothing covers it.
  absl::Time CoveredUntilAt(absl::Time at) const {
    absl::Time until = at;
    for (const Rule* const rule : rules_) until = std::max(until, CoveredUntil(*rule, at).value_or(at));
    return until;
  }

  // InfiniteFuture when nothing starts by `limit`.
  absl::Time NextStartAfter(absl::Time at, absl::Time limit) const {
    absl::Time first = absl::InfiniteFuture();
    for (const Rule* const rule : rules_)
      first = std::min(first, NextStart(*rule, at, limit).value_or(first));
    return first;
  }

 private:
  std::vector<const Rule*> rules_;
};

std::optional<absl::Time> Closing(const Side& windows, const Side& freezes, absl::Time at, absl::Time limit) {
  const absl::Time frozen = freezes.NextStartAfter(at, limit);
  const absl::Time far = std::min(frozen, limit);
  absl::Time end = windows.empty() ? absl::InfiniteFuture() : at;
  while (end <= far) {
    const absl::Time next = windows.CoveredUntilAt(end);
    if (next == end) return std::min(end, frozen);
    end = next;
  }
  return frozen <= limit ? std::make_optional(frozen) : std::nullopt;
}

std::optional<absl::Time> NextOpening(const Side& windows, const Side& freezes, absl::Time at,
                                      absl::Time limit) {
  absl::Time candidate = at;
  while (candidate <= limit) {
    const absl::Time thawed = freezes.CoveredUntilAt(candidate);
    if (thawed > candidate) {
      candidate = thawed;
    } else if (windows.empty() || windows.RuleAt(candidate) != nullptr) {
      return candidate;
    } else {
      candidate = windows.NextStartAfter(candidate, limit);
    }
  }
  return std::nullopt;
}

}  // namespace

Verdict Evaluate(const Schedule& schedule, absl::Time at) {
  const Side windows(schedule, true);
  const Side freezes(schedule, false);
  const Rule* const freeze = freezes.RuleAt(at);
  const Rule* const window = windows.RuleAt(at);
  Verdict verdict;
  verdict.open = freeze == nullptr && (windows.empty() || window != nullptr);
  if (freeze != nullptr) {
    verdict.reason = Label(*freeze);
  } else if (window != nullptr) {
    verdict.reason = Label(*window);
  } else {
    verdict.reason = windows.empty() ? "no window is set" : "outside every window";
  }
  const absl::Time limit = at + kHorizon;
  if (verdict.open) {
    verdict.closes = Closing(windows, freezes, at, limit);
  } else {
    verdict.next_opening = NextOpening(windows, freezes, at, limit);
  }
  return verdict;
}

std::optional<absl::Time> Deadline(const Schedule& schedule, const Verdict& verdict) {
  if (!verdict.open) return absl::InfinitePast();
  if (!verdict.closes.has_value()) return std::nullopt;
  return *verdict.closes - schedule.reserve;
}

}  // namespace ferry::window
