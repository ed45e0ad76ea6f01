// Evaluate against a walk over every minute of some weeks, for schedules from a seeded generator.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/window/describe.h"
#include "core/window/parse.h"
#include "core/window/schedule.h"

namespace ferry::window {
namespace {

constexpr int kMinutes = 21 * 24 * 60;

class Generator {
 public:
  explicit Generator(uint32_t seed) : engine_(seed) {}

  int Between(int low, int high) {
    return low + static_cast<int>(engine_() % static_cast<uint32_t>(high - low + 1));
  }
  std::set<int> Some(int low, int high, int most) {
    std::set<int> values;
    for (int i = Between(1, most); i > 0; --i) values.insert(Between(low, high));
    return values;
  }

 private:
  std::mt19937 engine_;
};

// One rule, with its cron fields as sets so that the walk does not use the parser; an empty day set is `*`.
struct Model {
  Rule rule;
  std::set<int> minutes, hours, days, weekdays;

  bool Matches(absl::CivilMinute at) const {
    const bool by_date = days.count(at.day()) > 0;
    const int weekday = (static_cast<int>(absl::GetWeekday(absl::CivilDay(at))) + 1) % 7;
    const bool by_weekday = weekdays.count(weekday) > 0;
    bool day = days.empty() || by_date;
    if (!weekdays.empty()) day = days.empty() ? by_weekday : by_date || by_weekday;
    return day && hours.count(at.hour()) > 0 && minutes.count(at.minute()) > 0;
  }
};

std::string Text(const std::set<int>& values) { return values.empty() ? "*" : absl::StrJoin(values, ","); }

Model RandomModel(Generator& random, absl::Time begin, absl::TimeZone zone) {
  Model model;
  const bool allow = random.Between(0, 2) > 0;
  if (random.Between(0, 4) == 0) {
    const absl::Time from = begin + absl::Minutes(random.Between(0, kMinutes));
    model.rule = Rule{allow, Span{from, from + absl::Minutes(random.Between(1, 4000))}, "span", ""};
    return model;
  }
  model.minutes = random.Some(0, 59, 3);
  model.hours = random.Between(0, 3) == 0 ? random.Some(1, 3, 3) : random.Some(0, 23, 4);
  if (random.Between(0, 2) == 0) model.days = random.Some(1, 31, 6);
  if (random.Between(0, 1) == 0) model.weekdays = random.Some(0, 6, 4);
  const std::string cron = absl::StrCat(Text(model.minutes), " ", Text(model.hours), " ", Text(model.days),
                                        " * ", Text(model.weekdays));
  const int minutes = random.Between(0, 1) == 0 ? random.Between(1, 90) : random.Between(60, 2000);
  model.rule = ParseCronRule(allow, cron, cron, absl::StrCat(minutes, "m"), zone).value();
  return model;
}

// Marks the minutes of [begin, begin + kMinutes) that the rule covers. A wall-clock minute starts when the
// clock first shows it or anything later: that alone says what gaps and folds mean.
void Mark(const Model& model, absl::Time begin, std::vector<bool>& covered) {
  if (const Span* const span = std::get_if<Span>(&model.rule.when)) {
    for (int i = 0; i < kMinutes; ++i) {
      const absl::Time at = begin + absl::Minutes(i);
      if (at >= *span->from && at < *span->until) covered[static_cast<size_t>(i)] = true;
    }
    return;
  }
  const Cron& cron = std::get<Cron>(model.rule.when);
  const int length = static_cast<int>(absl::ToInt64Minutes(cron.duration));
  const int lead = 3 * 24 * 60;
  absl::CivilMinute shown(cron.zone.At(begin - absl::Minutes(lead + 1)).cs);
  int covered_until = -lead;
  for (int i = -lead; i < kMinutes; ++i) {
    const absl::CivilMinute now(cron.zone.At(begin + absl::Minutes(i)).cs);
    for (; shown < now;) {
      if (model.Matches(++shown)) covered_until = i + length;
    }
    if (i >= 0 && i < covered_until) covered[static_cast<size_t>(i)] = true;
  }
}

std::vector<bool> OpenMinutes(const std::vector<Model>& models, absl::Time begin) {
  std::vector<bool> allowed(kMinutes, false);
  std::vector<bool> denied(kMinutes, false);
  bool any_window = false;
  for (const Model& model : models) {
    any_window = any_window || model.rule.allow;
    Mark(model, begin, model.rule.allow ? allowed : denied);
  }
  std::vector<bool> open(kMinutes);
  for (size_t i = 0; i < open.size(); ++i) open[i] = (allowed[i] || !any_window) && !denied[i];
  return open;
}

void Check(const std::vector<Model>& models, absl::Time begin, Generator& random) {
  Schedule schedule;
  std::string words;
  for (const Model& model : models) {
    schedule.rules.push_back(model.rule);
    absl::StrAppend(&words, Describe(model.rule), "\n");
  }
  const std::vector<bool> open = OpenMinutes(models, begin);
  for (int i = 0; i < 60; ++i) {
    const int minute = random.Between(0, kMinutes - 1);
    const absl::Time at =
        begin + absl::Minutes(minute) + absl::Seconds(random.Between(0, 1) * random.Between(0, 59));
    const auto here = open.begin() + minute;
    const auto change = std::find(here, open.end(), !*here);
    const absl::Time expected = begin + absl::Minutes(change - open.begin());
    const Verdict verdict = Evaluate(schedule, at);
    ASSERT_EQ(verdict.open, *here) << words << InstantText(at, absl::UTCTimeZone());
    const std::optional<absl::Time> changes = verdict.open ? verdict.closes : verdict.next_opening;
    if (change == open.end()) {
      ASSERT_TRUE(!changes.has_value() || *changes >= expected)
          << words << InstantText(at, absl::UTCTimeZone());
    } else {
      ASSERT_EQ(changes, expected) << words << InstantText(at, absl::UTCTimeZone());
    }
    ASSERT_FALSE(verdict.open ? verdict.next_opening.has_value() : verdict.closes.has_value());
  }
}

class ScheduleProperty : public testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(ScheduleProperty, EvaluateAgreesWithAWalkOverEveryMinute) {
  const absl::TimeZone zone = LoadZone(GetParam().first).value();
  const absl::Time begin = ParseInstant(GetParam().second, absl::UTCTimeZone()).value();
  for (uint32_t seed = 1; seed <= 25; ++seed) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    Generator random(seed);
    std::vector<Model> models;
    for (int rules = random.Between(1, 4); rules > 0; --rules) {
      models.push_back(RandomModel(random, begin, random.Between(0, 4) == 0 ? absl::UTCTimeZone() : zone));
    }
    ASSERT_NO_FATAL_FAILURE(Check(models, begin, random));
  }
}

INSTANTIATE_TEST_SUITE_P(ThreeWeeks, ScheduleProperty,
                         testing::Values(std::make_pair("Europe/Berlin", "2026-03-15 00:00"),
                                         std::make_pair("Europe/Berlin", "2026-10-12 00:00"),
                                         std::make_pair("America/New_York", "2026-10-25 00:00"),
                                         std::make_pair("Australia/Lord_Howe", "2026-03-28 00:00"),
                                         std::make_pair("Australia/Lord_Howe", "2026-09-25 00:00"),
                                         std::make_pair("Pacific/Apia", "2011-12-20 00:00"),
                                         std::make_pair("Asia/Kolkata", "2027-12-20 00:00"),
                                         std::make_pair("Africa/Casablanca", "2026-02-10 00:00")));

}  // namespace
}  // namespace ferry::window
