#include "core/base/pace.h"

#include <gtest/gtest.h>

namespace ferry {
namespace {

constexpr absl::Duration kAim = absl::Milliseconds(35);

TEST(PaceTest, ABatchThatTakesAboutAsLongAsAskedStays) {
  EXPECT_EQ(NextBatchRows(1000, absl::Milliseconds(22), kAim, 5000), 1000);
  EXPECT_EQ(NextBatchRows(1000, absl::Milliseconds(48), kAim, 5000), 1000);
}

TEST(PaceTest, GrowsAtMostTwofoldAndUpToTheMost) {
  EXPECT_EQ(NextBatchRows(1000, absl::Milliseconds(1), kAim, 5000), 2000);
  EXPECT_EQ(NextBatchRows(4000, absl::Milliseconds(1), kAim, 5000), 5000);
  EXPECT_EQ(NextBatchRows(1000, absl::ZeroDuration(), kAim, 5000), 2000);
}

TEST(PaceTest, ShrinksAtMostToAQuarterAndNotBelowOneRow) {
  EXPECT_EQ(NextBatchRows(1000, absl::Milliseconds(70), kAim, 5000), 500);
  EXPECT_EQ(NextBatchRows(1000, absl::Seconds(5), kAim, 5000), 250);
  EXPECT_EQ(NextBatchRows(1, absl::Seconds(5), kAim, 5000), 1);
}

TEST(PaceTest, ComesToRestNearTheAimWhateverARowCosts) {
  for (const absl::Duration a_row : {absl::Nanoseconds(700), absl::Microseconds(11), absl::Milliseconds(9)}) {
    int64_t rows = 1000;
    for (int i = 0; i < 40; ++i) rows = NextBatchRows(rows, a_row * rows, kAim, 1'000'000);
    EXPECT_GE(a_row * rows, kAim * 0.5) << a_row;
    EXPECT_LE(a_row * rows, kAim * 1.5) << a_row;
  }
}

TEST(PaceTest, WithoutAnAimNothingChanges) {
  EXPECT_EQ(NextBatchRows(10, absl::Seconds(5), absl::InfiniteDuration(), 10), 10);
}

}  // namespace
}  // namespace ferry
