// Statements that cannot run in a transaction, and what they leave behind when they are interrupted.
#include "pg/executor/executor_fixture.h"
#include "pg/executor/verify.h"
#include "tests/support/wait.h"

namespace ferry::executor {
namespace {

using test::StatusIsCode;
using test::StatusText;
using ::testing::HasSubstr;

class StandaloneTest : public ExecutorTest {
 protected:
  void SetUp() override {
    ExecutorTest::SetUp();
    Run(*migrate_, "CREATE TABLE public.t (id int)");
    Run(*migrate_, "INSERT INTO public.t VALUES (1), (2)");
  }

  std::string Validity(const std::string& index) {
    return Cell(*setup_, absl::StrCat("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('",
                                      index, "')"));
  }
  // As a failed build leaves it.
  void LeaveInvalid(bool with_intent) {
    Run(*migrate_, "INSERT INTO public.t VALUES (1)");
    EXPECT_FALSE(migrate_->Query("CREATE UNIQUE INDEX CONCURRENTLY t_i ON public.t (id)").ok());
    Run(*migrate_, "DELETE FROM public.t WHERE ctid = (SELECT max(ctid) FROM public.t WHERE id = 1)");
    ASSERT_EQ(Validity("public.t_i"), "f");
    if (with_intent) RecordIntent();
  }
  void RecordIntent() { Intend(unique_); }
  // Its first segment was begun, by a run that did not get further.
  void Intend(const migration::Migration& m) {
    ledger::Event event = SomeEvent("1.0.0");
    event.checksum = m.up[0].checksum;
    ASSERT_OK(ledger::RecordIntent(*migrate_, SomeAuthor(), event));
  }

