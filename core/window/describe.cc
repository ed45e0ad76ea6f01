#include "core/window/describe.h"

#include <array>
#include <bit>
#include <cstdint>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

namespace ferry::window {
namespace {

constexpr uint64_t kAllDays = (uint64_t{1} << 32) - 2;
constexpr uint64_t kAllMonths = (uint64_t{1} << 13) - 2;
constexpr uint64_t kAllWeekdays = 0x7f;

// "Mon-Fri", "Sat, Sun", "1, 15": the bits of `mask` by name, three or more in a row as a range.
template <typename NameOf>
std::string Listed(uint64_t mask, NameOf name_of) {
  std::vector<std::string> words;
  for (int first = 0; first < 63; ++first) {
    if ((mask >> first & 1) == 0) continue;
    const int last = first + std::countr_one(mask >> first) - 1;
    if (last - first >= 2) {
      words.push_back(absl::StrCat(name_of(first), "-", name_of(last)));
      first = last;
    } else {
      words.push_back(name_of(first));
    }
  }
  return absl::StrJoin(words, ", ");
}

std::string Weekdays(uint64_t mask) {
  constexpr std::array<const char*, 7> kNames = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  const uint64_t monday_first = (mask >> 1 | mask << 6) & kAllWeekdays;
  return Listed(monday_first, [&](int day) { return std::string(kNames[static_cast<size_t>(day)]); });
}

std::string Months(uint64_t mask) {
  constexpr std::array<const char*, 12> kNames = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  return Listed(mask, [&](int month) { return std::string(kNames[static_cast<size_t>(month - 1)]); });
}

std::string Days(const CronExpression& cron) {
  const bool all_dates = cron.days == kAllDays;
  const bool all_weekdays = cron.weekdays == kAllWeekdays;
  if (all_dates && all_weekdays) return "every day";
  if (all_dates && !cron.either_day) return Weekdays(cron.weekdays);
  const std::string dates =
      absl::StrCat("day ", Listed(cron.days, [](int day) { return absl::StrCat(day); }), " of the month");
  if (cron.either_day) return absl::StrCat(dates, " or ", Weekdays(cron.weekdays));
  return all_weekdays ? dates : absl::StrCat(dates, " if ", Weekdays(cron.weekdays));
}

std::string When(const CronExpression& cron) {
  if (std::popcount(cron.hours) != 1 || std::popcount(cron.minutes) != 1) {
    return absl::StrCat("cron \"", absl::Utf8SafeCEscape(cron.text), "\"");
  }
  std::string words = absl::StrFormat("%s at %02d:%02d", Days(cron), std::countr_zero(cron.hours),
                                      std::countr_zero(cron.minutes));
  if (cron.months != kAllMonths) absl::StrAppend(&words, " in ", Months(cron.months));
  return words;
}

std::string Words(const Cron& cron) {
  return absl::StrCat(When(cron.expression), " for ", DurationText(cron.duration), " (", cron.zone.name(),
                      ")");
}

std::string Words(const Span& span) {
  std::vector<std::string> words;
  if (span.from.has_value()) {
    words.push_back(absl::StrCat("from ", InstantText(*span.from, absl::UTCTimeZone())));
  }
  if (span.until.has_value()) {
    words.push_back(absl::StrCat("until ", InstantText(*span.until, absl::UTCTimeZone())));
  }
  return words.empty() ? "always" : absl::StrJoin(words, " ");
}

std::string Kind(const Rule& rule) { return rule.allow ? "window" : "freeze"; }

}  // namespace

std::string Label(const Rule& rule) {
  if (!rule.name.empty()) return absl::StrCat(Kind(rule), " \"", absl::Utf8SafeCEscape(rule.name), "\"");
  return rule.text.empty() ? Kind(rule) : absl::StrCat(Kind(rule), " ", absl::Utf8SafeCEscape(rule.text));
}

std::string Describe(const Rule& rule) {
  const std::string label = rule.name.empty() ? Kind(rule) : Label(rule);
  return absl::StrCat(label, ": ", std::visit([](const auto& when) { return Words(when); }, rule.when));
}

std::string DescribeVerdict(const Verdict& verdict, absl::TimeZone zone) {
  const std::optional<absl::Time>& until = verdict.open ? verdict.closes : verdict.next_opening;
  std::string words = verdict.open ? "open" : "closed";
  if (until.has_value()) {
    absl::StrAppend(&words, " until ", InstantText(*until, zone));
  } else {
    absl::StrAppend(&words, verdict.open ? ", no closing" : ", no opening", " within 5 years");
  }
  return absl::StrCat(words, ": ", verdict.reason);
}

std::string InstantText(absl::Time at, absl::TimeZone zone) {
  const bool whole_minute = zone.At(at).cs.second() == 0;
  return absl::FormatTime(whole_minute ? "%Y-%m-%d %H:%M %Z" : "%Y-%m-%d %H:%M:%S %Z", at, zone);
}

std::string DurationText(absl::Duration duration) {
  constexpr std::array<const char*, 4> kUnits = {"d", "h", "m", "s"};
  constexpr std::array<int64_t, 4> kSeconds = {86400, 3600, 60, 1};
  int64_t rest = absl::ToInt64Seconds(duration);
  std::string text;
  for (size_t i = 0; i < kUnits.size(); ++i) {
    if (rest >= kSeconds[i]) absl::StrAppend(&text, rest / kSeconds[i], kUnits[i]);
    rest %= kSeconds[i];
  }
  return text.empty() ? "0s" : text;
}

}  // namespace ferry::window
