// Cron expressions of five fields (minute, hour, day of month, month, day of week), as crontab(5) of Debian
// reads them, and their walk over wall-clock minutes. Nothing here knows of time zones. Values only; any
// thread.
#ifndef FERRY_CORE_WINDOW_CRON_H_
#define FERRY_CORE_WINDOW_CRON_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"

namespace ferry::window {

// Made by ParseCron only, which guarantees that every field has a value and that some day of some year
// matches. Bit n of a mask stands for the value n.
struct CronExpression {
  uint64_t minutes = 0;     // bits 0-59
  uint64_t hours = 0;       // bits 0-23
  uint64_t days = 0;        // of the month, bits 1-31
  uint64_t months = 0;      // bits 1-12
  uint64_t weekdays = 0;    // bits 0-6, 0 is Sunday
  bool either_day = false;  // both day fields are restricted (neither begins with `*`): one of them is enough
  int widest_gap = 0;  // minutes between two neighbouring times of one day, at most; 0 when there is one time
  std::string text;    // as written
};

// `text`: five fields separated by blanks. A field is a list of `*`, numbers, ranges `a-b`, and steps `*/n`
// or `a-b/n`; months and weekdays also have English names of three letters (any case); Sunday is 0 and 7, and
// SUN may end a range. When both day fields are restricted a day matches if either does; otherwise both must
// match. Errors (kWindowSpec, naming the field and the offending text): not five fields; a value out of
// range; a range that runs backwards; a step of 0, wider than its field, or after a single number (`5/15`:
// dialects disagree on it);
// `@daily`, `L`, `W`, `?`, `#`; a date that never comes, as in `0 0 30 2 *`.
absl::StatusOr<CronExpression> ParseCron(absl::string_view text);

bool Matches(const CronExpression& cron, absl::CivilMinute minute);

// The first matching minute at or after `from`, but not after `limit`.
std::optional<absl::CivilMinute> NextMatch(const CronExpression& cron, absl::CivilMinute from,
                                           absl::CivilMinute limit);

// The last matching minute at or before `from`, but not before `limit`.
std::optional<absl::CivilMinute> PreviousMatch(const CronExpression& cron, absl::CivilMinute from,
                                               absl::CivilMinute limit);

}  // namespace ferry::window

#endif  // FERRY_CORE_WINDOW_CRON_H_
