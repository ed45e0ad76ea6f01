// Going back.
#include "pg/executor/executor_fixture.h"

namespace ferry::executor {
namespace {

using test::StatusIsCode;

class RollBackTest : public ExecutorTest {
 protected:
  const migration::Migration simple_ =
      Make("1.0.0", "-- ferry:up\nCREATE TABLE t ();\n-- ferry:down\nDROP TABLE t;\n");
};

TEST_F(RollBackTest, RunsDownAndForgetsTheVersionInTheSameTransaction) {
  ASSERT_OK(Apply(simple_));
  ASSERT_OK_AND_ASSIGN(const ApplyResult result, RollBack(simple_));
  EXPECT_EQ(result.segments_run, 1);
  EXPECT_FALSE(Exists("public.t"));
  EXPECT_EQ(Applied(), "");
  EXPECT_EQ(Kinds(), "segment 0, applied, segment 0, rolled_back");
}

TEST_F(RollBackTest, ApplyingAndRollingBackCanGoOnForEver) {
  for (int round = 0; round < 3; ++round) {
    ASSERT_OK_AND_ASSIGN(const ApplyResult up, Apply(simple_));
    EXPECT_EQ(up.segments_run, 1);
    ASSERT_OK_AND_ASSIGN(const ApplyResult down, RollBack(simple_));
    EXPECT_EQ(down.segments_run, 1);
  }
  EXPECT_OK(ledger::VerifyChain(*setup_));
}

TEST_F(RollBackTest, NothingThereIsNothingToDo) {
  ASSERT_OK_AND_ASSIGN(const ApplyResult result, RollBack(simple_));
  EXPECT_EQ(result.segments_run, 0);
  EXPECT_EQ(Kinds(), "");
}

TEST_F(RollBackTest, AnIrreversibleMigrationIsRefused) {
  const migration::Migration m = Make("1.0.0", "-- ferry:up\nCREATE TABLE t ();\n");
  ASSERT_OK(Apply(m));
  EXPECT_THAT(RollBack(m), StatusIsCode(ErrorCode::kIrreversible));
  EXPECT_TRUE(Exists("public.t"));
}

TEST_F(RollBackTest, AFailingDownLeavesTheVersionApplied) {
  const migration::Migration m =
      Make("1.0.0", "-- ferry:up\nCREATE TABLE t ();\n-- ferry:down\nDROP TABLE t;\nDROP TABLE nosuch;\n");
  ASSERT_OK(Apply(m));
  const absl::StatusOr<ApplyResult> result = RollBack(m);
  EXPECT_THAT(result, StatusIsCode(ErrorCode::kStatementFailed));
  EXPECT_EQ(DetailOf(result.status()).target_state, "unchanged: 1.0.0 is as it was before the rollback");
  EXPECT_TRUE(Exists("public.t"));
  EXPECT_EQ(Applied(), "1.0.0");
}

TEST_F(RollBackTest, AMigrationThatStoppedHalfWayCanBeRolledBackAndAppliedAgain) {
  const migration::Migration m =
      Make("1.0.0",
           "-- ferry:up\nCREATE TABLE t (id int PRIMARY KEY, v int);\n"
           "-- ferry:backfill table=t batch=5\nUPDATE t SET v = 1 WHERE v IS NULL;\n"
           "-- ferry:up\nINSERT INTO needed VALUES (1);\n-- ferry:down\nDROP TABLE t;\n");
  EXPECT_THAT(Apply(m), StatusIsCode(ErrorCode::kStatementFailed));
  ASSERT_OK(RollBack(m));
  EXPECT_FALSE(Exists("public.t"));
  Run(*migrate_, "CREATE TABLE public.needed (id int)");
  ASSERT_OK_AND_ASSIGN(const ApplyResult result, Apply(m));
  EXPECT_EQ(result.segments_run, 3);
  EXPECT_EQ(Applied(), "1.0.0");
}

TEST_F(RollBackTest, ARollbackThatStoppedHalfWayIsFinishedBeforeAnythingElse) {
  const migration::Migration m =
      Make("1.0.0",
           "-- ferry:up\nCREATE TABLE t (id int);\nCREATE INDEX t_i ON t (id);\n"
           "-- ferry:down\nDROP INDEX CONCURRENTLY t_i;\nDROP TABLE t;\nDROP TABLE u;\n");
  ASSERT_OK(Apply(m));
  EXPECT_THAT(RollBack(m), StatusIsCode(ErrorCode::kStatementFailed));
  EXPECT_FALSE(Exists("public.t_i"));
  EXPECT_TRUE(Exists("public.t"));
  EXPECT_THAT(Apply(m), StatusIsCode(ErrorCode::kLedgerMismatch));
  Run(*migrate_, "CREATE TABLE public.u ()");
  ASSERT_OK_AND_ASSIGN(const ApplyResult result, RollBack(m));
  EXPECT_EQ(result.segments_skipped, 1);
  EXPECT_EQ(Applied(), "");
  EXPECT_OK(Apply(m));
}

}  // namespace
}  // namespace ferry::executor
