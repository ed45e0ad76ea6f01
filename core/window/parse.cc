#include "core/window/parse.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/strip.h"
#include "core/window/spec_error.h"

namespace ferry::window {
namespace {

constexpr absl::Duration kLongestDuration = absl::Hours(24 * 3660);

// `shape`: '0' stands for a digit, everything else for itself.
bool HasShape(absl::string_view text, absl::string_view shape) {
  if (text.size() != shape.size()) return false;
  for (size_t i = 0; i < shape.size(); ++i) {
    if (shape[i] == '0' ? !absl::ascii_isdigit(static_cast<unsigned char>(text[i])) : text[i] != shape[i]) {
      return false;
    }
  }
  return true;
}

int Digits(absl::string_view text, size_t at, size_t count) {
  int value = 0;
  if (!absl::SimpleAtoi(text.substr(at, count), &value)) return 0;
  return value;
}

absl::Status InstantError(absl::string_view text, absl::string_view why) {
  return SpecError("the time ", Quoted(text), " ", why);
}

absl::StatusOr<absl::Time> ParseLocal(absl::string_view text, const absl::TimeZone& zone) {
  const int second = text.size() > 16 ? Digits(text, 17, 2) : 0;
  const std::array<int, 6> parts = {Digits(text, 0, 4),  Digits(text, 5, 2),  Digits(text, 8, 2),
                                    Digits(text, 11, 2), Digits(text, 14, 2), second};
  const absl::CivilSecond local(parts[0], parts[1], parts[2], parts[3], parts[4], parts[5]);
  const bool exists = local.year() == parts[0] && local.month() == parts[1] && local.day() == parts[2] &&
                      local.hour() == parts[3] && local.minute() == parts[4] && local.second() == parts[5];
  if (!exists) return InstantError(text, "does not exist in the calendar");
  return FirstInstant(local, zone);
}

absl::StatusOr<absl::Time> ParseRfc3339(absl::string_view text) {
  const bool shaped = HasShape(text.substr(0, 19), "0000-00-00T00:00:00") && text.size() > 19 &&
                      std::none_of(text.begin(), text.end(), absl::ascii_isspace);
  absl::Time at;
  std::string ignored;
  if (!shaped) {
    return InstantError(text, "is neither RFC 3339 (2026-11-23T22:00:00+01:00) nor 2026-11-23 22:00");
  }
  if (!absl::ParseTime(absl::RFC3339_full, text, absl::UTCTimeZone(), &at, &ignored)) {
    return InstantError(text, "is not RFC 3339 or does not exist in the calendar");
  }
  return at;
}

// Reads "30m" off the front of `rest`.
absl::StatusOr<std::pair<int64_t, char>> TakePart(absl::string_view* rest, absl::string_view whole) {
  const auto* const unit = std::find_if_not(rest->begin(), rest->end(), absl::ascii_isdigit);
  const size_t digits = static_cast<size_t>(unit - rest->begin());
  int64_t count = 0;
  if (digits == 0 || digits > 9 || digits == rest->size() ||
      !absl::SimpleAtoi(rest->substr(0, digits), &count)) {
    return SpecError("the duration ", Quoted(whole), " is not like 30s, 2h30m or 1d");
  }
  const char letter = *unit;
  rest->remove_prefix(digits + 1);
  return std::make_pair(count, letter);
}

}  // namespace

absl::StatusOr<absl::Duration> ParseDuration(absl::string_view text) {
  constexpr absl::string_view kUnits = "dhms";
  const std::array<absl::Duration, 5> lengths = {absl::Hours(24), absl::Hours(1), absl::Minutes(1),
                                                 absl::Seconds(1), absl::Milliseconds(1)};
  absl::string_view rest = text;
  absl::Duration total = absl::ZeroDuration();
  size_t next_unit = 0;
  do {
    ASSIGN_OR_RETURN(const auto part, TakePart(&rest, text));
    size_t unit = kUnits.find(part.second);
    if (part.second == 'm' && absl::ConsumePrefix(&rest, "s")) unit = 4;  // "ms"
    if (unit == absl::string_view::npos) {
      return SpecError("the duration ", Quoted(text), " has the unit ",
                       Quoted(absl::string_view(&part.second, 1)), " instead of d, h, m, s or ms");
    }
    if (unit < next_unit)
      return SpecError("the duration ", Quoted(text), " needs its units in the order d, h, m, s, ms");
    next_unit = unit + 1;
    total += part.first * lengths[unit];
  } while (!rest.empty());
  if (total > kLongestDuration) return SpecError("the duration ", Quoted(text), " is longer than 3660 days");
  return total;
}

absl::StatusOr<absl::Time> ParseInstant(absl::string_view text, absl::TimeZone default_zone) {
  if (HasShape(text, "0000-00-00T00:00") || HasShape(text, "0000-00-00T00:00:00")) {
    return InstantError(text,
                        "has no zone: add Z or an offset, or write a blank instead of the T for local time");
  }
  const bool local = HasShape(text, "0000-00-00 00:00") || HasShape(text, "0000-00-00 00:00:00");
  if (const int year = Digits(text, 0, 4); text.size() > 4 && (year < 1970 || year > 8999)) {
    return InstantError(text, HasShape(text.substr(0, 5), "0000-")
                                  ? "is not within the years 1970 to 8999"
                                  : "does not begin with a date like 2026-11-23");
  }
  return local ? ParseLocal(text, default_zone) : ParseRfc3339(text);
}

absl::StatusOr<absl::TimeZone> LoadZone(absl::string_view name) {
  const bool plain =
      !name.empty() && absl::ascii_isalpha(static_cast<unsigned char>(name.front())) &&
      std::all_of(name.begin(), name.end(), [](char c) {
        return absl::ascii_isalnum(static_cast<unsigned char>(c)) || absl::StrContains("_+-/", c);
      });
  absl::TimeZone zone;
  if (!plain || name == "localtime" || absl::StartsWith(name, "right/") || absl::StartsWith(name, "Fixed/") ||
      !absl::LoadTimeZone(name, &zone)) {
    return SpecError("the time zone ", Quoted(name),
                     " is not in the IANA database: write it like Europe/Berlin");
  }
  return zone;
}

absl::Time FirstInstant(absl::CivilSecond local, const absl::TimeZone& zone) {
  const absl::TimeZone::TimeInfo info = zone.At(local);
  return info.kind == absl::TimeZone::TimeInfo::SKIPPED ? info.trans : info.pre;
}

absl::StatusOr<Rule> ParseCronRule(bool allow, absl::string_view name, absl::string_view cron,
                                   absl::string_view duration, absl::TimeZone zone) {
  Cron when;
  ASSIGN_OR_RETURN(when.expression, ParseCron(cron));
  ASSIGN_OR_RETURN(when.duration, ParseDuration(duration));
  if (when.duration < absl::Seconds(1))
    return SpecError("the duration ", Quoted(duration), " is shorter than a second");
  when.zone = zone;
  return Rule{allow, std::move(when), std::string(name), absl::StrCat(cron, " for ", duration)};
}

absl::StatusOr<Rule> ParseSpanRule(bool allow, absl::string_view name, absl::string_view from,
                                   absl::string_view until, absl::TimeZone zone) {
  if (from.empty() && until.empty())
    return SpecError("a span of the calendar needs a start, an end, or both");
  Span when;
  if (!from.empty()) {
    ASSIGN_OR_RETURN(when.from, ParseInstant(from, zone));
  }
  if (!until.empty()) {
    ASSIGN_OR_RETURN(when.until, ParseInstant(until, zone));
  }
  if (when.from.has_value() && when.until.has_value() && *when.until <= *when.from) {
    return SpecError("the span ends at ", Quoted(until), ", which is not after its start ", Quoted(from));
  }
  std::string text = from.empty() ? absl::StrCat("until ", until) : absl::StrCat("from ", from);
  if (!from.empty() && !until.empty()) absl::StrAppend(&text, " until ", until);
  return Rule{allow, when, std::string(name), std::move(text)};
}

}  // namespace ferry::window
