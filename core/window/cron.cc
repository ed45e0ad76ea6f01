#include "core/window/cron.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "core/window/spec_error.h"

namespace ferry::window {
namespace {

struct Field {
  const char* name;
  int low;
  int high;
  std::vector<const char*> names;  // of `low`, `low` + 1, …
};

constexpr size_t kDayOfMonth = 2;
constexpr size_t kMonth = 3;
constexpr size_t kDayOfWeek = 4;

const std::array<Field, 5>& Fields() {
  static const auto* const fields = new std::array<Field, 5>{{
      {"minute", 0, 59, {}},
      {"hour", 0, 23, {}},
      {"day of month", 1, 31, {}},
      {"month", 1, 12, {"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}},
      {"day of week", 0, 7, {"sun", "mon", "tue", "wed", "thu", "fri", "sat"}},
  }};
  return *fields;
}

absl::Status FieldError(const Field& field, absl::string_view offending, absl::string_view why) {
  return SpecError("cron field \"", field.name, "\": ", Quoted(offending), " ", why);
}

absl::StatusOr<int> ParseNumber(const Field& field, absl::string_view text) {
  int value = 0;
  if (text.empty() || !std::all_of(text.begin(), text.end(), absl::ascii_isdigit) ||
      !absl::SimpleAtoi(text, &value)) {
    return FieldError(field, text, field.names.empty() ? "is not a number" : "is not a number or a name");
  }
  return value;
}

absl::StatusOr<int> ParseValue(const Field& field, absl::string_view text) {
  for (size_t i = 0; i < field.names.size(); ++i) {
    if (absl::EqualsIgnoreCase(text, field.names[i])) return field.low + static_cast<int>(i);
  }
  ASSIGN_OR_RETURN(const int value, ParseNumber(field, text));
  if (value < field.low || value > field.high) {
    return FieldError(field, text, absl::StrCat("is not within ", field.low, "-", field.high));
  }
  return value;
}

// `a`, `a-b` or `*`, as first and last value.
absl::StatusOr<std::pair<int, int>> ParseRange(const Field& field, absl::string_view text) {
  if (text == "*") return std::make_pair(field.low, field.high);
  const std::pair<absl::string_view, absl::string_view> ends = absl::StrSplit(text, absl::MaxSplits('-', 1));
  ASSIGN_OR_RETURN(const int first, ParseValue(field, ends.first));
  if (!absl::StrContains(text, '-')) return std::make_pair(first, first);
  ASSIGN_OR_RETURN(int last, ParseValue(field, ends.second));
  if (first > 0 && absl::EqualsIgnoreCase(ends.second, "sun")) last = 7;
  if (first > last) return FieldError(field, text, "runs backwards");
  return std::make_pair(first, last);
}

absl::StatusOr<uint64_t> ParseItem(const Field& field, absl::string_view item) {
  const std::pair<absl::string_view, absl::string_view> parts = absl::StrSplit(item, absl::MaxSplits('/', 1));
  ASSIGN_OR_RETURN(const auto range, ParseRange(field, parts.first));
  int step = 1;
  if (absl::StrContains(item, '/')) {
    if (parts.first != "*" && !absl::StrContains(parts.first, '-')) {
      return FieldError(field, item, "has a step after a single number: write the range, as in 5-59/15");
    }
    ASSIGN_OR_RETURN(step, ParseNumber(field, parts.second));
    if (step < 1 || step > field.high) return FieldError(field, item, "has a step that fits no value");
  }
  uint64_t mask = 0;
  for (int value = range.first; value <= range.second; value += step) mask |= uint64_t{1} << value;
  return mask;
}

absl::StatusOr<uint64_t> ParseField(const Field& field, absl::string_view text) {
  uint64_t mask = 0;
  for (const absl::string_view item : absl::StrSplit(text, ',')) {
    ASSIGN_OR_RETURN(const uint64_t values, ParseItem(field, item));
    mask |= values;
  }
  return mask;
}

// Days of the month are checked only when they must match: beside a restricted weekday they need not.
bool SomeDayExists(const CronExpression& cron) {
  constexpr std::array<int, 13> kLongest = {0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  for (int month = 1; month <= 12; ++month) {
    const uint64_t existing = (uint64_t{2} << kLongest[static_cast<size_t>(month)]) - 2;
    if ((cron.months >> month & 1) != 0 && (cron.days & existing) != 0) return true;
  }
  return cron.either_day;
}

int WidestGap(const CronExpression& cron) {
  int widest = 0;
  int previous = -1;
  for (int minute = 0; minute < 24 * 60; ++minute) {
    if ((cron.hours >> minute / 60 & 1) == 0 || (cron.minutes >> minute % 60 & 1) == 0) continue;
    if (previous >= 0) widest = std::max(widest, minute - previous);
    previous = minute;
  }
  return widest;
}

}  // namespace

absl::StatusOr<CronExpression> ParseCron(absl::string_view text) {
  const std::vector<absl::string_view> parts =
      absl::StrSplit(text, absl::ByAnyChar(" \t"), absl::SkipEmpty());
  if (parts.size() != Fields().size()) {
    return SpecError("cron ", Quoted(text), " has ", parts.size(), parts.size() == 1 ? " field" : " fields",
                     " instead of five: minute, hour, day of month, month, day of week");
  }
  std::array<uint64_t, 5> masks{};
  for (size_t i = 0; i < parts.size(); ++i) {
    ASSIGN_OR_RETURN(masks[i], ParseField(Fields()[i], parts[i]));
  }
  CronExpression cron;
  cron.minutes = masks[0];
  cron.hours = masks[1];
  cron.days = masks[kDayOfMonth];
  cron.months = masks[kMonth];
  cron.weekdays = (masks[kDayOfWeek] | masks[kDayOfWeek] >> 7) & 0x7f;
  cron.either_day = !absl::StartsWith(parts[kDayOfMonth], "*") && !absl::StartsWith(parts[kDayOfWeek], "*");
  cron.widest_gap = WidestGap(cron);
  cron.text = std::string(text);
  if (!SomeDayExists(cron)) {
    return FieldError(Fields()[kDayOfMonth], parts[kDayOfMonth],
                      absl::StrCat("never comes in month ", Quoted(parts[kMonth])));
  }
  return cron;
}

}  // namespace ferry::window
