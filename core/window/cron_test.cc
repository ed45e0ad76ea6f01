#include "core/window/cron.h"

#include <gtest/gtest.h>

#include "core/base/error.h"

namespace ferry::window {
namespace {

// The first `count` matches from 2026-11-23 00:00 (a Monday) on, as "11-23 22:00".
std::vector<std::string> Matched(absl::string_view text, int count) {
  const auto cron = ParseCron(text);
  EXPECT_TRUE(cron.ok()) << text << ": " << cron.status();
  std::vector<std::string> matched;
  absl::CivilMinute from(2026, 11, 23);
  while (cron.ok() && static_cast<int>(matched.size()) < count) {
    const auto next = NextMatch(*cron, from, absl::CivilMinute(2036, 1, 1));
    if (!next.has_value()) break;
    EXPECT_TRUE(Matches(*cron, *next)) << text;
    EXPECT_EQ(PreviousMatch(*cron, *next, *next), next) << text;
    matched.push_back(absl::FormatCivilTime(*next).substr(5));
    from = *next + 1;
  }
  return matched;
}

struct Example {
  const char* cron;
  std::vector<std::string> matches;
};

TEST(CronTest, MatchesWhatCrontabSays) {
  const std::vector<Example> examples = {
      {"0 22 * * *", {"11-23T22:00", "11-24T22:00", "11-25T22:00"}},
      {"0 22 * * 1-5",
       {"11-23T22:00", "11-24T22:00", "11-25T22:00", "11-26T22:00", "11-27T22:00", "11-30T22:00"}},
      {"0 22 * * mon-FRI/2", {"11-23T22:00", "11-25T22:00", "11-27T22:00", "11-30T22:00"}},
      {"*/20 3 * * *", {"11-23T03:00", "11-23T03:20", "11-23T03:40", "11-24T03:00"}},
      {"10-30/10,59 3 * * *", {"11-23T03:10", "11-23T03:20", "11-23T03:30", "11-23T03:59"}},
      {"5 0,12,23 * * *", {"11-23T00:05", "11-23T12:05", "11-23T23:05", "11-24T00:05"}},
      {"\t0  2 * * 7 ", {"11-29T02:00", "12-06T02:00"}},
      {"0 2 * * sun", {"11-29T02:00", "12-06T02:00"}},
      {"0 2 * * 0", {"11-29T02:00", "12-06T02:00"}},
      {"0 2 * * sat-sun", {"11-28T02:00", "11-29T02:00", "12-05T02:00"}},
      {"0 2 * * 5-7", {"11-27T02:00", "11-28T02:00", "11-29T02:00", "12-04T02:00"}},
      {"0 2 * * sun-tue", {"11-23T02:00", "11-24T02:00", "11-29T02:00"}},
      {"0 2 1 dec,Jan *", {"12-01T02:00", "01-01T02:00", "12-01T02:00"}},
      {"0 0 31 * *", {"12-31T00:00", "01-31T00:00", "03-31T00:00"}},
      {"0 0 29 2 *", {"02-29T00:00", "02-29T00:00"}},
  };
  for (const Example& example : examples) {
    EXPECT_EQ(Matched(example.cron, static_cast<int>(example.matches.size())), example.matches)
        << example.cron;
  }
}

TEST(CronTest, OneRestrictedDayFieldIsEnoughWhenBothAre) {
  EXPECT_EQ(Matched("0 2 1,24 * sat", 4),
            (std::vector<std::string>{"11-24T02:00", "11-28T02:00", "12-01T02:00", "12-05T02:00"}));
}

TEST(CronTest, BothDayFieldsMustMatchWhenOneBeginsWithAStar) {
  EXPECT_EQ(Matched("0 2 */2 * mon", 3),
            (std::vector<std::string>{"11-23T02:00", "12-07T02:00", "12-21T02:00"}));
}

TEST(CronTest, WalksBackwardsAsItWalksForwards) {
  for (const char* const text : {"*/7 3,5 * * *", "0 2 1,24 * sat", "30 23 31 * *", "59 0 */5 * tue"}) {
    const auto cron = ParseCron(text);
    ASSERT_TRUE(cron.ok()) << cron.status();
    std::vector<absl::CivilMinute> forwards;
    const absl::CivilMinute first(2026, 1, 1);
    const absl::CivilMinute last(2026, 12, 31, 23, 59);
    for (auto at = NextMatch(*cron, first, last); at.has_value(); at = NextMatch(*cron, *at + 1, last)) {
      forwards.push_back(*at);
    }
    ASSERT_GT(forwards.size(), 5U) << text;
    auto expected = forwards.rbegin();
    for (auto at = PreviousMatch(*cron, last, first); at.has_value();
         at = PreviousMatch(*cron, *at - 1, first)) {
      ASSERT_NE(expected, forwards.rend()) << text;
      EXPECT_EQ(*at, *expected++) << text;
    }
    EXPECT_EQ(expected, forwards.rend()) << text;
  }
}

TEST(CronTest, SaysWhichFieldAndWhichTextItRefuses) {
  const std::vector<std::pair<const char*, const char*>> refused = {
      {"0 22 * *",
       "cron \"0 22 * *\" has 4 fields instead of five: minute, hour, day of month, month, day of week"},
      {"@daily",
       "cron \"@daily\" has 1 field instead of five: minute, hour, day of month, month, day of week"},
      {"", "cron \"\" has 0 fields instead of five: minute, hour, day of month, month, day of week"},
      {"60 * * * *", "cron field \"minute\": \"60\" is not within 0-59"},
      {"0 24 * * *", "cron field \"hour\": \"24\" is not within 0-23"},
      {"0 1 0 * *", "cron field \"day of month\": \"0\" is not within 1-31"},
      {"0 1 * 13 *", "cron field \"month\": \"13\" is not within 1-12"},
      {"0 1 * * 8", "cron field \"day of week\": \"8\" is not within 0-7"},
      {"0 1 * * monday", "cron field \"day of week\": \"monday\" is not a number or a name"},
      {"0 1 mon * *", "cron field \"day of month\": \"mon\" is not a number"},
      {"0 1 L * *", "cron field \"day of month\": \"L\" is not a number"},
      {"0 1 ? * *", "cron field \"day of month\": \"?\" is not a number"},
      {"0 1 * * 5#2", "cron field \"day of week\": \"5#2\" is not a number or a name"},
      {"-1 1 * * *", "cron field \"minute\": \"\" is not a number"},
      {"+1 1 * * *", "cron field \"minute\": \"+1\" is not a number"},
      {"1,,2 1 * * *", "cron field \"minute\": \"\" is not a number"},
      {"0 9-5 * * *", "cron field \"hour\": \"9-5\" runs backwards"},
      {"0 1 * * fri-mon", "cron field \"day of week\": \"fri-mon\" runs backwards"},
      {"*/0 * * * *", "cron field \"minute\": \"*/0\" has a step that fits no value"},
      {"*/60 * * * *", "cron field \"minute\": \"*/60\" has a step that fits no value"},
      {"*/x * * * *", "cron field \"minute\": \"x\" is not a number"},
      {"5/15 * * * *",
       "cron field \"minute\": \"5/15\" has a step after a single number: write the range, as in 5-59/15"},
      {"0 0 30 2 *", "cron field \"day of month\": \"30\" never comes in month \"2\""},
      {"99999999999999999999 0 * * *", "cron field \"minute\": \"99999999999999999999\" is not a number"},
      {"0 1 * * \x01", "cron field \"day of week\": \"\\001\" is not a number or a name"},
  };
  for (const auto& [text, message] : refused) {
    const absl::Status status = ParseCron(text).status();
    EXPECT_TRUE(HasCode(status, ErrorCode::kWindowSpec)) << text;
    EXPECT_EQ(status.message(), message) << text;
  }
}

}  // namespace
}  // namespace ferry::window
