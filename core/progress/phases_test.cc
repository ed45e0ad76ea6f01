#include "core/progress/phases.h"

#include <gtest/gtest.h>

namespace ferry::progress {
namespace {

TEST(PhasesTest, AConcurrentBuildOnlyGoesForward) {
  // As PostgreSQL 15 reports one, each phase counting from nothing in its own unit.
  const Reading readings[] = {
      {"create_index", "initializing", 0, 0},
      {"create_index", "waiting for writers before build", 0, 1},
      {"create_index", "building index: scanning table", 10, 100},
      {"create_index", "building index: scanning table", 100, 100},
      {"create_index", "building index: sorting live tuples", 0, 0},
      {"create_index", "building index: loading tuples in tree", 5, 1000},
      {"create_index", "building index: loading tuples in tree", 1000, 1000},
      {"create_index", "waiting for writers before validation", 0, 0},
      {"create_index", "index validation: scanning index", 1, 2},
      {"create_index", "index validation: sorting tuples", 0, 0},
      {"create_index", "index validation: scanning table", 1, 100},
      {"create_index", "waiting for old snapshots", 0, 3},
  };
  double last = -1;
  for (const Reading& reading : readings) {
    const std::optional<double> percent = PercentOf(reading);
    ASSERT_TRUE(percent.has_value()) << reading.phase;
    EXPECT_GE(*percent, last) << reading.phase;
    last = *percent;
  }
  EXPECT_LT(last, 100);
}

TEST(PhasesTest, APhaseThatRepeatsDoesNotGoBack) {
  Steady steady;
  EXPECT_DOUBLE_EQ(steady.Take(*PercentOf({"vacuum", "vacuuming heap", 1, 2}), absl::Seconds(10)), 90);
  EXPECT_DOUBLE_EQ(steady.Take(*PercentOf({"vacuum", "scanning heap", 1, 2}), absl::Seconds(11)), 90);
  EXPECT_DOUBLE_EQ(steady.Take(250, absl::Seconds(12)), 99);
}

TEST(PhasesTest, WhatIsNotKnownIsSaidToBeUnknown) {
  EXPECT_FALSE(PercentOf({"create_index", "a phase of a later version", 1, 2}).has_value());
  EXPECT_FALSE(PercentOf({"", "", 0, 0}).has_value());
  EXPECT_EQ(PercentOf({"copy", "", 50, 100}), 49.5);
  EXPECT_EQ(PercentOf({"copy", "", 50, 0}), 0);
}

TEST(PhasesTest, TheEndIsGuessedByThePaceSoFar) {
  Steady steady;
  steady.Take(1, absl::Seconds(1));
  EXPECT_FALSE(steady.Eta().has_value());
  steady.Take(25, absl::Seconds(10));
  EXPECT_EQ(steady.Eta(), absl::Seconds(30));
}

TEST(PhasesTest, TimeAloneNeverSaysThatItIsOver) {
  EXPECT_EQ(PercentByTime(absl::Seconds(5), absl::Seconds(10)), 50);
  EXPECT_EQ(PercentByTime(absl::Seconds(50), absl::Seconds(10)), 95);
  EXPECT_EQ(PercentByTime(absl::Seconds(50), absl::ZeroDuration()), 0);
}

}  // namespace
}  // namespace ferry::progress
