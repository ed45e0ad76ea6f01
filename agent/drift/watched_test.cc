// Drift with a DDL watch in place: who did it, and what of it was ours.
#include "agent/drift/keeper_fixture.h"
#include "gmock/gmock.h"
#include "pg/executor/lock.h"
#include "pg/watch/watch.h"

namespace ferry::drift {
namespace {

using test::StatusText;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class WatchedTest : public KeeperTest {
 protected:
  void SetUp() override {
    KeeperTest::SetUp();
    ASSERT_OK(watch::Install(*hand_, {"ferry_migrate", "ferry_observe"}));
  }
  // Our own changes hold the target's lock, as a run does.
  void Ours(const std::string& version, const std::vector<std::string>& sql) {
    executor::RunContext run;
    run.run_id = "run-1";
    run.target_id = "prod-1";
    run.epoch = 1;
    ASSERT_OK_AND_ASSIGN(const executor::TargetLock lock, executor::TargetLock::Acquire(*migrate_, run));
    Apply(version, sql);
  }
  void Begin() {
    Ours("1.0.0", {"CREATE TABLE prices (close int)"});
    ASSERT_OK(Settle());
    ASSERT_EQ(Look().state(), v1::DRIFT_STATE_NONE);
  }
  v1::DriftReport Report() {
    absl::StatusOr<v1::DriftReport> report = keeper_->Report(*observe_, State());
    EXPECT_OK(report);
    return report.value_or(v1::DriftReport());
  }
  // Without a pause for the digest, which is read once a minute.
  v1::DriftStatus LookSoon() {
    clock_.Advance(absl::Seconds(10));
    return keeper_->Look(*observe_, State(), absl::Seconds(5));
  }
};

TEST_F(WatchedTest, TheCauseIsToldWithTheDrift) {
  Begin();
  EXPECT_TRUE(Look().watched());
  Hand("CREATE TABLE undone ()");
  Hand("DROP TABLE undone");
  Hand("CREATE INDEX by_hand ON prices (close)");
  EXPECT_EQ(LookSoon().state(), v1::DRIFT_STATE_DRIFTED) << "at once";
  const v1::DriftReport report = Report();
  EXPECT_TRUE(report.watched());
  ASSERT_THAT(report.objects(), SizeIs(1));
  ASSERT_THAT(report.objects(0).statement_ids(), SizeIs(1));
  ASSERT_THAT(report.statements(), SizeIs(3)) << "what led to it, and what else was done since";
  const v1::ForeignStatement& cause = report.statements(2);
  EXPECT_EQ(cause.id(), report.objects(0).statement_ids(0));
  EXPECT_EQ(cause.login(), database_.superuser.at("user"));
  EXPECT_EQ(cause.role(), "");
  EXPECT_EQ(cause.application(), "test");
  EXPECT_EQ(cause.tag(), "CREATE INDEX");
  EXPECT_EQ(cause.statement(), "CREATE INDEX by_hand ON prices (close)");
  EXPECT_THAT(keeper_->Gate(*observe_, {}),
              StatusText(AllOf(HasSubstr("by_hand (CREATE INDEX by "), HasSubstr("with test"))));
}

TEST_F(WatchedTest, ACauseOutlivesOurChangesAndRestarts) {
  Begin();
  Hand("CREATE INDEX by_hand ON prices (close)");
  EXPECT_EQ(LookSoon().state(), v1::DRIFT_STATE_DRIFTED);
  Ours("1.1.0", {"CREATE TABLE orders (id int)"});
  Restart();
  ASSERT_OK(Settle());
  const v1::DriftReport report = Report();
  ASSERT_THAT(report.objects(), SizeIs(1));
  EXPECT_THAT(report.objects(0).statement_ids(), SizeIs(1));
}

TEST_F(WatchedTest, WhatOthersDoDuringARunOfOursIsDrift) {
  Begin();
  Hand("CREATE INDEX by_hand ON prices (close)");
  Ours("1.1.0", {"CREATE TABLE orders (id int)"});
  Hand("CREATE TABLE by_hand_too (id int)");
  Restart();
  ASSERT_OK(Settle());
  EXPECT_THAT(Names(Look()), ElementsAre("by_hand_too", "id", "by_hand"));
  const v1::DriftReport report = Report();
  for (const v1::DriftedObject& object : report.objects()) EXPECT_THAT(object.statement_ids(), SizeIs(1));
}

TEST_F(WatchedTest, WhatWasDoneAndUndoneBeforeIsNotHeldAgainstOurChange) {
  Begin();
  Hand("ALTER TABLE prices ADD COLUMN x int");
  Hand("ALTER TABLE prices DROP COLUMN x");
  EXPECT_EQ(LookSoon().state(), v1::DRIFT_STATE_NONE);
  Ours("1.1.0", {"ALTER TABLE prices ADD COLUMN open int"});
  ASSERT_OK(Settle());
  EXPECT_EQ(Look().state(), v1::DRIFT_STATE_NONE);
}

TEST_F(WatchedTest, WhatAMigrationNamesIsTakenAsItIs) {
  Begin();
  Hand("CREATE INDEX by_hand ON prices (close)");
  Hand("CREATE TABLE other ()");
  EXPECT_THAT(LookSoon().keys(), SizeIs(2));
  Ours("1.1.0", {"CREATE INDEX IF NOT EXISTS by_hand ON prices (close)"});
  std::vector<std::string> asked;
  ASSERT_OK(keeper_->Settle(*migrate_, *observe_,
                            [&asked](const std::vector<ledger::AppliedVersion>& applied)
                                -> absl::StatusOr<std::vector<std::string>> {
                              for (const ledger::AppliedVersion& version : applied)
                                asked.push_back(version.version);
                              return std::vector<std::string>{"index public.prices.by_hand"};
                            }));
  EXPECT_THAT(asked, ElementsAre("1.1.0"));
  EXPECT_THAT(Names(Look()), ElementsAre("other")) << "the one is adopted, the other is not";
}

TEST_F(WatchedTest, WithoutTheWatchItIsSaidAndDriftIsStillFound) {
  Begin();
  ASSERT_OK(watch::Remove(*hand_));
  Hand("CREATE INDEX by_hand ON prices (close)");
  const v1::DriftStatus status = LookSoon();
  EXPECT_EQ(status.state(), v1::DRIFT_STATE_DRIFTED);
  EXPECT_FALSE(status.watched());
}

TEST_F(WatchedTest, WhatTheWatchMissesIsFoundByTheMinute) {
  Begin();
  Hand("ALTER EVENT TRIGGER ferry_watch_ddl DISABLE");
  Hand("CREATE INDEX by_hand ON prices (close)");
  Hand("ALTER EVENT TRIGGER ferry_watch_ddl ENABLE ALWAYS");
  EXPECT_EQ(LookSoon().state(), v1::DRIFT_STATE_NONE);
  clock_.Advance(absl::Minutes(1));
  EXPECT_EQ(LookSoon().state(), v1::DRIFT_STATE_DRIFTED);
}

}  // namespace
}  // namespace ferry::drift