  const migration::Migration unique_ =
      Make("1.0.0",
           "-- ferry:up\nCREATE UNIQUE INDEX CONCURRENTLY t_i ON t (id);\n-- ferry:down\nDROP INDEX t_i;\n");
};

TEST_F(StandaloneTest, BuildsAnIndexBetweenAnIntentAndItsRecord) {
  ASSERT_OK_AND_ASSIGN(const ApplyResult result, Apply(unique_));
  EXPECT_EQ(result.segments_run, 1);
  EXPECT_EQ(Validity("public.t_i"), "t");
  EXPECT_EQ(Kinds(), "intent 0, segment 0, applied");
  EXPECT_EQ(Cell(*migrate_, "SELECT current_setting('search_path') || current_setting('lock_timeout')"),
            "5s");
  EXPECT_OK(CheckNothingInvalid(*migrate_, result.touched));
}

TEST_F(StandaloneTest, AFailedBuildLeavesNoInvalidIndexAndCanBeRepeated) {
  Run(*migrate_, "INSERT INTO public.t VALUES (1)");
  const absl::StatusOr<ApplyResult> failed = Apply(unique_);
  EXPECT_EQ(DetailOf(failed.status()).sqlstate, "23505");
  EXPECT_EQ(DetailOf(failed.status()).line, 8);
  EXPECT_FALSE(Exists("public.t_i"));
  EXPECT_EQ(Kinds(), "intent 0");
  Run(*migrate_, "DELETE FROM public.t");
  EXPECT_OK(Apply(unique_));
  EXPECT_EQ(Kinds(), "intent 0, segment 0, applied");
}

TEST_F(StandaloneTest, AnInvalidLeftoverOfOursIsDroppedAndBuiltAgain) {
  LeaveInvalid(true);
  EXPECT_OK(Apply(unique_));
  EXPECT_EQ(Validity("public.t_i"), "t");
}

TEST_F(StandaloneTest, AnInvalidIndexThatIsNotOursIsNotTouched) {
  LeaveInvalid(false);
  EXPECT_THAT(Apply(unique_), StatusIsCode(ErrorCode::kInvalidIndex));
  EXPECT_EQ(Validity("public.t_i"), "f");
  EXPECT_EQ(Kinds(), "");
  EXPECT_THAT(CheckNothingInvalid(*migrate_, {{"public", "t"}}), StatusIsCode(ErrorCode::kInvalidLeftover));
  EXPECT_THAT(CheckNothingInvalid(*migrate_, {{"public", "t"}}), StatusText(HasSubstr("public.t_i")));
}

TEST_F(StandaloneTest, IfNotExistsOverAnInvalidIndexIsNoSuccess) {
  LeaveInvalid(false);
  const migration::Migration m =
      Make("1.0.0", "-- ferry:up\nCREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS t_i ON t (id);\n");
  EXPECT_THAT(Apply(m), StatusIsCode(ErrorCode::kInvalidIndex));
  EXPECT_EQ(Applied(), "");
}

TEST_F(StandaloneTest, ABuildThatTheServerFinishedAfterWeDiedIsRecorded) {
  RecordIntent();
  Run(*migrate_, "CREATE UNIQUE INDEX t_i ON public.t (id)");
  EXPECT_OK(Apply(unique_));
  EXPECT_EQ(Kinds(), "intent 0, segment 0, applied");
}

TEST_F(StandaloneTest, AnIntentOfAnotherStatementIsRefused) {
  RecordIntent();
  const migration::Migration edited =
      Make("1.0.0", "-- ferry:up\nCREATE INDEX CONCURRENTLY t_i ON t (id);\n");
  EXPECT_THAT(Apply(edited), StatusIsCode(ErrorCode::kLedgerMismatch));
  EXPECT_FALSE(Exists("public.t_i"));
}

TEST_F(StandaloneTest, AnIndexOfThatNameWithAnotherShapeIsLeftToAPerson) {
  RecordIntent();
  for (const char* const other :
       {"CREATE INDEX t_i ON public.t (id)", "CREATE UNIQUE INDEX t_i ON public.t (id DESC)",
        "CREATE UNIQUE INDEX t_i ON public.t (id) WHERE id > 0",
        "CREATE UNIQUE INDEX t_i ON public.t ((id + 1))",
        "CREATE UNIQUE INDEX t_i ON public.t (id) WITH (fillfactor = 50)"}) {
    Run(*migrate_, other);
    const absl::StatusOr<ApplyResult> result = Apply(unique_);
    EXPECT_THAT(result, StatusIsCode(ErrorCode::kConflictingObject)) << other;
    EXPECT_THAT(result, StatusText(HasSubstr("index public.t_i is there"))) << other;
    Run(*migrate_, "DROP INDEX public.t_i");
  }
}

TEST_F(StandaloneTest, IfNotExistsOverAnIndexOfAnotherShapeIsNoSuccess) {
  Run(*migrate_, "CREATE INDEX t_i ON public.t (id)");
  const migration::Migration m =
      Make("1.0.0", "-- ferry:up\nCREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS t_i ON t (id);\n");
  EXPECT_THAT(Apply(m),
              StatusText(HasSubstr("exists already and is not the one that the migration describes")));
}

TEST_F(StandaloneTest, WhatAnIndexIsDoesNotDependOnColumnsThatAreGone) {
  Run(*migrate_, "ALTER TABLE public.t DROP COLUMN id, ADD COLUMN id int, ADD COLUMN n text");
  RecordIntent();
  Run(*migrate_, "CREATE UNIQUE INDEX t_i ON public.t (id)");
  EXPECT_OK(Apply(unique_));
}

// Opens a transaction as soon as the statement is sent, so that the build waits for it.
class LateReader {
 public:
  explicit LateReader(std::unique_ptr<pg::Session> session) : session_(std::move(session)) {}
  void operator()(const Progress& progress) {
    if (progress.phase != "running" || session_->in_transaction()) return;
    ASSERT_OK(session_->Begin());
    ASSERT_OK(session_->Query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ").status());
    ASSERT_OK(session_->Query("SELECT count(*) FROM public.t").status());
  }
  void End() { session_->Rollback(); }

 private:
  std::unique_ptr<pg::Session> session_;
};

TEST_F(StandaloneTest, ABuildThatWaitsForAnOldSnapshotIsCleanedUpAtTheDeadline) {
  LateReader reader(Connect(database_.migrate));
  gate_.permit = [](absl::Time now) { return now + absl::Milliseconds(400); };
  limits_.cleanup = absl::Milliseconds(300);
  sink_ = [&reader](const Progress& progress) { reader(progress); };
  const absl::StatusOr<ApplyResult> result = Apply(unique_);
  EXPECT_THAT(result, StatusIsCode(ErrorCode::kDeadlineExceeded));
  EXPECT_THAT(result, StatusText(HasSubstr("an INVALID index public.t_i is left")));
  sink_ = nullptr;
  reader.End();
  gate_.permit = nullptr;
  EXPECT_OK(Apply(unique_, SomeRun("run-2")));
  EXPECT_EQ(Validity("public.t_i"), "t");
}

TEST_F(StandaloneTest, OldTransactionsAreWaitedForBeforeTheBuildAndNamed) {
  const std::unique_ptr<pg::Session> reader = Connect(database_.migrate, "report_job");
  ASSERT_OK(reader->Begin());
  Run(*reader, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
  Run(*reader, "SELECT count(*) FROM public.t");
  ASSERT_TRUE(test::WaitUntil([&] {
    return Cell(*migrate_,
                "SELECT clock_timestamp() - min(xact_start) > '1 second' FROM pg_stat_activity WHERE "
                "application_name = 'report_job'") == "t";
  }));
  limits_.snapshot_wait = absl::ZeroDuration();
  const absl::StatusOr<ApplyResult> refused = Apply(unique_);
  EXPECT_THAT(refused, StatusIsCode(ErrorCode::kOldSnapshot));
  EXPECT_THAT(refused, StatusText(HasSubstr("(report_job), idle in transaction")));
  EXPECT_EQ(Kinds(), "") << "nothing was begun";
  EXPECT_FALSE(Exists("public.t_i"));
  limits_.snapshot_wait = absl::Minutes(1);
  std::string seen;
  sink_ = [&](const Progress& progress) {
    if (progress.phase != "waiting for older transactions") return;
    seen = progress.blocked_by;
    reader->Rollback();
  };
  EXPECT_OK(Apply(unique_));
  EXPECT_THAT(seen, HasSubstr("report_job"));
}

TEST_F(StandaloneTest, DropsAnIndexAndFinishesADropThatWasInterrupted) {
  const migration::Migration m = Make("1.0.0", "-- ferry:up\nDROP INDEX CONCURRENTLY t_i;\n");
  const absl::StatusOr<ApplyResult> missing = Apply(m);
  EXPECT_EQ(DetailOf(missing.status()).sqlstate, "42704");
  Run(*migrate_, "CREATE INDEX t_i ON public.t (id)");
  EXPECT_OK(Apply(m));
  EXPECT_FALSE(Exists("public.t_i"));
}

TEST_F(StandaloneTest, WhatCannotBeResumedIsRefusedBeforeAnythingRuns) {
  for (const char* const sql : {"CREATE DATABASE d", "CREATE INDEX CONCURRENTLY ON t (id)", "CLUSTER"}) {
    const absl::StatusOr<ApplyResult> result =
        Apply(Make("1.0.0", absl::StrCat("-- ferry:up\nCREATE TABLE made ();\n", sql, ";\n")));
    EXPECT_THAT(result, StatusIsCode(ErrorCode::kNonTransactional)) << sql;
    EXPECT_EQ(DetailOf(result.status()).line, 9);
    EXPECT_FALSE(Exists("public.made"));
  }
}

TEST_F(StandaloneTest, AVacuumRunsAndRunsAgainAfterADeath) {
  const migration::Migration m = Make("1.0.0", "-- ferry:up\nVACUUM (ANALYZE) t;\n");
  Intend(m);
  EXPECT_OK(Apply(m));
  EXPECT_EQ(Kinds(), "intent 0, segment 0, applied");
  EXPECT_EQ(Cell(*setup_, "SELECT reltuples FROM pg_class WHERE relname = 't'"), "2");
}

TEST_F(StandaloneTest, AReindexThatWasInterruptedSweepsWhatItLeftAndNothingElse) {
  Run(*migrate_, "CREATE INDEX t_i ON public.t (id)");
  Run(*migrate_, "CREATE TABLE public.other (id int)");
  for (const char* const sql :
       {"CREATE INDEX t_i_ccnew ON public.t (id)", "CREATE INDEX t_i_ccold1 ON public.t (id)",
        "CREATE INDEX t_i_ccnew_mine ON public.t (id)", "CREATE INDEX t_i_ccnew2 ON public.other (id)"}) {
    Run(*migrate_, sql);
  }
  const std::unique_ptr<pg::Session> superuser = Connect(database_.superuser);
  Run(*superuser, "UPDATE pg_index SET indisvalid = false WHERE indexrelid::regclass::text LIKE '%cc%'");
  const migration::Migration m = Make("1.0.0", "-- ferry:up\nREINDEX INDEX CONCURRENTLY t_i;\n");
  Intend(m);
  EXPECT_OK(Apply(m));
  EXPECT_EQ(
      Cell(*setup_, "SELECT string_agg(relname, ',' ORDER BY relname) FROM pg_class WHERE relname ~ '^t_i'"),
      "t_i,t_i_ccnew2,t_i_ccnew_mine");
}

TEST_F(StandaloneTest, AReindexThatNobodyInterruptedSweepsNothing) {
  Run(*migrate_, "CREATE INDEX t_i ON public.t (id)");
  Run(*migrate_, "CREATE INDEX t_i_ccnew ON public.t (id)");
  const std::unique_ptr<pg::Session> superuser = Connect(database_.superuser);
  Run(*superuser, "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'public.t_i_ccnew'::regclass");
  const absl::StatusOr<ApplyResult> done =
      Apply(Make("1.0.0", "-- ferry:up\nREINDEX INDEX CONCURRENTLY t_i;\n"));
  EXPECT_TRUE(Exists("public.t_i_ccnew")) << done.status();
}

class DetachTest : public StandaloneTest {
 protected:
  void SetUp() override {
    StandaloneTest::SetUp();
    Run(*migrate_, "CREATE TABLE public.p (id int) PARTITION BY RANGE (id)");
    Run(*migrate_, "CREATE TABLE public.p1 PARTITION OF public.p FOR VALUES FROM (0) TO (10)");
  }
  bool Attached() {
    return Cell(*setup_, "SELECT count(*) FROM pg_inherits WHERE inhrelid = 'public.p1'::regclass") == "1";
  }
  // As a server leaves it whose backend ended between the two transactions of a detach.
  void LeavePending() {
    const std::unique_ptr<pg::Session> superuser = Connect(database_.superuser);
    Run(*superuser, "UPDATE pg_inherits SET inhdetachpending = true WHERE inhrelid = 'public.p1'::regclass");
  }
  const migration::Migration detach_ =
      Make("1.0.0", "-- ferry:up\nALTER TABLE p DETACH PARTITION p1 CONCURRENTLY;\n");
};

TEST_F(DetachTest, APartitionIsDetached) {
  EXPECT_OK(Apply(detach_));
  EXPECT_FALSE(Attached());
  EXPECT_EQ(Kinds(), "intent 0, segment 0, applied");
}

TEST_F(DetachTest, ADetachThatWasInterruptedIsFinalized) {
  Intend(detach_);
  LeavePending();
  EXPECT_OK(Apply(detach_));
  EXPECT_FALSE(Attached());
}

TEST_F(DetachTest, OneThatTheServerFinishedIsRecorded) {
  Intend(detach_);
  Run(*migrate_, "ALTER TABLE public.p DETACH PARTITION public.p1");
  EXPECT_OK(Apply(detach_));
  EXPECT_EQ(Kinds(), "intent 0, segment 0, applied");
}

TEST_F(DetachTest, AnInterruptedDetachOfSomebodyElseIsNotFinished) {
  LeavePending();
  EXPECT_THAT(Apply(detach_), StatusIsCode(ErrorCode::kInvalidIndex));
  EXPECT_TRUE(Attached());
}

}  // namespace
}  // namespace ferry::executor
