#include "core/window/schedule.h"

#include <gtest/gtest.h>

#include "core/base/clock.h"
#include "core/window/describe.h"
#include "core/window/parse.h"

namespace ferry::window {
namespace {

absl::TimeZone Zone(absl::string_view name) { return LoadZone(name).value(); }
absl::TimeZone Berlin() { return Zone("Europe/Berlin"); }

Rule Allow(absl::string_view name, absl::string_view cron, absl::string_view duration,
           absl::TimeZone zone = Berlin()) {
  return ParseCronRule(true, name, cron, duration, zone).value();
}
Rule Deny(absl::string_view name, absl::string_view cron, absl::string_view duration,
          absl::TimeZone zone = Berlin()) {
  return ParseCronRule(false, name, cron, duration, zone).value();
}
Rule AllowSpan(absl::string_view from, absl::string_view until) {
  return ParseSpanRule(true, "span", from, until, Berlin()).value();
}
Rule DenySpan(absl::string_view from, absl::string_view until) {
  return ParseSpanRule(false, "freeze span", from, until, Berlin()).value();
}

// The verdict at a Berlin wall-clock time (or RFC 3339), said in Berlin time.
std::string At(const std::vector<Rule>& rules, absl::string_view at) {
  const Schedule schedule{rules, absl::ZeroDuration()};
  return DescribeVerdict(Evaluate(schedule, ParseInstant(at, Berlin()).value()), Berlin());
}

TEST(ScheduleTest, WithoutRulesEverythingIsOpen) {
  EXPECT_EQ(At({}, "2026-11-23 12:00"), "open, no closing within 5 years: no window is set");
}

TEST(ScheduleTest, ANightlyWindowOpensAndClosesToTheSecond) {
  const std::vector<Rule> rules = {Allow("nightly", "0 22 * * *", "4h")};
  EXPECT_EQ(At(rules, "2026-11-23 21:59:59"), "closed until 2026-11-23 22:00 CET: outside every window");
  EXPECT_EQ(At(rules, "2026-11-23 22:00:00"), "open until 2026-11-24 02:00 CET: window \"nightly\"");
  EXPECT_EQ(At(rules, "2026-11-24 01:59:59"), "open until 2026-11-24 02:00 CET: window \"nightly\"");
  EXPECT_EQ(At(rules, "2026-11-24 02:00:00"), "closed until 2026-11-24 22:00 CET: outside every window");
  const Schedule schedule{rules, absl::ZeroDuration()};
  const absl::Time closing = ParseInstant("2026-11-24 02:00", Berlin()).value();
  EXPECT_TRUE(Evaluate(schedule, closing - absl::Nanoseconds(1)).open);
  EXPECT_FALSE(Evaluate(schedule, closing).open);
}

TEST(ScheduleTest, AWindowCrossesMidnightYearAndLeapDay) {
  const std::vector<Rule> rules = {Allow("late", "30 23 * * *", "1h")};
  EXPECT_EQ(At(rules, "2027-01-01 00:10"), "open until 2027-01-01 00:30 CET: window \"late\"");
  EXPECT_EQ(At(rules, "2028-02-29 00:10"), "open until 2028-02-29 00:30 CET: window \"late\"");
  EXPECT_EQ(At(rules, "2028-02-29 00:30"), "closed until 2028-02-29 23:30 CET: outside every window");
}

TEST(ScheduleTest, AFreezeWinsOverAWindow) {
  const std::vector<Rule> rules = {Allow("nightly", "0 22 * * *", "4h"), Deny("backup", "0 23 * * *", "30m")};
  EXPECT_EQ(At(rules, "2026-11-23 22:30"), "open until 2026-11-23 23:00 CET: window \"nightly\"");
  EXPECT_EQ(At(rules, "2026-11-23 23:00"), "closed until 2026-11-23 23:30 CET: freeze \"backup\"");
  EXPECT_EQ(At(rules, "2026-11-23 23:30"), "open until 2026-11-24 02:00 CET: window \"nightly\"");
}

TEST(ScheduleTest, WithOnlyFreezesItIsOpenBetweenThem) {
  const std::vector<Rule> rules = {DenySpan("2026-12-20 00:00", "2027-01-04 00:00")};
  EXPECT_EQ(At(rules, "2026-11-23 12:00"), "open until 2026-12-20 00:00 CET: no window is set");
  EXPECT_EQ(At(rules, "2026-12-24 18:00"), "closed until 2027-01-04 00:00 CET: freeze \"freeze span\"");
  EXPECT_EQ(At(rules, "2027-01-04 00:00"), "open, no closing within 5 years: no window is set");
}

TEST(ScheduleTest, TheNextOpeningIsTheFirstInstantThatIsReallyOpen) {
  const std::vector<Rule> rules = {Allow("nightly", "0 22 * * *", "4h"),
                                   Deny("month end", "0 0 28-31 * *", "1d"),
                                   DenySpan("2026-11-24 00:00", "2026-11-27 23:15")};
  // Nights 23 (until midnight), 27 (from 23:15 until midnight), then nothing until 1 December 00:00, inside
  // night 30.
  EXPECT_EQ(At(rules, "2026-11-23 23:00"), "open until 2026-11-24 00:00 CET: window \"nightly\"");
  EXPECT_EQ(At(rules, "2026-11-24 00:00"), "closed until 2026-11-27 23:15 CET: freeze \"freeze span\"");
  EXPECT_EQ(At(rules, "2026-11-27 23:15"), "open until 2026-11-28 00:00 CET: window \"nightly\"");
  EXPECT_EQ(At(rules, "2026-11-28 00:00"), "closed until 2026-12-01 00:00 CET: freeze \"month end\"");
  EXPECT_EQ(At(rules, "2026-12-01 00:00"), "open until 2026-12-01 02:00 CET: window \"nightly\"");
}

TEST(ScheduleTest, WindowsBackToBackAreOneAndTheLastOneCloses) {
  const std::vector<Rule> rules = {Allow("evening", "0 20 * * *", "2h"), Allow("night", "0 22 * * *", "4h"),
                                   Allow("overlap", "0 1 * * *", "2h"),
                                   AllowSpan("2026-11-24 03:00", "2026-11-24 04:30")};
  EXPECT_EQ(At(rules, "2026-11-23 20:00"), "open until 2026-11-24 04:30 CET: window \"evening\"");
  EXPECT_EQ(At(rules, "2026-11-24 20:00"), "open until 2026-11-25 03:00 CET: window \"evening\"");
}

TEST(ScheduleTest, AShortSpanInsideALongOneDoesNotCloseIt) {
  const std::vector<Rule> rules = {Allow("short", "0 23 * * *", "10m"), Allow("long", "0 22 * * *", "4h")};
  EXPECT_EQ(At(rules, "2026-11-23 23:05"), "open until 2026-11-24 02:00 CET: window \"short\"");
}

TEST(ScheduleTest, SpansOfTheCalendarMayHaveOneEnd) {
  EXPECT_EQ(At({AllowSpan("2026-12-01 00:00", "")}, "2026-11-23 12:00"),
            "closed until 2026-12-01 00:00 CET: outside every window");
  EXPECT_EQ(At({AllowSpan("2026-12-01 00:00", "")}, "2026-12-01 00:00"),
            "open, no closing within 5 years: window \"span\"");
  EXPECT_EQ(At({AllowSpan("", "2026-12-01 00:00")}, "2026-11-23 12:00"),
            "open until 2026-12-01 00:00 CET: window \"span\"");
  EXPECT_EQ(At({AllowSpan("", "2026-12-01 00:00")}, "2026-12-01 00:00"),
            "closed, no opening within 5 years: outside every window");
}

TEST(ScheduleTest, AWindowForeverFrozenNeverOpens) {
  EXPECT_EQ(At({Allow("nightly", "0 22 * * *", "4h"), DenySpan("2026-11-20 00:00", "")}, "2026-11-23 22:30"),
            "closed, no opening within 5 years: freeze \"freeze span\"");
  EXPECT_EQ(
      At({Allow("nightly", "0 22 * * *", "4h"), Deny("always", "0 0 * * *", "25h")}, "2026-11-23 22:30"),
      "closed, no opening within 5 years: freeze \"always\"");
}

TEST(ScheduleTest, OpeningsMoreThanFiveYearsAwayAreNone) {
  EXPECT_EQ(At({AllowSpan("2031-11-20 00:00", "")}, "2026-11-23 12:00"),
            "closed until 2031-11-20 00:00 CET: outside every window");
  EXPECT_EQ(At({AllowSpan("2031-12-01 00:00", "")}, "2026-11-23 12:00"),
            "closed, no opening within 5 years: outside every window");
}

TEST(ScheduleTest, AWindowInTheSpringGapStartsAtTheFirstValidInstantAndKeepsItsLength) {
  const std::vector<Rule> rules = {Allow("gap", "30 2 * * *", "45m")};
  EXPECT_EQ(At(rules, "2026-03-29 01:59:59"), "closed until 2026-03-29 03:00 CEST: outside every window");
  EXPECT_EQ(At(rules, "2026-03-29 03:00"), "open until 2026-03-29 03:45 CEST: window \"gap\"");
  EXPECT_EQ(At(rules, "2026-03-29 03:45"), "closed until 2026-03-30 02:30 CEST: outside every window");
}

TEST(ScheduleTest, AWindowInTheAutumnFoldOpensAtTheFirstOccurrenceOnlyOnce) {
  const std::vector<Rule> rules = {Allow("fold", "30 2 * * *", "20m")};
  EXPECT_EQ(At(rules, "2026-10-25T00:29:59Z"), "closed until 2026-10-25 02:30 CEST: outside every window");
  EXPECT_EQ(At(rules, "2026-10-25T00:30:00Z"), "open until 2026-10-25 02:50 CEST: window \"fold\"");
  EXPECT_EQ(At(rules, "2026-10-25T00:50:00Z"), "closed until 2026-10-26 02:30 CET: outside every window");
  EXPECT_EQ(At(rules, "2026-10-25T01:30:00Z"), "closed until 2026-10-26 02:30 CET: outside every window");
}

TEST(ScheduleTest, ALengthIsRealTimeAcrossTheChange) {
  const std::vector<Rule> rules = {Allow("nightly", "0 22 * * *", "6h")};
  EXPECT_EQ(At(rules, "2026-03-28 23:00"), "open until 2026-03-29 05:00 CEST: window \"nightly\"");
  EXPECT_EQ(At(rules, "2026-10-24 23:00"), "open until 2026-10-25 03:00 CET: window \"nightly\"");
}

TEST(ScheduleTest, ZonesMayDifferFromRuleToRule) {
  const std::vector<Rule> rules = {Allow("tokyo", "0 2 * * *", "2h", Zone("Asia/Tokyo")),
                                   Allow("new york", "0 15 * * *", "2h", Zone("America/New_York"))};
  EXPECT_EQ(At(rules, "2026-11-23 18:30"), "open until 2026-11-23 20:00 CET: window \"tokyo\"");
  EXPECT_EQ(At(rules, "2026-11-23 21:30"), "open until 2026-11-23 23:00 CET: window \"new york\"");
}

TEST(ScheduleTest, ADayThatAZoneSkipsWholeMovesItsWindowToTheNext) {
  // Samoa had no 30 December 2011.
  const absl::TimeZone apia = Zone("Pacific/Apia");
  const Schedule schedule{{Allow("noon", "0 12 30 12 *", "1h", apia)}, absl::ZeroDuration()};
  const absl::Time midnight = absl::FromCivil(absl::CivilDay(2011, 12, 31), apia);
  EXPECT_FALSE(Evaluate(schedule, midnight - absl::Seconds(1)).open);
  EXPECT_EQ(Evaluate(schedule, midnight - absl::Seconds(1)).next_opening, midnight);
  EXPECT_EQ(Evaluate(schedule, midnight).closes, midnight + absl::Hours(1));
}

TEST(ScheduleTest, ACronThatCoversEveryMinuteStillHasTheHoleOfTheRepeatedHour) {
  const std::vector<Rule> rules = {Allow("always", "* * * * *", "1m")};
  EXPECT_EQ(At(rules, "2026-11-23 12:00:30"), "open until 2027-10-31 02:00 CET: window \"always\"");
  EXPECT_EQ(At(rules, "2027-10-31T01:00:00Z"), "closed until 2027-10-31 03:00 CET: outside every window");
  const std::vector<Rule> utc = {Allow("always", "* * * * *", "1m", absl::UTCTimeZone())};
  EXPECT_EQ(At(utc, "2026-11-23 12:00:30"), "open, no closing within 5 years: window \"always\"");
}

TEST(ScheduleTest, TheDeadlineKeepsTheReserve) {
  const Schedule schedule{{Allow("nightly", "0 22 * * *", "4h")}, absl::Minutes(5)};
  const absl::Time at = ParseInstant("2026-11-23 23:00", Berlin()).value();
  EXPECT_EQ(Deadline(schedule, Evaluate(schedule, at)), ParseInstant("2026-11-24 01:55", Berlin()).value());
  EXPECT_EQ(Deadline({}, Evaluate({}, at)), std::nullopt);
  EXPECT_EQ(Deadline(schedule, Evaluate(schedule, at - absl::Hours(2))), absl::InfinitePast());
}

TEST(ScheduleTest, RulesMadeByHandThatCoverNothingAreHarmless) {
  Rule empty_cron = Allow("empty", "* * * * *", "1m");
  std::get<Cron>(empty_cron.when).duration = absl::ZeroDuration();
  const absl::Time at = ParseInstant("2026-11-23 23:00", Berlin()).value();
  const Rule empty_span{true, Span{at + absl::Hours(1), at + absl::Hours(1)}, "empty", ""};
  EXPECT_EQ(At({empty_cron, empty_span}, "2026-11-23 23:00"),
            "closed, no opening within 5 years: outside every window");
  Rule endless = Allow("endless", "0 22 * * *", "1m");
  std::get<Cron>(endless.when).duration = absl::InfiniteDuration();
  EXPECT_EQ(At({endless}, "2026-11-23 23:00"), "open, no closing within 5 years: window \"endless\"");
}

TEST(ScheduleTest, RareRulesAreFoundWithoutWalkingYearsMinuteByMinute) {
  const Schedule schedule{{Allow("leap day", "0 3 29 2 *", "1h"), Deny("mornings", "0 3 * 1-11 1-6", "2h")},
                          absl::ZeroDuration()};
  const absl::Time at = ParseInstant("2026-11-23 12:00", Berlin()).value();
  const absl::Duration before = SystemClock().Elapsed();
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(DescribeVerdict(Evaluate(schedule, at), Berlin()),
              "closed, no opening within 5 years: outside every window");
  }
  // 20 evaluations; each takes well under a millisecond, the bound is for a busy machine.
  EXPECT_LT(SystemClock().Elapsed() - before, absl::Milliseconds(100));
}

}  // namespace
}  // namespace ferry::window
