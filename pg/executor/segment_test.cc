// Transactional segments: together with their ledger row, or not at all.
#include <thread>

#include "pg/executor/executor_fixture.h"

namespace ferry::executor {
namespace {

using test::StatusIsCode;
using test::StatusText;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;

class SegmentTest : public ExecutorTest {};

TEST_F(SegmentTest, AppliesAMigrationAndRecordsItInTheSameTransaction) {
  const migration::Migration m =
      Make("1.0.0", "-- ferry:up\nCREATE TABLE t (id int PRIMARY KEY);\nCREATE INDEX t_i ON t (id);\n");
  ASSERT_OK_AND_ASSIGN(const ApplyResult result, Apply(m));
  EXPECT_EQ(result.version, "1.0.0");
  EXPECT_EQ(result.segments_run, 1);
  EXPECT_THAT(result.touched, ElementsAre(sql::TableName{"public", "t"}));
  EXPECT_EQ(Kinds(), "segment 0, applied");
  EXPECT_EQ(Applied(), "1.0.0");
  EXPECT_EQ(Cell(*setup_, "SELECT count(DISTINCT xid) FROM ferry.event"), "1");
  EXPECT_EQ(Cell(*setup_,
                 "SELECT (SELECT xmin::text FROM pg_class WHERE relname = 't') = (SELECT xid::text FROM"
                 " ferry.event LIMIT 1)"),
            "t");
  EXPECT_EQ(Cell(*setup_, "SELECT checksum FROM ferry.schema_version"), m.checksum);
  EXPECT_FALSE(migrate_->in_transaction());
  EXPECT_EQ(Cell(*migrate_, "SHOW search_path"), "");
}

TEST_F(SegmentTest, RunningItAgainInAnotherRunDoesNothing) {
  const migration::Migration m =
      Make("1.0.0", "-- ferry:up\nCREATE TABLE t ();\nINSERT INTO t DEFAULT VALUES;\n");
  ASSERT_OK(Apply(m));
  ASSERT_OK_AND_ASSIGN(const ApplyResult again, Apply(m, SomeRun("run-2")));
  EXPECT_EQ(again.segments_run, 0);
  EXPECT_EQ(again.segments_skipped, 1);
  EXPECT_EQ(Cell(*setup_, "SELECT count(*) FROM ferry.event"), "2");
}

TEST_F(SegmentTest, AFailingStatementLeavesNothingAndSaysWhere) {
  const migration::Migration m =
      Make("1.0.0", "-- ferry:up\nCREATE TABLE t (id int);\n\nALTER TABLE t\n  ADD COLUMN x nosuchtype;\n");
  const absl::StatusOr<ApplyResult> result = Apply(m);
  EXPECT_THAT(result, StatusIsCode(ErrorCode::kStatementFailed));
  const ErrorDetail detail = DetailOf(result.status());
  EXPECT_EQ(detail.file, "1.0.0_thing.sql");
  EXPECT_EQ(detail.line, 11);
  EXPECT_EQ(detail.column, 16);
  EXPECT_EQ(detail.sqlstate, "42704");
  EXPECT_THAT(detail.statement, HasSubstr("nosuchtype"));
  EXPECT_EQ(detail.target_state, "rolled back: nothing of 1.0.0 remains");
  EXPECT_FALSE(Exists("public.t"));
  EXPECT_EQ(Kinds(), "");
  EXPECT_FALSE(migrate_->in_transaction());
}

TEST_F(SegmentTest, AnErrorInTheStatementsFirstLineCountsFromItsColumn) {
  const absl::StatusOr<ApplyResult> result = Apply(Make("1.0.0", "-- ferry:up\n  SELECT nosuch();\n"));
  EXPECT_EQ(DetailOf(result.status()).line, 8);
  EXPECT_EQ(DetailOf(result.status()).column, 10);
}

TEST_F(SegmentTest, ALaterSegmentsFailureKeepsTheEarlierOnesAndTheNextRunGoesOnThere) {
  const std::string first =
      "-- ferry:up\nCREATE TABLE t (id int PRIMARY KEY, v int);\nINSERT INTO t VALUES (1);\n";
  const std::string backfill = "-- ferry:backfill table=t batch=10\nUPDATE t SET v = 1 WHERE v IS NULL;\n";
  const std::string good = "-- ferry:up\nINSERT INTO needed VALUES (1);\n";
  const migration::Migration m = Make("1.0.0", first + backfill + good);
  const absl::StatusOr<ApplyResult> failed = Apply(m);
  EXPECT_THAT(failed, StatusIsCode(ErrorCode::kStatementFailed));
  EXPECT_EQ(DetailOf(failed.status()).target_state,
            "segments 0..1 of 1.0.0 are applied and recorded; it goes on at segment 2");
  EXPECT_EQ(Applied(), "");
  Run(*migrate_, "CREATE TABLE public.needed (id int)");
  ASSERT_OK_AND_ASSIGN(const ApplyResult result, Apply(m, SomeRun("run-2")));
  EXPECT_EQ(result.segments_skipped, 2);
  EXPECT_EQ(result.segments_run, 1);
  EXPECT_EQ(Applied(), "1.0.0");
  EXPECT_EQ(Cell(*setup_, "SELECT count(*) FROM ferry.event WHERE kind = 'segment'"), "3");
}

TEST_F(SegmentTest, APlanThatDiffersFromWhatWasBegunIsRefused) {
  const std::string first = "-- ferry:up\nCREATE TABLE t (id int PRIMARY KEY, v int);\n";
  const std::string rest = "-- ferry:backfill table=t batch=10\nUPDATE t SET w = 1 WHERE w IS NULL;\n";
  EXPECT_THAT(Apply(Make("1.0.0", first + rest)), StatusIsCode(ErrorCode::kStatementFailed));
  const std::string edited = "-- ferry:up\nCREATE TABLE t (id int PRIMARY KEY, v int, w int);\n";
  EXPECT_THAT(Apply(Make("1.0.0", edited + rest)), StatusIsCode(ErrorCode::kLedgerMismatch));
}

TEST_F(SegmentTest, AnAppliedMigrationWithOtherContentIsRefused) {
  ASSERT_OK(Apply(Make("1.0.0", "-- ferry:up\nCREATE TABLE t ();\n")));
  const absl::StatusOr<ApplyResult> edited = Apply(Make("1.0.0", "-- ferry:up\nCREATE TABLE u ();\n"));
  EXPECT_THAT(edited, StatusIsCode(ErrorCode::kLedgerMismatch));
  EXPECT_FALSE(Exists("public.u"));
}

TEST_F(SegmentTest, AProcedureThatCommitsIsRefused) {
  Run(*migrate_, "CREATE PROCEDURE public.sly() LANGUAGE plpgsql AS 'BEGIN COMMIT; END'");
  const absl::StatusOr<ApplyResult> called =
      Apply(Make("1.0.0", "-- ferry:up\nCREATE TABLE t ();\nCALL sly();\n"));
  EXPECT_EQ(DetailOf(called.status()).sqlstate, "2D000");
  const absl::StatusOr<ApplyResult> inline_block =
      Apply(Make("1.0.0", "-- ferry:up\nCREATE TABLE t ();\nDO $$ BEGIN COMMIT; END $$;\n"));
  EXPECT_EQ(DetailOf(inline_block.status()).sqlstate, "2D000");
  EXPECT_FALSE(Exists("public.t"));
  EXPECT_EQ(Kinds(), "");
}

TEST_F(SegmentTest, AStatementThatEndsOurTransactionIsNoticedEvenIfTheParserLetItPass) {
  for (const char* const sly : {"COMMIT", "COMMIT AND CHAIN"}) {
    migration::Migration m = Make("1.0.0", "-- ferry:up\nCREATE TABLE t ();\nSELECT 1;\n");
    m.up[0].statements[1].text = sly;
    m.up[0].statements[1].kind = sql::Kind::kUnclassified;
    const absl::StatusOr<ApplyResult> result = Apply(m);
    EXPECT_THAT(result, StatusIsCode(ErrorCode::kEmbeddedTransaction)) << sly;
    EXPECT_THAT(DetailOf(result.status()).target_state, HasSubstr("not in the ledger"));
    EXPECT_EQ(Kinds(), "");
    EXPECT_FALSE(migrate_->in_transaction());
    Run(*migrate_, "DROP TABLE public.t");
  }
}

TEST_F(SegmentTest, RunsUnderTheMetadatasSearchPathAndRoleAndRecordsAsTheLogin) {
  const std::unique_ptr<pg::Session> superuser = Connect(database_.superuser);
  superuser->Query("CREATE ROLE executor_owner NOLOGIN").IgnoreError();
  Run(*superuser, "GRANT executor_owner TO ferry_migrate");
  Run(*superuser, "CREATE SCHEMA app AUTHORIZATION executor_owner");
  ASSERT_OK(Apply(Make("1.0.0", "-- ferry:up\nCREATE TABLE t ();\n",
                       "-- role: executor_owner\n-- search_path: app, public\n")));
  EXPECT_EQ(
      Cell(*setup_,
           "SELECT relowner::regrole || ' ' || relnamespace::regnamespace FROM pg_class WHERE relname = 't'"),
      "executor_owner app");
  EXPECT_EQ(Cell(*setup_, "SELECT DISTINCT login FROM ferry.event"), "ferry_migrate");
  EXPECT_EQ(Cell(*migrate_, "SELECT current_user"), "ferry_migrate");
}

TEST_F(SegmentTest, ADeferredConstraintThatFailsAtCommitIsNoSuccess) {
  const absl::StatusOr<ApplyResult> result = Apply(Make(
      "1.0.0",
      "-- ferry:up\nCREATE TABLE p (id int PRIMARY KEY);\n"
      "CREATE TABLE c (id int REFERENCES p DEFERRABLE INITIALLY DEFERRED);\nINSERT INTO c VALUES (1);\n"));
  EXPECT_THAT(result, StatusIsCode(ErrorCode::kStatementFailed));
  EXPECT_EQ(DetailOf(result.status()).sqlstate, "23503");
  EXPECT_FALSE(Exists("public.p"));
}

TEST_F(SegmentTest, AStaleEpochIsRefusedAtCommit) {
  ASSERT_OK(ledger::RaiseFence(*migrate_, 9));
  const absl::StatusOr<ApplyResult> result = Apply(Make("1.0.0", "-- ferry:up\nCREATE TABLE t ();\n"));
  EXPECT_THAT(result, StatusIsCode(ErrorCode::kGuardRefused));
  EXPECT_THAT(result, StatusText(HasSubstr("nothing of 1.0.0 remains")));
  EXPECT_FALSE(Exists("public.t"));
}

TEST_F(SegmentTest, TheGateStopsItBeforeAnythingRuns) {
  gate_.permit = [](absl::Time) -> absl::StatusOr<absl::Time> {
    return Error(ErrorCode::kWindowClosed, "closed");
  };
  const absl::StatusOr<ApplyResult> result = Apply(Make("1.0.0", "-- ferry:up\nCREATE TABLE t ();\n"));
  EXPECT_THAT(result, StatusIsCode(ErrorCode::kWindowClosed));
  EXPECT_FALSE(Exists("public.t"));
}

TEST_F(SegmentTest, AStatementIsCancelledAtTheDeadline) {
  gate_.permit = [](absl::Time now) { return now + absl::Milliseconds(300); };
  const absl::StatusOr<ApplyResult> result =
      Apply(Make("1.0.0", "-- ferry:up\nCREATE TABLE t ();\nSELECT pg_sleep(0.1);\nSELECT pg_sleep(30);\n"));
  EXPECT_THAT(result, StatusIsCode(ErrorCode::kDeadlineExceeded));
  EXPECT_EQ(DetailOf(result.status()).line, 10);
  EXPECT_FALSE(Exists("public.t"));
}

TEST_F(SegmentTest, ACancelByAnybodyElseIsNoDeadline) {
  const pg::Canceller canceller = migrate_->canceller();
  const std::unique_ptr<pg::Session> other = Connect(database_.migrate);
  std::thread watcher([&] {
    test::WaitUntil([&] {
      const absl::StatusOr<pg::Rows> rows =
          other->Query("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'");
      return rows.ok() && rows->at(0, 0) == "1";
    });
    canceller.Cancel().IgnoreError();
  });
  const absl::StatusOr<ApplyResult> result = Apply(Make("1.0.0", "-- ferry:up\nSELECT pg_sleep(29);\n"));
  watcher.join();
  EXPECT_THAT(result, StatusIsCode(ErrorCode::kCancelled));
}

TEST_F(SegmentTest, ACommitAfterTheDeadlineIsRefusedEvenIfTheMigrationMadeConstraintsImmediate) {
  gate_.permit = [](absl::Time now) { return now + absl::Milliseconds(300); };
  RunContext run = SomeRun();
  run.before_commit = [this](const CommitIntent&) {
    const absl::Time started = Now(*setup_);
    test::WaitUntil([&] { return Now(*setup_) > started + absl::Milliseconds(400); });
    return absl::OkStatus();
  };
  for (const char* const statement : {"SELECT 1", "DO $$ BEGIN SET CONSTRAINTS ALL IMMEDIATE; END $$"}) {
    EXPECT_THAT(
        Apply(Make("1.0.0", absl::StrCat("-- ferry:up\nCREATE TABLE t ();\n", statement, ";\n")), run),
        StatusIsCode(ErrorCode::kGuardRefused));
    EXPECT_FALSE(Exists("public.t"));
    EXPECT_EQ(Kinds(), "");
  }
}

TEST_F(SegmentTest, ReportsEachStatement) {
  ASSERT_OK(Apply(Make("1.0.0", "-- ferry:up\nCREATE TABLE t\n  (id int);\nSELECT 1;\n")));
  EXPECT_THAT(progress_, ElementsAre(AllOf(Field(&Progress::phase, "running"), Field(&Progress::segments, 1),
                                           Field(&Progress::statement, "CREATE TABLE t (id int)")),
                                     Field(&Progress::statement, "SELECT 1")));
}

}  // namespace
}  // namespace ferry::executor
