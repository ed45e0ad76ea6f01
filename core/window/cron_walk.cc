#include <algorithm>
#include <bit>

#include "core/window/cron.h"

namespace ferry::window {
namespace {

bool Has(uint64_t mask, int bit) { return (mask >> bit & 1) != 0; }

// The lowest bit of `mask` at or above `bit`, or -1.
int BitAtOrAbove(uint64_t mask, int bit) {
  const uint64_t rest = mask >> bit << bit;
  return rest == 0 ? -1 : std::countr_zero(rest);
}

// The highest bit of `mask` at or below `bit` (at most 62), or -1.
int BitAtOrBelow(uint64_t mask, int bit) {
  const uint64_t rest = mask & ((uint64_t{2} << bit) - 1);
  return rest == 0 ? -1 : 63 - std::countl_zero(rest);
}

bool DayMatches(const CronExpression& cron, absl::CivilDay day) {
  const bool by_date = Has(cron.days, day.day());
  const int monday_is_0 = static_cast<int>(absl::GetWeekday(day));
  const bool by_weekday = Has(cron.weekdays, (monday_is_0 + 1) % 7);
  return cron.either_day ? by_date || by_weekday : by_date && by_weekday;
}

absl::CivilMinute At(absl::CivilMinute day, int hour, int minute) {
  return absl::CivilMinute(day.year(), day.month(), day.day(), hour, minute);
}

}  // namespace

bool Matches(const CronExpression& cron, absl::CivilMinute minute) {
  return Has(cron.minutes, minute.minute()) && Has(cron.hours, minute.hour()) &&
         Has(cron.months, minute.month()) && DayMatches(cron, absl::CivilDay(minute));
}

std::optional<absl::CivilMinute> NextMatch(const CronExpression& cron, absl::CivilMinute from,
                                           absl::CivilMinute limit) {
  absl::CivilMinute at = from;
  while (at <= limit) {
    if (!Has(cron.months, at.month())) {
      at = absl::CivilMinute(absl::CivilMonth(at) + 1);
      continue;
    }
    const int hour = DayMatches(cron, absl::CivilDay(at)) ? BitAtOrAbove(cron.hours, at.hour()) : -1;
    if (hour < 0) {
      at = absl::CivilMinute(absl::CivilDay(at) + 1);
      continue;
    }
    const int minute = BitAtOrAbove(cron.minutes, hour == at.hour() ? at.minute() : 0);
    if (minute < 0) {
      at = absl::CivilMinute(absl::CivilHour(at) + 1);
      continue;
    }
    at = At(at, hour, minute);
    if (at <= limit) return at;
  }
  return std::nullopt;
}

std::optional<absl::CivilMinute> PreviousMatch(const CronExpression& cron, absl::CivilMinute from,
                                               absl::CivilMinute limit) {
  absl::CivilMinute at = from;
  while (at >= limit) {
    if (!Has(cron.months, at.month())) {
      at = absl::CivilMinute(absl::CivilMonth(at)) - 1;
      continue;
    }
    const int hour = DayMatches(cron, absl::CivilDay(at)) ? BitAtOrBelow(cron.hours, at.hour()) : -1;
    if (hour < 0) {
      at = absl::CivilMinute(absl::CivilDay(at)) - 1;
      continue;
    }
    const int minute = BitAtOrBelow(cron.minutes, hour == at.hour() ? at.minute() : 59);
    if (minute < 0) {
      at = absl::CivilMinute(absl::CivilHour(at)) - 1;
      continue;
    }
    at = At(at, hour, minute);
    if (at >= limit) return at;
  }
  return std::nullopt;
}

}  // namespace ferry::window
