// The texts that people write in an agent's file or on a command line, read strictly: what has two meanings
// is refused. Every error is kWindowSpec and quotes the offending text; the caller adds file and line. Pure,
// except that LoadZone reads the system's time zone database through absl. Any thread.
#ifndef FERRY_CORE_WINDOW_PARSE_H_
#define FERRY_CORE_WINDOW_PARSE_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "core/window/schedule.h"

namespace ferry::window {

// Whole numbers with units d, h, m, s, each at most once and in this order: "30s", "2h30m", "1d". A day is 24
// hours. "0s" is allowed. Errors: anything else; longer than 3660 days.
absl::StatusOr<absl::Duration> ParseDuration(absl::string_view text);

// RFC 3339 ("2026-11-23T22:00:00+01:00", "…Z"), or "2026-11-23 22:00" with or without ":SS" on the wall clock
// of `default_zone`, where FirstInstant decides about daylight saving. Errors: anything else; a date that
// does not exist; a year before 1970 or after 8999.
absl::StatusOr<absl::Time> ParseInstant(absl::string_view text, absl::TimeZone default_zone);

// The zone of the IANA database with this name ("Europe/Berlin", "UTC"). Errors: no such zone; a name that is
// a path, "localtime" or a "right/" zone, which mean different things on different machines.
absl::StatusOr<absl::TimeZone> LoadZone(absl::string_view name);

// The instant of a wall-clock time: the first after the gap when daylight saving skips it, the first of two
// when it occurs twice.
absl::Time FirstInstant(absl::CivilSecond local, const absl::TimeZone& zone);

// A recurring rule: ParseCron, ParseDuration, and a duration of at least a second. Errors: theirs.
absl::StatusOr<Rule> ParseCronRule(bool allow, absl::string_view name, absl::string_view cron,
                                   absl::string_view duration, absl::TimeZone zone);

// A rule for a span of the calendar. An empty `from` or `until` leaves that side without end, but not both.
// Errors: ParseInstant's; `until` not after `from`.
absl::StatusOr<Rule> ParseSpanRule(bool allow, absl::string_view name, absl::string_view from,
                                   absl::string_view until, absl::TimeZone zone);

}  // namespace ferry::window

#endif  // FERRY_CORE_WINDOW_PARSE_H_
