// Rules and verdicts in words, for terminals, logs and errors. One line each, without a final stop. Any
// thread.
#ifndef FERRY_CORE_WINDOW_DESCRIBE_H_
#define FERRY_CORE_WINDOW_DESCRIBE_H_

#include <string>

#include "absl/time/time.h"
#include "core/window/schedule.h"

namespace ferry::window {

// `window "nightly": Mon-Fri at 22:00 for 4h (Europe/Berlin)`
// `freeze "year end": from 2026-12-20 00:00 UTC until 2027-01-04 00:00 UTC`
// A cron expression that is not simply "at a time, on days" is quoted: `window: cron "*/20 1-3 * * *" for 5m
// (UTC)`.
std::string Describe(const Rule& rule);

// The rule by its name, or by its text when it has none: `window "nightly"`, `freeze 0 8 * * 1-5 for 10h`.
std::string Label(const Rule& rule);

// `open until 2026-11-24 02:00 CET: window "nightly"`
// `closed until 2026-11-23 22:00 CET: freeze "month end"`
// `closed, no opening within 5 years: outside every window`
std::string DescribeVerdict(const Verdict& verdict, absl::TimeZone zone);

// "2026-11-24 02:00 CET", with seconds when there are any.
std::string InstantText(absl::Time at, absl::TimeZone zone);

// "2h30m", "1d", "30s", "0s": what ParseDuration reads back. Fractions of a second are dropped.
std::string DurationText(absl::Duration duration);

}  // namespace ferry::window

#endif  // FERRY_CORE_WINDOW_DESCRIBE_H_
