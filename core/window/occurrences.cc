#include "core/window/occurrences.h"

#include <algorithm>
#include <variant>

#include "core/window/parse.h"

namespace ferry::window {
namespace {

// The last wall-clock minute whose first instant is not after `at`. While a fold repeats an hour, that is the
// end of the hour's first pass, whatever the clock on the wall says. FirstInstant never decreases, so that
// everything at or before this minute has started and everything after it has not.
absl::CivilMinute LastStarted(absl::Time at, const absl::TimeZone& zone) {
  absl::CivilSecond local = zone.At(at).cs;
  const absl::TimeZone::TimeInfo info = zone.At(local);
  if (info.kind == absl::TimeZone::TimeInfo::REPEATED && at >= info.trans) {
    local = zone.At(info.trans - absl::Seconds(1)).cs;
  }
  return absl::CivilMinute(local);
}

absl::Time StartOf(absl::CivilMinute minute, const absl::TimeZone& zone) {
  return FirstInstant(absl::CivilSecond(minute), zone);
}

// How many wall-clock minutes before an instant a span of this length may have begun, with two days to spare
// for the zone's own jumps.
absl::civil_diff_t LookBack(absl::Duration duration) {
  constexpr absl::Duration kLongest = absl::Hours(24 * 36525);
  return absl::ToInt64Minutes(std::min(duration, kLongest)) + 2 * 24 * 60;
}

// `start`, the instant of `minute`, is covered. Where the day's later matches follow without a hole and the
// zone does not jump in between, the day is passed in one stride.
absl::Time EndOfStride(const Cron& cron, absl::CivilMinute minute, absl::Time start) {
  const absl::Time end = start + cron.duration;
  if (cron.expression.widest_gap == 0 || absl::Minutes(cron.expression.widest_gap) > cron.duration)
    return end;
  const absl::CivilMinute midnight(absl::CivilDay(minute) + 1);
  const auto last = PreviousMatch(cron.expression, midnight - 1, minute);
  if (!last.has_value()) return end;
  const absl::Time last_start = StartOf(*last, cron.zone);
  return last_start - start == absl::Minutes(*last - minute) ? last_start + cron.duration : end;
}

std::optional<absl::Time> Covered(const Cron& cron, absl::Time at) {
  if (cron.duration <= absl::ZeroDuration()) return std::nullopt;
  const absl::CivilMinute now = LastStarted(at, cron.zone);
  const auto minute = PreviousMatch(cron.expression, now, now - LookBack(cron.duration));
  if (!minute.has_value()) return std::nullopt;
  const absl::Time start = StartOf(*minute, cron.zone);
  if (start + cron.duration <= at) return std::nullopt;
  return EndOfStride(cron, *minute, start);
}

std::optional<absl::Time> Covered(const Span& span, absl::Time at) {
  const absl::Time until = span.until.value_or(absl::InfiniteFuture());
  if (at < span.from.value_or(absl::InfinitePast()) || at >= until) return std::nullopt;
  return until;
}

std::optional<absl::Time> Start(const Cron& cron, absl::Time at, absl::Time limit) {
  if (cron.duration <= absl::ZeroDuration()) return std::nullopt;
  // A day more, because a gap maps later wall-clock minutes to an instant within the limit.
  const absl::CivilMinute last = absl::CivilMinute(cron.zone.At(limit).cs) + 24 * 60;
  const auto minute = NextMatch(cron.expression, LastStarted(at, cron.zone) + 1, last);
  if (!minute.has_value()) return std::nullopt;
  const absl::Time start = StartOf(*minute, cron.zone);
  return start <= limit ? std::make_optional(start) : std::nullopt;
}

std::optional<absl::Time> Start(const Span& span, absl::Time at, absl::Time limit) {
  if (!span.from.has_value() || *span.from <= at || *span.from > limit) return std::nullopt;
  if (span.until.has_value() && *span.until <= *span.from) return std::nullopt;
  return span.from;
}

}  // namespace

std::optional<absl::Time> CoveredUntil(const Rule& rule, absl::Time at) {
  return std::visit([at](const auto& when) { return Covered(when, at); }, rule.when);
}

std::optional<absl::Time> NextStart(const Rule& rule, absl::Time at, absl::Time limit) {
  return std::visit([at, limit](const auto& when) { return Start(when, at, limit); }, rule.when);
}

}  // namespace ferry::window
