#include "core/window/describe.h"

#include <gtest/gtest.h>

#include "core/window/parse.h"

namespace ferry::window {
namespace {

absl::TimeZone Berlin() { return LoadZone("Europe/Berlin").value(); }

std::string CronWords(absl::string_view cron, absl::string_view duration) {
  return Describe(ParseCronRule(true, "", cron, duration, Berlin()).value());
}

TEST(DescribeTest, SaysRecurringRulesAsPeopleWould) {
  EXPECT_EQ(Describe(ParseCronRule(true, "nightly", "0 22 * * 1-5", "4h", Berlin()).value()),
            "window \"nightly\": Mon-Fri at 22:00 for 4h (Europe/Berlin)");
  EXPECT_EQ(Describe(ParseCronRule(false, "", "30 8 * * *", "9h30m", Berlin()).value()),
            "freeze: every day at 08:30 for 9h30m (Europe/Berlin)");
  EXPECT_EQ(CronWords("0 2 * * sat,sun", "1d"), "window: Sat, Sun at 02:00 for 1d (Europe/Berlin)");
  EXPECT_EQ(CronWords("0 2 1,15 * *", "1h"),
            "window: day 1, 15 of the month at 02:00 for 1h (Europe/Berlin)");
  EXPECT_EQ(CronWords("0 2 1-7 * sat", "1h"),
            "window: day 1-7 of the month or Sat at 02:00 for 1h (Europe/Berlin)");
  EXPECT_EQ(CronWords("0 2 */14 * sat", "1h"),
            "window: day 1, 15, 29 of the month if Sat at 02:00 for 1h (Europe/Berlin)");
  EXPECT_EQ(CronWords("0 2 1 1,7-9 *", "1h"),
            "window: day 1 of the month at 02:00 in Jan, Jul-Sep for 1h (Europe/Berlin)");
  EXPECT_EQ(CronWords("*/20 1-3 * * *", "5m"), "window: cron \"*/20 1-3 * * *\" for 5m (Europe/Berlin)");
}

TEST(DescribeTest, SaysSpansInUtc) {
  EXPECT_EQ(
      Describe(ParseSpanRule(false, "year end", "2026-12-20 00:00", "2027-01-04 00:00:30", Berlin()).value()),
      "freeze \"year end\": from 2026-12-19 23:00 UTC until 2027-01-03 23:00:30 UTC");
  EXPECT_EQ(Describe(ParseSpanRule(true, "", "2026-12-20 00:00", "", Berlin()).value()),
            "window: from 2026-12-19 23:00 UTC");
}

TEST(DescribeTest, SaysAVerdictWithItsInstantInTheZoneAsked) {
  const absl::Time at = absl::FromCivil(absl::CivilMinute(2026, 11, 24, 2, 0), Berlin());
  EXPECT_EQ(DescribeVerdict({true, "window \"nightly\"", at, std::nullopt}, Berlin()),
            "open until 2026-11-24 02:00 CET: window \"nightly\"");
  EXPECT_EQ(DescribeVerdict({true, "no window is set", std::nullopt, std::nullopt}, Berlin()),
            "open, no closing within 5 years: no window is set");
  EXPECT_EQ(DescribeVerdict({false, "freeze \"month end\"", std::nullopt, at}, absl::UTCTimeZone()),
            "closed until 2026-11-24 01:00 UTC: freeze \"month end\"");
  EXPECT_EQ(DescribeVerdict({false, "outside every window", std::nullopt, std::nullopt}, Berlin()),
            "closed, no opening within 5 years: outside every window");
}

TEST(DescribeTest, NamesAreShownWithoutControlCharacters) {
  EXPECT_EQ(Label({true, Span{}, "a\nb\x1b[31m", ""}), "window \"a\\nb\\033[31m\"");
  EXPECT_EQ(Label({false, Span{}, "", "from 2026-12-20 00:00"}), "freeze from 2026-12-20 00:00");
}

TEST(DescribeTest, DurationsReadBack) {
  for (const char* const text : {"0s", "30s", "2h30m", "1d", "1d2h3m4s", "3660d"}) {
    EXPECT_EQ(DurationText(ParseDuration(text).value()), text);
  }
  EXPECT_EQ(DurationText(absl::Minutes(90)), "1h30m");
}

}  // namespace
}  // namespace ferry::window
