// What is said of drift, and what it refuses.
#include <unistd.h>

#include "agent/drift/keeper_fixture.h"
#include "gmock/gmock.h"

namespace ferry::drift {
namespace {

using test::StatusIsCode;
using test::StatusText;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class ReportTest : public KeeperTest {
 protected:
  v1::DriftReport Report() {
    absl::StatusOr<v1::DriftReport> report = keeper_->Report(*observe_, State());
    EXPECT_OK(report);
    return report.value_or(v1::DriftReport());
  }
  absl::Status Gate(Accepted accepted = {}) {
    accepted.environment = "prod";
    return keeper_->Gate(*observe_, accepted);
  }
  v1::IgnoredDrift Ignored(const v1::DriftedObject& object, absl::Duration from_now) {
    v1::IgnoredDrift ignored;
    *ignored.mutable_key()->mutable_id() = object.id();
    ignored.mutable_key()->set_actual(object.state());
    *ignored.mutable_until() = rpc::ToProto(clock_.Now() + from_now);
    return ignored;
  }
};

TEST_F(ReportTest, BeforeAnythingIsKnownItSaysSo) {
  EXPECT_EQ(Report().state(), v1::DRIFT_STATE_NOT_KNOWN);
  EXPECT_EQ(Report().note(), "nothing was applied here");
  EXPECT_OK(Gate());
  Apply("1.0.0", {"CREATE TABLE prices (close int)"});
  EXPECT_THAT(Report().note(), HasSubstr("for the first time"));
  EXPECT_THAT(Gate(), StatusIsCode(ErrorCode::kTargetBusy));
}

TEST_F(ReportTest, NamesWhatIsDifferentWithBothStates) {
  AppliedAndSettled();
  EXPECT_EQ(Report().state(), v1::DRIFT_STATE_NONE);
  EXPECT_OK(Gate());
  Hand("ALTER TABLE prices ALTER close TYPE bigint");
  Hand("CREATE INDEX by_hand ON prices (close)");
  const v1::DriftReport report = Report();
  EXPECT_EQ(report.state(), v1::DRIFT_STATE_DRIFTED);
  EXPECT_EQ(report.target_id(), "prod-1");
  EXPECT_EQ(report.expected_root(), State().fingerprint->root);
  EXPECT_NE(report.actual_root(), report.expected_root());
  ASSERT_THAT(report.objects(), SizeIs(2));
  EXPECT_TRUE(report.objects(0).has_expected());
  EXPECT_TRUE(report.objects(0).has_actual());
  EXPECT_EQ(report.objects(0).parent_kind(), "table");
  EXPECT_FALSE(report.objects(1).has_expected());
  ASSERT_OK_AND_ASSIGN(const schema::Object actual, rpc::FromProto(report.objects(1).actual()));
  EXPECT_EQ(report.objects(1).state(), StateOf(&actual));
  EXPECT_EQ(Look().objects(), 2);
}

TEST_F(ReportTest, DriftRefusesAPromotionAndIsNamed) {
  AppliedAndSettled();
  Hand("CREATE INDEX by_hand ON prices (close)");
  const absl::Status refused = Gate();
  EXPECT_THAT(refused, StatusIsCode(ErrorCode::kDrift));
  EXPECT_THAT(refused, StatusText(AllOf(HasSubstr("index public.prices.by_hand"), HasSubstr("unchanged"),
                                        HasSubstr("ferry drift prod"))));
  for (int i = 0; i < 9; ++i) Hand("CREATE TABLE hand_" + std::to_string(i) + " ()");
  EXPECT_THAT(Gate(), StatusText(HasSubstr("and 5 more")));
}

TEST_F(ReportTest, WhatSomebodyLivesWithPassesUntilItChangesOrTheDayHasCome) {
  AppliedAndSettled();
  Hand("CREATE INDEX by_hand ON prices (close)");
  Accepted accepted;
  accepted.ignored = {Ignored(Report().objects(0), absl::Hours(1))};
  EXPECT_OK(Gate(accepted));
  Hand("CREATE TABLE other ()");
  EXPECT_THAT(Gate(accepted), StatusText(AllOf(HasSubstr("table public.other"), Not(HasSubstr("by_hand")))));
  Hand("DROP TABLE other");
  EXPECT_OK(Gate(accepted));
  clock_.Advance(absl::Hours(1));
  EXPECT_THAT(Gate(accepted), StatusIsCode(ErrorCode::kDrift)) << "the day has come";
  accepted.ignored = {Ignored(Report().objects(0), absl::Hours(1))};
  Hand("DROP INDEX by_hand");
  Hand("CREATE INDEX by_hand ON prices (close DESC)");
  EXPECT_THAT(Gate(accepted), StatusIsCode(ErrorCode::kDrift)) << "a further change is another drift";
}

TEST_F(ReportTest, WhatThePromotionDealsWithPasses) {
  AppliedAndSettled();
  Hand("CREATE INDEX by_hand ON prices (close)");
  Accepted accepted;
  accepted.named = {"index public.prices.by_hand"};
  EXPECT_OK(Gate(accepted));
  accepted.named = {"index public.prices.another"};
  EXPECT_THAT(Gate(accepted), StatusIsCode(ErrorCode::kDrift));
}

TEST_F(ReportTest, WithoutTheFileItSaysWhatIsLost) {
  AppliedAndSettled();
  Hand("CREATE INDEX by_hand ON prices (close)");
  ASSERT_EQ(unlink(Path(".pb").c_str()), 0);
  const v1::DriftReport report = Report();
  EXPECT_EQ(report.state(), v1::DRIFT_STATE_DRIFTED);
  EXPECT_THAT(report.objects(), SizeIs(0));
  EXPECT_THAT(report.note(), HasSubstr("lost"));
  EXPECT_THAT(Gate(), StatusText(HasSubstr("lost")));
}

}  // namespace
}  // namespace ferry::drift
