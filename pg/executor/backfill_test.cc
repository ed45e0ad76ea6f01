// Backfills: batches with checkpoints, resuming, and ending when the statement does not.
#include <thread>

#include "pg/executor/executor_fixture.h"
#include "tests/support/wait.h"

namespace ferry::executor {
namespace {

using test::StatusIsCode;
using test::StatusText;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr char kFill[] =
    "-- ferry:backfill table=t batch=10\nUPDATE t SET b = a WHERE b IS NULL AND a IS NOT NULL;\n";

class BackfillTest : public ExecutorTest {
 protected:
  void SetUp() override {
    ExecutorTest::SetUp();
    limits_.batch_time = absl::InfiniteDuration();  // batches of exactly ten rows
    Run(*migrate_, "CREATE TABLE public.t (id int PRIMARY KEY, a int, b int)");
    Run(*migrate_, "INSERT INTO public.t SELECT i, i FROM generate_series(1, 95) i");
  }

  // Every update of t leaves its id here.
  void Audit() {
    Run(*migrate_, "CREATE TABLE public.audit (id int)");
    Run(*migrate_,
        "CREATE FUNCTION public.note() RETURNS trigger LANGUAGE plpgsql AS"
        " 'BEGIN INSERT INTO public.audit VALUES (NEW.id); RETURN NEW; END'");
    Run(*migrate_,
        "CREATE TRIGGER note AFTER UPDATE ON public.t FOR EACH ROW EXECUTE FUNCTION public.note()");
  }
  std::string Audited() {
    return Cell(*migrate_, "SELECT count(*) || ' ' || count(DISTINCT id) FROM public.audit");
  }
};

TEST_F(BackfillTest, ChangesEveryRowOnceInBatches) {
  Audit();
  ASSERT_OK_AND_ASSIGN(const ApplyResult result,
                       Apply(Make("1.0.0", absl::StrCat("-- ferry:up\nSELECT 1;\n", kFill))));
  EXPECT_EQ(result.rows, 95);
  EXPECT_EQ(Audited(), "95 95");
  EXPECT_EQ(Cell(*setup_, "SELECT rows_done || ' ' || batches || ' ' || pass FROM ferry.checkpoint"),
            "95 10 1");
  EXPECT_EQ(Kinds(), "segment 0, segment 1, applied");
  const Progress& last = progress_.back();
  EXPECT_EQ(last.phase, "backfill");
  EXPECT_EQ(last.rows_done, 95);
  EXPECT_EQ(last.rows_total, 95);
  EXPECT_EQ(last.segment, 1);
  EXPECT_EQ(Cell(*migrate_, "SELECT max(n) FROM (SELECT count(*) n FROM public.audit GROUP BY xmin::text) x"),
            "10");
}

TEST_F(BackfillTest, StopsWhenTheGateClosesAndGoesOnWithoutTouchingARowTwice) {
  Audit();
  const migration::Migration m = Make("1.0.0", absl::StrCat("-- ferry:up\nSELECT 1;\n", kFill));
  gate_.permit = [this](absl::Time) -> absl::StatusOr<absl::Time> {
    if (gate_.asked > 6) return Error(ErrorCode::kWindowClosed, "closed");
    return absl::InfiniteFuture();
  };
  const absl::StatusOr<ApplyResult> stopped = Apply(m);
  EXPECT_THAT(stopped, StatusIsCode(ErrorCode::kWindowClosed));
  EXPECT_EQ(DetailOf(stopped.status()).target_state,
            "segment 0 of 1.0.0 is applied and recorded; 40 rows in 4 batches of the backfill in segment 1 "
            "of 1.0.0 are"
            " committed; it goes on after them");
  EXPECT_EQ(Audited(), "40 40");
  ASSERT_OK_AND_ASSIGN(const ledger::LedgerState state, ledger::ReadLedger(*setup_));
  ASSERT_THAT(state.checkpoints, SizeIs(1));
  EXPECT_EQ(state.checkpoints[0].rows_done, 40);
  gate_.permit = nullptr;
  ASSERT_OK_AND_ASSIGN(const ApplyResult result, Apply(m, SomeRun("run-2")));
  EXPECT_EQ(result.rows, 55);
  EXPECT_EQ(result.segments_skipped, 1);
  EXPECT_EQ(Audited(), "95 95");
}

TEST_F(BackfillTest, RowsThatStillMatchEndItWithACountAndAnExample) {
  Run(*migrate_, "UPDATE public.t SET a = NULL WHERE id IN (13, 77)");
  Audit();
  const migration::Migration m = Make(
      "1.0.0",
      "-- ferry:up\nSELECT 1;\n-- ferry:backfill table=t batch=10\nUPDATE t SET b = a WHERE b IS NULL;\n");
  const absl::StatusOr<ApplyResult> result = Apply(m);
  EXPECT_THAT(result, StatusIsCode(ErrorCode::kBackfillStuck));
  EXPECT_THAT(result, StatusText(HasSubstr("2 rows of t still match")));
  EXPECT_THAT(result, StatusText(HasSubstr("id = ")));
  EXPECT_EQ(DetailOf(result.status()).line, 10);
  EXPECT_EQ(Audited(), "95 95");  // none twice
  EXPECT_EQ(Applied(), "");
  EXPECT_FALSE(migrate_->in_transaction());
  EXPECT_THAT(Apply(m, SomeRun("run-2")), StatusIsCode(ErrorCode::kBackfillStuck));
  EXPECT_EQ(Audited(), "95 95");
  Run(*migrate_, "DELETE FROM public.t WHERE a IS NULL");
  EXPECT_OK(Apply(m, SomeRun("run-3")));
  EXPECT_EQ(Applied(), "1.0.0");
}

TEST_F(BackfillTest, RowsInsertedBehindUsGetAnotherPass) {
  const std::unique_ptr<pg::Session> application = Connect(database_.migrate);
  gate_.permit = [&](absl::Time now) {
    if (gate_.asked == 8) Run(*application, "INSERT INTO public.t VALUES (-1, 1), (-2, 2)");
    return now + absl::Hours(1);
  };
  Audit();
  ASSERT_OK_AND_ASSIGN(const ApplyResult result,
                       Apply(Make("1.0.0", absl::StrCat("-- ferry:up\nSELECT 1;\n", kFill))));
  EXPECT_EQ(result.rows, 97);
  EXPECT_EQ(Audited(), "97 97");
  EXPECT_EQ(Cell(*setup_, "SELECT pass FROM ferry.checkpoint"), "2");
}

// The trigger holds the slice's second run, between the two counts, until the application has inserted.
TEST_F(BackfillTest, RowsInsertedWhileAPassIsProvenAreNotItsFault) {
  limits_.lock_timeout = absl::Seconds(30);
  const std::unique_ptr<pg::Session> application = Connect(database_.migrate);
  const std::unique_ptr<pg::Session> watcher = Connect(database_.migrate);
  Audit();
  Run(*migrate_, "CREATE SEQUENCE public.updates");
  Run(*migrate_,
      "CREATE FUNCTION public.hold() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN IF"
      " nextval(''public.updates'') = 98 THEN PERFORM pg_advisory_xact_lock(42); END IF; RETURN NEW; END'");
  Run(*migrate_, "CREATE TRIGGER hold BEFORE UPDATE ON public.t FOR EACH ROW EXECUTE FUNCTION public.hold()");
  Run(*application, "SELECT pg_advisory_lock(42)");
  gate_.permit = [&](absl::Time) {
    if (gate_.asked == 8) Run(*application, "INSERT INTO public.t VALUES (-1, 1), (-2, 2)");
    return absl::InfiniteFuture();
  };
  std::thread inserts([&] {
    EXPECT_TRUE(test::WaitUntil([&] {
      return Cell(*watcher,
                  "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 42 AND NOT"
                  " granted") == "1";
    }));
    Run(*watcher, "INSERT INTO public.t SELECT i, i FROM generate_series(-12, -3) i");
    Run(*watcher, "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE objid = 42 AND granted");
  });
  const absl::StatusOr<ApplyResult> result =
      Apply(Make("1.0.0", absl::StrCat("-- ferry:up\nSELECT 1;\n", kFill)));
  inserts.join();
  ASSERT_OK(result);
  EXPECT_EQ(result->rows, 107);
  EXPECT_EQ(Audited(), "107 107");
  EXPECT_EQ(Cell(*setup_, "SELECT pass FROM ferry.checkpoint"), "3");
}

TEST_F(BackfillTest, ALaterPassCountsTheTableOnlyWhereItChangesRows) {
  Run(*migrate_, "CREATE SEQUENCE public.looks");
  Run(*migrate_,
      "CREATE FUNCTION public.seen() RETURNS boolean LANGUAGE plpgsql AS"
      " 'BEGIN PERFORM nextval(''public.looks''); RETURN true; END'");
  Run(*migrate_, "SET enable_seqscan = off");  // a slice looks at its own rows only
  const std::unique_ptr<pg::Session> application = Connect(database_.migrate);
  gate_.permit = [&](absl::Time) {
    if (gate_.asked == 12) Run(*application, "UPDATE public.t SET b = NULL WHERE id = 85");
    return absl::InfiniteFuture();
  };
  ASSERT_OK_AND_ASSIGN(
      const ApplyResult result,
      Apply(Make("1.0.0",
                 "-- ferry:up\nSELECT 1;\n-- ferry:backfill table=t batch=10\nUPDATE t SET b "
                 "= a WHERE CASE WHEN seen() THEN b IS NULL ELSE false END;\n")));
  EXPECT_EQ(result.rows, 96);
  EXPECT_EQ(Cell(*setup_, "SELECT pass FROM ferry.checkpoint"), "2");
  // Two walks, 105 looks at most each; counted at the start, at the end of each pass, and around one slice.
  EXPECT_LE(std::stoll(Cell(*migrate_, "SELECT last_value FROM public.looks")), 2 * 105 + 5 * 95);
}

TEST_F(BackfillTest, WhatIsCommittedIsSaidWhenTheConnectionIsLost) {
  const std::unique_ptr<pg::Session> superuser = Connect(database_.superuser);
  RunContext run = SomeRun();
  run.before_commit = [&](const CommitIntent&) {
    Run(*superuser, absl::StrCat("SELECT pg_terminate_backend(", migrate_->backend_pid(), ", 5000)"));
    return absl::OkStatus();
  };
  const absl::StatusOr<ApplyResult> lost = Apply(Make("1.0.0", kFill), run);
  EXPECT_THAT(lost, StatusIsCode(ErrorCode::kOutcomeUnknown));
  EXPECT_EQ(
      DetailOf(lost.status()).target_state,
      "95 rows in 10 batches of the backfill in segment 0 of 1.0.0 are committed; it goes on after them;"
      " a batch or the record being committed then may be there too");
  migrate_ = Connect(database_.migrate);
  EXPECT_OK(Apply(Make("1.0.0", kFill)));
}

TEST_F(BackfillTest, AStaleEpochCannotCommitABatch) {
  const std::unique_ptr<pg::Session> successor = Connect(database_.migrate);
  gate_.permit = [&](absl::Time) {
    if (gate_.asked == 5) {
      EXPECT_OK(ledger::RaiseFence(*successor, 2));
    }
    return absl::InfiniteFuture();
  };
  EXPECT_THAT(Apply(Make("1.0.0", absl::StrCat("-- ferry:up\nSELECT 1;\n", kFill))),
              StatusIsCode(ErrorCode::kGuardRefused));
  EXPECT_EQ(Cell(*setup_, "SELECT rows_done FROM ferry.checkpoint"), "20");
  EXPECT_EQ(Cell(*migrate_, "SELECT count(*) FROM public.t WHERE b IS NOT NULL"), "20");
}

TEST_F(BackfillTest, KeysThatDoNotNameEveryRowAreNotWalkedBy) {
  Run(*migrate_, "ALTER TABLE public.t DROP CONSTRAINT t_pkey");
  Run(*migrate_, "CREATE UNIQUE INDEX partial ON public.t (id) WHERE id > 0");
  Run(*migrate_, "CREATE UNIQUE INDEX nullable ON public.t (a)");
  Run(*migrate_, "CREATE UNIQUE INDEX expression ON public.t ((id + 1))");
  EXPECT_OK(Apply(Make("1.0.0", absl::StrCat("-- ferry:up\nSELECT 1;\n", kFill))));
  EXPECT_EQ(Cell(*setup_, "SELECT last_key[1] LIKE '(%,0)' FROM ferry.checkpoint"), "t") << "by its pages";
}

TEST_F(BackfillTest, WalksByAnotherUniqueKeyOfSeveralColumnsAndOddValues) {
  Run(*migrate_,
      "CREATE TABLE public.k (w text NOT NULL, n numeric NOT NULL, a int, b int, \"Odd, name\" int)");
  Run(*migrate_, "CREATE UNIQUE INDEX k_u ON public.k (w, n) INCLUDE (a)");
  Run(*migrate_,
      "INSERT INTO public.k SELECT chr(34) || '\\{,' || (i % 7), i / 3.0, i FROM generate_series(1, 50) i");
  ASSERT_OK_AND_ASSIGN(const ApplyResult result,
                       Apply(Make("1.0.0",
                                  "-- ferry:up\nSELECT 1;\n-- ferry:backfill table=k batch=3\nUPDATE k SET b "
                                  "= a WHERE b IS NULL;\n")));
  EXPECT_EQ(result.rows, 50);
  EXPECT_EQ(Cell(*migrate_, "SELECT count(*) FROM public.k WHERE b = a"), "50");
}

TEST_F(BackfillTest, AnEmptyTableIsDoneAtOnceAndADeleteWorksToo) {
  Run(*migrate_, "UPDATE public.t SET a = NULL WHERE id % 2 = 0");
  ASSERT_OK_AND_ASSIGN(const ApplyResult result,
                       Apply(Make("1.0.0",
                                  "-- ferry:up\nSELECT 1;\n-- ferry:backfill table=t batch=4\n"
                                  "DELETE FROM t WHERE a IS NULL;\n")));
  EXPECT_EQ(result.rows, 47);
  Run(*migrate_, "TRUNCATE public.t");
  EXPECT_OK(Apply(Make("1.1.0", absl::StrCat("-- ferry:up\nSELECT 1;\n", kFill))));
  EXPECT_EQ(Applied(), "1.0.0 1.1.0");
}

TEST_F(BackfillTest, ARowThatIsLockedIsWaitedForAndThenNamed) {
  limits_.lock_timeout = absl::Milliseconds(50);
  limits_.lock_retries = 1;
  limits_.lock_retry_pause = absl::Milliseconds(10);
  const std::unique_ptr<pg::Session> application = Connect(database_.migrate, "shop");
  ASSERT_OK(application->Begin());
  Run(*application, "UPDATE public.t SET a = 0 WHERE id = 25");
  const absl::StatusOr<ApplyResult> result =
      Apply(Make("1.0.0", absl::StrCat("-- ferry:up\nSELECT 1;\n", kFill)));
  EXPECT_THAT(result, StatusIsCode(ErrorCode::kLockTimeout));
  EXPECT_THAT(result, StatusText(HasSubstr("(shop) of ferry_migrate, idle in transaction")));
  EXPECT_EQ(Cell(*setup_, "SELECT rows_done FROM ferry.checkpoint"), "20");
  EXPECT_EQ(DetailOf(result.status()).target_state,
            "segment 0 of 1.0.0 is applied and recorded; 20 rows in 2 batches of the backfill in segment 1 "
            "of 1.0.0 are"
            " committed; it goes on after them");
  application->Rollback();
  EXPECT_OK(Apply(Make("1.0.0", absl::StrCat("-- ferry:up\nSELECT 1;\n", kFill))));
}

TEST_F(BackfillTest, AStatementThatNeverMakesItsPredicateFalseChangesNothing) {
  Audit();
  const absl::StatusOr<ApplyResult> result = Apply(
      Make("1.0.0", "-- ferry:backfill table=t batch=10\nUPDATE t SET b = 1 WHERE b IS DISTINCT FROM 2;\n"));
  EXPECT_THAT(result, StatusIsCode(ErrorCode::kBackfillStuck));
  EXPECT_THAT(result, StatusText(HasSubstr("1 row of t still matches")));
  EXPECT_EQ(Audited(), "0 0");
  EXPECT_EQ(Cell(*setup_, "SELECT count(*) FROM ferry.checkpoint"), "0");
}

TEST_F(BackfillTest, BatchesGrowUntilTheyTakeAsLongAsTheyMay) {
  Run(*migrate_, "INSERT INTO public.t SELECT i, i FROM generate_series(96, 20000) i");
  limits_.batch_time = absl::Hours(1);
  Audit();
  ASSERT_OK(
      Apply(Make("1.0.0", "-- ferry:backfill table=t batch=5000\nUPDATE t SET b = a WHERE b IS NULL;\n")));
  EXPECT_EQ(Cell(*migrate_,
                 "SELECT string_agg(n::text, ' ' ORDER BY first) FROM (SELECT count(*) n, min(id) first "
                 "FROM public.audit GROUP BY xmin::text) x"),
            "1000 2000 4000 5000 5000 3000");
}

TEST_F(BackfillTest, BatchesThatTakeTooLongShrink) {
  limits_.batch_time = absl::Nanoseconds(1);
  Audit();
  ASSERT_OK(Apply(Make("1.0.0", kFill)));
  EXPECT_EQ(Cell(*migrate_,
                 "SELECT string_agg(n::text, ' ' ORDER BY first) FROM (SELECT count(*) n, min(id) first "
                 "FROM public.audit WHERE id <= 14 GROUP BY xmin::text) x"),
            "10 2 1 1");
  EXPECT_EQ(Audited(), "95 95");
}

TEST_F(BackfillTest, ATableWithoutAKeyIsWalkedByItsPages) {
  Run(*migrate_, "ALTER TABLE public.t DROP CONSTRAINT t_pkey");
  Run(*migrate_, "INSERT INTO public.t SELECT i, i FROM generate_series(96, 5000) i");
  Run(*migrate_, "INSERT INTO public.t SELECT 7, 7");  // the same row twice
  Audit();
  const std::string fill = "-- ferry:backfill table=t batch=500\nUPDATE t SET b = a WHERE b IS NULL;\n";
  ASSERT_OK_AND_ASSIGN(const ApplyResult result, Apply(Make("1.0.0", fill)));
  EXPECT_EQ(result.rows, 5001);
  EXPECT_EQ(Audited(), "5001 5000");
  EXPECT_EQ(Cell(*migrate_, "SELECT count(DISTINCT xmin::text) > 1 FROM public.audit"), "t");
}

TEST_F(BackfillTest, AWalkByPagesGoesOnWhereItStopped) {
  Run(*migrate_, "ALTER TABLE public.t DROP CONSTRAINT t_pkey");
  Run(*migrate_, "INSERT INTO public.t SELECT i, i FROM generate_series(96, 5000) i");
  Audit();
  const migration::Migration m =
      Make("1.0.0", "-- ferry:backfill table=t batch=50\nUPDATE t SET b = a WHERE b IS NULL;\n");
  gate_.permit = [this](absl::Time) -> absl::StatusOr<absl::Time> {
    if (gate_.asked > 4) return Error(ErrorCode::kWindowClosed, "closed");
    return absl::InfiniteFuture();
  };
  EXPECT_THAT(Apply(m), StatusIsCode(ErrorCode::kWindowClosed));
  EXPECT_NE(Audited(), "5000 5000");
  gate_.permit = nullptr;
  EXPECT_OK(Apply(m, SomeRun("run-2")));
  EXPECT_EQ(Audited(), "5000 5000");
}

TEST_F(BackfillTest, APartitionedTableWithoutAKeyIsRefused) {
  Run(*migrate_, "CREATE TABLE public.p (a int, b int) PARTITION BY RANGE (a)");
  EXPECT_THAT(
      Apply(Make("1.0.0", "-- ferry:backfill table=p batch=5\nUPDATE p SET b = a WHERE b IS NULL;\n")),
      StatusIsCode(ErrorCode::kBackfillKey));
}

TEST_F(BackfillTest, ItWaitsWhileTheAgentsOwnQuerySaysSo) {
  Run(*migrate_, "CREATE TABLE public.busy AS SELECT true AS now");
  limits_.throttle_query = "SELECT now FROM public.busy";
  std::string why;
  sink_ = [&](const Progress& progress) {
    if (progress.phase != "throttled") return;
    why = progress.throttled_by;
    Run(*setup_, "UPDATE public.busy SET now = false");
  };
  Run(*migrate_, "GRANT UPDATE, SELECT ON public.busy TO PUBLIC");
  EXPECT_OK(Apply(Make("1.0.0", kFill)));
  EXPECT_EQ(why, "the agent's throttle query says so");
  for (const char* no_answer : {"SELECT 7", "COPY public.busy TO STDOUT"}) {
    limits_.throttle_query = no_answer;
    EXPECT_THAT(
        Apply(Make("1.1.0", "-- ferry:backfill table=t batch=10\nUPDATE t SET b = NULL WHERE b = a;\n")),
        StatusIsCode(ErrorCode::kConfig))
        << no_answer;
  }
}

TEST_F(BackfillTest, ItWaitsWhileOthersWaitForLocks) {
  const std::unique_ptr<pg::Session> holder = Connect(database_.migrate);
  Run(*migrate_, "CREATE TABLE public.contended ()");
  ASSERT_OK(holder->Begin());
  Run(*holder, "LOCK TABLE public.contended");
  std::thread waiter([this] {
    const std::unique_ptr<pg::Session> session = Connect(database_.migrate);
    session->Query("SET lock_timeout = 0").IgnoreError();
    session->Query("SELECT FROM public.contended").IgnoreError();
  });
  ASSERT_TRUE(test::WaitUntil(
      [this] { return Cell(*setup_, "SELECT count(*) FROM pg_locks WHERE NOT granted") != "0"; }));
  limits_.throttle_lock_waits = 1;
  std::string why;
  sink_ = [&](const Progress& progress) {
    if (progress.phase != "throttled") return;
    why = progress.throttled_by;
    holder->Rollback();
  };
  EXPECT_OK(Apply(Make("1.0.0", kFill)));
  EXPECT_EQ(why, "1 session waits for locks");
  waiter.join();
}

}  // namespace
}  // namespace ferry::executor
