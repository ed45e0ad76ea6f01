#include "agent/worker/gate.h"

#include <gtest/gtest.h>

#include "agent/worker/outcome.h"
#include "core/base/error.h"

namespace ferry::worker {
namespace {

class FixedClock final : public Clock {
 public:
  absl::Time Now() const override { return now; }
  absl::Duration Elapsed() const override { return absl::ZeroDuration(); }
  absl::Time now;
};

const absl::Time kNine = absl::FromCivil(absl::CivilSecond(2026, 11, 23, 21, 0, 0), absl::UTCTimeZone());

policy::AgentConfig NightlyFromTen() {
  policy::AgentConfig config;
  policy::TargetConfig target;
  target.id = "prod-1";
  target.zone = absl::UTCTimeZone();
  target.schedule.reserve = absl::Minutes(5);
  target.schedule.rules = {*window::ParseCronRule(true, "nightly", "0 22 * * *", "4h", absl::UTCTimeZone())};
  config.targets = {target};
  return config;
}

class GateTest : public ::testing::Test {
 protected:
  CurrentPolicy policy_{NightlyFromTen()};
  FixedClock clock_;
  std::atomic<bool> cancelled_{false};
  WindowGate gate_{&policy_, "prod-1", &clock_, &cancelled_};
};

TEST_F(GateTest, RefusesBeforeTheWindowAndSaysWhenItOpens) {
  clock_.now = kNine;
  const absl::Status refused = gate_.Permit(kNine).status();
  EXPECT_TRUE(HasCode(refused, ErrorCode::kWindowClosed));
  EXPECT_EQ(gate_.next_opening(), kNine + absl::Hours(1));
  EXPECT_NE(std::string(refused.message()).find("2026-11-23 22:00:00 UTC"), std::string::npos) << refused;
}

TEST_F(GateTest, GivesTheClosingTimeLessTheReserveAsDeadline) {
  clock_.now = kNine + absl::Hours(2);
  const auto deadline = gate_.Permit(clock_.now);
  ASSERT_TRUE(deadline.ok()) << deadline.status();
  EXPECT_EQ(*deadline, kNine + absl::Hours(5) - absl::Minutes(5));
}

TEST_F(GateTest, TheReserveBeforeClosingCountsAsClosed) {
  clock_.now = kNine + absl::Hours(5) - absl::Minutes(2);
  EXPECT_TRUE(HasCode(gate_.Permit(clock_.now).status(), ErrorCode::kWindowClosed));
  EXPECT_EQ(gate_.next_opening(), kNine + absl::Hours(25));
}

TEST_F(GateTest, BothClocksMustAgreeThatItIsOpen) {
  clock_.now = kNine + absl::Hours(2);
  EXPECT_TRUE(HasCode(gate_.Permit(kNine).status(), ErrorCode::kWindowClosed))
      << "the database's clock says closed";
  clock_.now = kNine;
  EXPECT_TRUE(HasCode(gate_.Permit(kNine + absl::Hours(2)).status(), ErrorCode::kWindowClosed))
      << "ours does";
}

TEST_F(GateTest, AReplacedPolicyCountsAtTheNextQuestion) {
  clock_.now = kNine;
  policy::AgentConfig open = NightlyFromTen();
  open.targets[0].schedule.rules.clear();
  policy_.Replace(open);
  EXPECT_EQ(*gate_.Permit(kNine), absl::InfiniteFuture());
}

TEST_F(GateTest, ACancelEndsIt) {
  clock_.now = kNine + absl::Hours(2);
  cancelled_.store(true);
  EXPECT_TRUE(HasCode(gate_.Permit(clock_.now).status(), ErrorCode::kCancelled));
}

TEST(OutcomeTest, WaitsForWhatNeedsNoPersonAndFailsOtherwise) {
  const absl::Time now = kNine;
  EXPECT_EQ(RetryAfter(Error(ErrorCode::kWindowClosed, "x"), 1, now, now + absl::Hours(1))->at,
            now + absl::Hours(1));
  EXPECT_EQ(RetryAfter(Error(ErrorCode::kDatabaseUnreachable, "x"), 1, now, std::nullopt)->at,
            now + absl::Seconds(2));
  EXPECT_EQ(RetryAfter(Error(ErrorCode::kDatabaseUnreachable, "x"), 9, now, std::nullopt)->at,
            now + absl::Seconds(30));
  for (const ErrorCode failed :
       {ErrorCode::kStatementFailed, ErrorCode::kLockTimeout, ErrorCode::kBackupDisk, ErrorCode::kVerifyFalse,
        ErrorCode::kCancelled, ErrorCode::kLedgerMismatch}) {
    EXPECT_FALSE(RetryAfter(Error(failed, "x"), 1, now, std::nullopt).has_value()) << CodeName(failed);
  }
}

}  // namespace
}  // namespace ferry::worker
