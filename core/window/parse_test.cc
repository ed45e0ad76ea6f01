#include "core/window/parse.h"

#include <gtest/gtest.h>

#include "core/base/error.h"

namespace ferry::window {
namespace {

absl::TimeZone Berlin() { return LoadZone("Europe/Berlin").value(); }

std::string InUtc(absl::string_view text) {
  const auto at = ParseInstant(text, Berlin());
  return at.ok() ? absl::FormatTime("%Y-%m-%dT%H:%M:%E*SZ", *at, absl::UTCTimeZone())
                 : std::string(at.status().message());
}

TEST(ParseDurationTest, ReadsDaysHoursMinutesAndSeconds) {
  EXPECT_EQ(ParseDuration("30s").value(), absl::Seconds(30));
  EXPECT_EQ(ParseDuration("2h30m").value(), absl::Minutes(150));
  EXPECT_EQ(ParseDuration("1d").value(), absl::Hours(24));
  EXPECT_EQ(ParseDuration("1d2h3m4s").value(), absl::Seconds(93784));
  EXPECT_EQ(ParseDuration("90m").value(), absl::Minutes(90));
  EXPECT_EQ(ParseDuration("0s").value(), absl::ZeroDuration());
  EXPECT_EQ(ParseDuration("1s250ms").value(), absl::Milliseconds(1250));
  EXPECT_EQ(ParseDuration("200ms").value(), absl::Milliseconds(200));
  EXPECT_EQ(ParseDuration("3660d").value(), absl::Hours(24 * 3660));
}

TEST(ParseDurationTest, RefusesWhatItWouldHaveToGuess) {
  const std::vector<std::pair<const char*, const char*>> refused = {
      {"", "the duration \"\" is not like 30s, 2h30m or 1d"},
      {"30", "the duration \"30\" is not like 30s, 2h30m or 1d"},
      {"h", "the duration \"h\" is not like 30s, 2h30m or 1d"},
      {"-5m", "the duration \"-5m\" is not like 30s, 2h30m or 1d"},
      {"2h 30m", "the duration \"2h 30m\" is not like 30s, 2h30m or 1d"},
      {"1.5h", "the duration \"1.5h\" has the unit \".\" instead of d, h, m, s or ms"},
      {"2w", "the duration \"2w\" has the unit \"w\" instead of d, h, m, s or ms"},
      {"2H", "the duration \"2H\" has the unit \"H\" instead of d, h, m, s or ms"},
      {"30m2h", "the duration \"30m2h\" needs its units in the order d, h, m, s, ms"},
      {"1h1h", "the duration \"1h1h\" needs its units in the order d, h, m, s, ms"},
      {"3660d1s", "the duration \"3660d1s\" is longer than 3660 days"},
      {"9999999999s", "the duration \"9999999999s\" is not like 30s, 2h30m or 1d"},
  };
  for (const auto& [text, message] : refused) {
    const absl::Status status = ParseDuration(text).status();
    EXPECT_TRUE(HasCode(status, ErrorCode::kWindowSpec)) << text;
    EXPECT_EQ(status.message(), message) << text;
  }
}

TEST(ParseInstantTest, ReadsRfc3339AndWallClockTimes) {
  EXPECT_EQ(InUtc("2026-11-23T22:00:00Z"), "2026-11-23T22:00:00Z");
  EXPECT_EQ(InUtc("2026-11-23T22:00:00.5+01:00"), "2026-11-23T21:00:00.5Z");
  EXPECT_EQ(InUtc("2026-11-23 22:00"), "2026-11-23T21:00:00Z");
  EXPECT_EQ(InUtc("2026-11-23 22:00:07"), "2026-11-23T21:00:07Z");
  EXPECT_EQ(InUtc("2026-07-01 22:00"), "2026-07-01T20:00:00Z");
  EXPECT_EQ(InUtc("2028-02-29 00:00"), "2028-02-28T23:00:00Z");
}

TEST(ParseInstantTest, ASkippedTimeIsTheEndOfTheGapAndARepeatedOneItsFirstOccurrence) {
  EXPECT_EQ(InUtc("2026-03-29 02:30"), "2026-03-29T01:00:00Z");
  EXPECT_EQ(InUtc("2026-10-25 02:30"), "2026-10-25T00:30:00Z");
}

TEST(ParseInstantTest, RefusesWhatItWouldHaveToGuess) {
  const std::string neither = " is neither RFC 3339 (2026-11-23T22:00:00+01:00) nor 2026-11-23 22:00";
  const std::string no_zone =
      " has no zone: add Z or an offset, or write a blank instead of the T for local time";
  const std::vector<std::pair<std::string, std::string>> refused = {
      {"", neither},
      {"2026-11-23", neither},
      {"2026-11-23 22", neither},
      {"2026-11-23 22:00Z", neither},
      {" 2026-11-23T22:00:00Z", " does not begin with a date like 2026-11-23"},
      {"2026-11-23T22:00:00 Z", neither},
      {"2026-11-23T22:00", no_zone},
      {"2026-11-23T22:00:00", no_zone},
      {"2026-11-23T22:00:00X", " is not RFC 3339 or does not exist in the calendar"},
      {"2026-02-30T22:00:00Z", " is not RFC 3339 or does not exist in the calendar"},
      {"2026-02-29 22:00", " does not exist in the calendar"},
      {"2026-11-23 24:00", " does not exist in the calendar"},
      {"2026-11-23 22:60", " does not exist in the calendar"},
      {"infinite-future", " does not begin with a date like 2026-11-23"},
      {"tomorrow", " does not begin with a date like 2026-11-23"},
      {"1969-12-31 22:00", " is not within the years 1970 to 8999"},
      {"9999-12-31 22:00", " is not within the years 1970 to 8999"},
  };
  for (const auto& [text, why] : refused) {
    const absl::Status status = ParseInstant(text, Berlin()).status();
    EXPECT_TRUE(HasCode(status, ErrorCode::kWindowSpec)) << text;
    EXPECT_EQ(status.message(), "the time \"" + text + "\"" + why);
  }
}

TEST(LoadZoneTest, KnowsTheIanaDatabaseAndNothingElse) {
  EXPECT_EQ(LoadZone("Europe/Berlin").value().name(), "Europe/Berlin");
  EXPECT_EQ(LoadZone("UTC").value().name(), "UTC");
  EXPECT_TRUE(LoadZone("America/Argentina/Buenos_Aires").ok());
  EXPECT_TRUE(LoadZone("Etc/GMT+5").ok());
  for (const char* const name :
       {"", "Europe/Berlinn", "CET+1", "+01:00", "localtime", "/etc/localtime", "../zoneinfo/UTC", "file:UTC",
        "right/UTC", "Fixed/UTC+01:00:00", "Europe/Berlin "}) {
    const absl::Status status = LoadZone(name).status();
    EXPECT_TRUE(HasCode(status, ErrorCode::kWindowSpec)) << name;
    EXPECT_EQ(status.message(), absl::StrCat("the time zone \"", name,
                                             "\" is not in the IANA database: write it like Europe/Berlin"));
  }
}

TEST(ParseRuleTest, KeepsWhatWasWritten) {
  const Rule nightly = ParseCronRule(true, "nightly", "0 22 * * 1-5", "4h", Berlin()).value();
  EXPECT_TRUE(nightly.allow);
  EXPECT_EQ(nightly.name, "nightly");
  EXPECT_EQ(nightly.text, "0 22 * * 1-5 for 4h");
  const Rule freeze = ParseSpanRule(false, "", "2026-12-20 00:00", "2027-01-04 00:00", Berlin()).value();
  EXPECT_FALSE(freeze.allow);
  EXPECT_EQ(freeze.text, "from 2026-12-20 00:00 until 2027-01-04 00:00");
  EXPECT_EQ(ParseSpanRule(true, "", "", "2027-01-04 00:00", Berlin()).value().text, "until 2027-01-04 00:00");
  EXPECT_EQ(ParseSpanRule(true, "", "2026-12-20 00:00", "", Berlin()).value().text, "from 2026-12-20 00:00");
}

TEST(ParseRuleTest, RefusesARuleThatCoversNothing) {
  EXPECT_EQ(ParseCronRule(true, "", "0 22 * * *", "0s", Berlin()).status().message(),
            "the duration \"0s\" is shorter than a second");
  EXPECT_EQ(ParseSpanRule(true, "", "", "", Berlin()).status().message(),
            "a span of the calendar needs a start, an end, or both");
  EXPECT_EQ(ParseSpanRule(true, "", "2026-12-20 00:00", "2026-12-20 00:00", Berlin()).status().message(),
            "the span ends at \"2026-12-20 00:00\", which is not after its start \"2026-12-20 00:00\"");
}

}  // namespace
}  // namespace ferry::window
