// When a target may be changed: a schedule of allow rules (windows) and deny rules (freezes), and the one
// function that evaluates it. Pure: the instant and the zones are handed in. Values only; any thread.
//
// Rules of evaluation
//   - Deny wins. Without any allow rule everything is allowed that is not denied.
//   - Spans are half open: an instant equal to the start is inside, one equal to the end is outside. Spans
//   that overlap
//     or touch are one; a freeze between two of them separates them.
//   - A cron rule is a span of `duration` from each matching minute of the wall clock of its zone. The length
//   is real
//     time: four hours are four hours, whatever the wall clock does in between.
//   - A wall-clock minute that daylight saving skips starts at the first instant after the gap. One that
//   occurs twice
//     starts at its first occurrence only. (A rule that is meant to cover a day should therefore have one
//     start and a long duration: `0 * * * *` for 1h leaves the repeated hour of autumn uncovered.)
#ifndef FERRY_CORE_WINDOW_SCHEDULE_H_
#define FERRY_CORE_WINDOW_SCHEDULE_H_

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/time/time.h"
#include "core/window/cron.h"

namespace ferry::window {

// A span of the calendar, half open [from, until). Nothing on a side means without end on that side.
// A span whose `until` is not after `from` covers nothing.
struct Span {
  std::optional<absl::Time> from;
  std::optional<absl::Time> until;
};

// A span of `duration` from every match of `expression` on the wall clock of `zone`. Without a positive
// duration it covers nothing; ParseCronRule refuses that.
struct Cron {
  CronExpression expression;
  absl::Duration duration;
  absl::TimeZone zone;
};

struct Rule {
  bool allow = true;  // false: a freeze
  std::variant<Span, Cron> when;
  std::string name;  // as its owner calls it; may be empty
  std::string text;  // as written
};

struct Schedule {
  std::vector<Rule> rules;
  absl::Duration reserve;  // kept free before a closing, for cancelling and cleaning up
};

struct Verdict {
  bool open = false;
  std::string reason;  // which rule decided, e.g. `window "nightly"`, `outside every window`
  std::optional<absl::Time>
      closes;  // when open: the first instant that is closed; nullopt = not within 5 years
  std::optional<absl::Time>
      next_opening;  // when closed: the first open instant; nullopt = none within 5 years
};

// How far ahead a verdict looks: 5 years with their leap days.
constexpr absl::Duration kHorizon = absl::Hours(24 * (5 * 365 + 2));

// The verdict at `at`, exact at boundaries. `closes` is the true closing time over all rules; the reserve is
// not taken off it. `at` must lie between the years 1900 and 9000. Costs microseconds for the schedules
// people write, because it goes from span to span; only rules that together alternate every few minutes for
// years cost seconds.
Verdict Evaluate(const Schedule& schedule, absl::Time at);

// Until when a change may run: `closes` minus the reserve; nullopt when nothing closes within 5 years.
// For a closed verdict it is InfinitePast, so that a caller who forgets to look at `open` runs nothing.
std::optional<absl::Time> Deadline(const Schedule& schedule, const Verdict& verdict);

}  // namespace ferry::window

#endif  // FERRY_CORE_WINDOW_SCHEDULE_H_
