// How far a statement is said to be.
#include "pg/executor/reporter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace ferry::executor {
namespace {

using ::testing::HasSubstr;

class StandingClock final : public Clock {
 public:
  absl::Time Now() const override { return absl::UnixEpoch() + at; }
  absl::Duration Elapsed() const override { return at; }
  absl::Duration at = absl::Seconds(100);
};

class ReporterTest : public ::testing::Test {
 protected:
  Reporter Make(absl::Duration expected = absl::ZeroDuration()) { return Reporter(sink_, clock_, expected); }
  static Progress Running(const std::string& statement) {
    Progress progress;
    progress.version = "1.0.0";
    progress.phase = "running";
    progress.statement = statement;
    return progress;
  }
  static Sight At(const std::string& phase, int64_t done, int64_t total) {
    Sight sight;
    sight.reading = progress::Reading{"create_index", phase, done, total};
    return sight;
  }

  StandingClock clock_;
  std::vector<Progress> said_;
  const ProgressSink sink_ = [this](const Progress& progress) { said_.push_back(progress); };
};

TEST_F(ReporterTest, APercentageNeverGoesBackWithinAStatement) {
  Reporter reporter = Make();
  reporter.Say(Running("CREATE INDEX"));
  clock_.at += absl::Seconds(10);
  reporter.Seen(At("building index: scanning table", 100, 100));
  EXPECT_EQ(said_.back().percent, 45);
  EXPECT_EQ(said_.back().signal, "pg_stat_progress_create_index: building index: scanning table");
  ASSERT_TRUE(said_.back().eta.has_value());
  EXPECT_NEAR(absl::ToDoubleSeconds(*said_.back().eta), 10 * 55 / 45.0, 0.1);
  reporter.Seen(At("building index: scanning table", 1, 100));
  EXPECT_EQ(said_.back().percent, 45);
  reporter.Say(Running("CREATE INDEX of another name"));
  reporter.Seen(At("building index: scanning table", 1, 100));
  EXPECT_LT(said_.back().percent.value_or(100), 2);
}

TEST_F(ReporterTest, WhatPostgresqlIsSilentAboutIsMeasuredByAnEarlierRun) {
  Reporter reporter = Make(absl::Seconds(40));
  reporter.Say(Running("ALTER TABLE"));
  clock_.at += absl::Seconds(10);
  reporter.Seen(Sight());
  EXPECT_EQ(said_.back().percent, 25);
  EXPECT_EQ(said_.back().eta, absl::Seconds(30));
  EXPECT_THAT(said_.back().signal, HasSubstr("elsewhere"));
}

TEST_F(ReporterTest, NothingKnownIsSaidPlainly) {
  Reporter reporter = Make();
  reporter.Say(Running("ALTER TABLE"));
  reporter.Seen(Sight());
  EXPECT_FALSE(said_.back().percent.has_value());
  EXPECT_EQ(said_.back().signal, "no signal");
  Sight alive;
  alive.bytes = 7'000'000;
  reporter.Seen(alive);
  EXPECT_EQ(said_.back().signal, "no signal; its backend has read and written 7 MB");
}

TEST_F(ReporterTest, AWaitIsSaidWithItsBegin) {
  Reporter reporter = Make();
  reporter.Say(Running("ALTER TABLE"));
  Sight waits;
  waits.waiting = true;
  reporter.Seen(waits);
  EXPECT_EQ(said_.back().phase, "waiting for lock");
  const absl::Time since = clock_.Now();
  EXPECT_EQ(said_.back().waiting_since, since);
  reporter.Seen(Sight());
  EXPECT_EQ(said_.back().phase, "running");
  EXPECT_FALSE(said_.back().waiting_since.has_value());
}

TEST_F(ReporterTest, WhatDoesNotChangeIsNotSaidAgain) {
  Reporter reporter = Make();
  reporter.Say(Running("ALTER TABLE"));
  reporter.Seen(Sight());
  const size_t said = said_.size();
  reporter.Seen(Sight());
  EXPECT_EQ(said_.size(), said);
}

TEST_F(ReporterTest, BatchesAreMeasuredByTheirRows) {
  Reporter reporter = Make();
  Progress batch = Running("UPDATE");
  batch.rows_done = 30;
  batch.rows_total = 120;
  reporter.Say(batch);
  EXPECT_EQ(said_.back().percent, 25);
  EXPECT_EQ(said_.back().signal, "rows");
}

}  // namespace
}  // namespace ferry::executor
