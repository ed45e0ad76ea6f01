// What others hold is looked at before a lock is asked for, and waited for without standing in anybody's way.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <optional>
#include <thread>

#include "pg/executor/executor_fixture.h"
#include "tests/support/process.h"

namespace ferry::executor {
namespace {

using test::StatusIsCode;
using test::StatusText;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kWaiting[] = "waiting for lock";

class LookFirstTest : public ExecutorTest {
 protected:
  void SetUp() override {
    ExecutorTest::SetUp();
    Prepare();
  }

  void Prepare() {
    Run(*migrate_, "CREATE TABLE public.t (id int PRIMARY KEY, v int)");
    Run(*migrate_, "INSERT INTO public.t SELECT i, 0 FROM generate_series(1, 10) i");
    application_ = Connect(database_.migrate, "shop");
    other_ = Connect(database_.migrate, "report_job");
    superuser_ = Connect(database_.superuser);
  }

  // `other_` holds what `sql` takes, in a transaction older than half a second.
  void HoldForLong(const std::string& sql) {
    ASSERT_OK(other_->Begin());
    Run(*other_, sql);
    Age(other_->backend_pid());
  }
  // Until the transaction of `pid` is old.
  void Age(int pid) {
    ASSERT_TRUE(test::WaitUntil([&] {
      return Cell(*superuser_, absl::StrCat("SELECT clock_timestamp() - xact_start > interval '600ms' FROM"
                                            " pg_stat_activity WHERE pid = ",
                                            pid)) == "t";
    }));
  }
  std::string Queued() {
    return Cell(*superuser_, absl::StrCat("SELECT count(*) FROM pg_locks WHERE NOT granted AND pid = ",
                                          migrate_->backend_pid()));
  }
  // Applies `m`; when it says for the `n`th time that it waits, `then` is called.
  absl::StatusOr<ApplyResult> ApplyAnd(const migration::Migration& m, const std::function<void()>& then,
                                       int n = 2) {
    int said = 0;
    return ApplyMigration(*migrate_, m, SomeRun(), limits_, gate_, [&](const Progress& p) {
      progress_.push_back(p);
      if (p.phase == kWaiting && ++said == n) then();
    });
  }
  std::vector<std::string> Phases() const {
    std::vector<std::string> phases;
    for (const Progress& p : progress_) phases.push_back(p.phase);
    return phases;
  }

  const migration::Migration alter_ = Make("1.0.0", "-- ferry:up\nALTER TABLE t ADD COLUMN x int;\n");
  std::unique_ptr<pg::Session> application_, other_, superuser_;
};

TEST_F(LookFirstTest, ALongReaderIsWaitedForAndNobodyQueuesBehindUs) {
  HoldForLong("SELECT count(*) FROM public.t");
  Run(*application_, "SET lock_timeout = '200ms'");
  limits_.lock_timeout = absl::Seconds(0.2);
  std::optional<absl::Duration> left;
  ASSERT_OK_AND_ASSIGN(const ApplyResult result, ApplyAnd(alter_, [&] {
                         EXPECT_EQ(Queued(), "0");
                         Run(*application_, "SELECT count(*) FROM public.t");
                         Run(*application_, "UPDATE public.t SET v = v + 1 WHERE id = 1");
                         other_->Rollback();
                         left = SystemClock().Elapsed();
                       }));
  EXPECT_EQ(result.lock_retries, 0) << "waiting costs no try";
  ASSERT_TRUE(left.has_value());
  EXPECT_LT(SystemClock().Elapsed() - *left, absl::Seconds(2));
  EXPECT_EQ(Applied(), "1.0.0");
  EXPECT_THAT(progress_,
              Contains(AllOf(Field(&Progress::phase, kWaiting),
                             Field(&Progress::blocked_by,
                                   HasSubstr("(report_job) of ferry_migrate, idle in transaction")),
                             Field(&Progress::statement, HasSubstr("ALTER TABLE t")),
                             Field(&Progress::waiting_since, Not(std::optional<absl::Time>())))));
}

TEST_F(LookFirstTest, AYoungTransactionIsGivenTheLockTimeoutAndNoMore) {
  ASSERT_OK(other_->Begin());
  Run(*other_, "SELECT count(*) FROM public.t");
  limits_.lock_retries = 0;
  EXPECT_THAT(Apply(alter_), StatusIsCode(ErrorCode::kLockTimeout));
  EXPECT_THAT(Apply(alter_), StatusText(HasSubstr("no lock on public.t after 1 try of 50ms")));
}

TEST_F(LookFirstTest, WhatDoesNotConflictIsNotWaitedFor) {
  HoldForLong("SELECT count(*) FROM public.t");
  ASSERT_OK(Apply(Make("1.0.0",
                       "-- ferry:up\nCREATE INDEX t_v ON t (v);\nCREATE TRIGGER g BEFORE UPDATE ON t"
                       " FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();\n"
                       "ALTER TABLE t ALTER v SET STATISTICS 10;\n")));
  EXPECT_THAT(Phases(), Each(Not(kWaiting)));
  other_->Rollback();
  HoldForLong("UPDATE public.t SET v = 1 WHERE id = 3");
  limits_.lock_wait = absl::Milliseconds(100);
  EXPECT_THAT(Apply(Make("1.1.0", "-- ferry:up\nCREATE INDEX t_v2 ON t (v);\n")),
              StatusIsCode(ErrorCode::kLockTimeout))
      << "a writer stands in an index's way";
}

TEST_F(LookFirstTest, TheBudgetEndsIt) {
  HoldForLong("SELECT count(*) FROM public.t");
  limits_.lock_wait = absl::Milliseconds(300);
  const absl::StatusOr<ApplyResult> result = Apply(alter_);
  EXPECT_THAT(result, StatusIsCode(ErrorCode::kLockTimeout));
  EXPECT_THAT(result, StatusText(AllOf(HasSubstr("no lock on public.t within 300ms: held by pid"),
                                       HasSubstr("nothing of segment 0 remains"))));
  EXPECT_EQ(DetailOf(result.status()).sqlstate, "55P03");
  EXPECT_EQ(DetailOf(result.status()).line, 8);
}

TEST_F(LookFirstTest, ACancelEndsTheWait) {
  HoldForLong("SELECT count(*) FROM public.t");
  bool stop = false;
  gate_.permit = [&](absl::Time) -> absl::StatusOr<absl::Time> {
    if (stop) return Error(ErrorCode::kCancelled, "cancelled by ana");
    return absl::InfiniteFuture();
  };
  gate_.stopping = [&] { return stop; };
  EXPECT_THAT(ApplyAnd(alter_, [&] { stop = true; }), StatusIsCode(ErrorCode::kCancelled));
}

TEST_F(LookFirstTest, ALockThatIsNotToBeHadInTheWindowLeavesNothingAndIsHadInTheNext) {
  HoldForLong("SELECT count(*) FROM public.t");
  const absl::Time closes = Now(*superuser_) + absl::Seconds(1);
  gate_.permit = [closes](absl::Time now) -> absl::StatusOr<absl::Time> {
    if (now >= closes) return Error(ErrorCode::kWindowClosed, "closed");
    return closes;
  };
  const absl::StatusOr<ApplyResult> result = Apply(alter_);
  EXPECT_THAT(result, StatusIsCode(ErrorCode::kWindowClosed));
  EXPECT_THAT(result, StatusText(HasSubstr("nothing of 1.0.0 remains")));
  other_->Rollback();
  gate_.permit = nullptr;
  EXPECT_OK(Apply(alter_, SomeRun("run-2")));
  EXPECT_EQ(Applied(), "1.0.0");
}

TEST_F(LookFirstTest, ForeignKeysPartitionsAndIndexesAreLookedAtToo) {
  Run(*migrate_, "CREATE TABLE public.p (id int PRIMARY KEY) PARTITION BY RANGE (id)");
  Run(*migrate_, "CREATE TABLE public.p1 PARTITION OF public.p FOR VALUES FROM (0) TO (10)");
  Run(*migrate_, "CREATE TABLE public.r (id int CONSTRAINT r_fk REFERENCES public.t)");
  limits_.lock_wait = absl::Milliseconds(100);
  const auto waits_on = [&](const std::string& held, const std::string& sql) {
    HoldForLong(held);
    const absl::StatusOr<ApplyResult> result = Apply(Make("2.0.0", "-- ferry:up\n" + sql + ";\n"));
    other_->Rollback();
    const std::string text(result.status().message());
    const size_t at = text.find("no lock on "), end = text.find(" within");
    return at == std::string::npos ? text : text.substr(at + 11, end - at - 11);
  };
  EXPECT_EQ(waits_on("SELECT FROM public.p1", "ALTER TABLE p ADD COLUMN x int"), "public.p1");
  EXPECT_EQ(waits_on("INSERT INTO public.t VALUES (99)", "CREATE TABLE c (id int REFERENCES t)"), "public.t");
  EXPECT_EQ(waits_on("SELECT FROM public.t", "ALTER TABLE r DROP CONSTRAINT r_fk"), "public.t");
  EXPECT_EQ(waits_on("SELECT FROM public.t", "DROP TABLE r"), "public.t");
  EXPECT_EQ(waits_on("SELECT FROM ONLY public.p", "DROP TABLE p1"), "public.p");
  EXPECT_EQ(waits_on("SELECT FROM public.t", "DROP INDEX t_pkey"), "public.t");
}

TEST_F(LookFirstTest, AnAgeThatTheLoginMayNotSeeIsFoundByLooking) {
  const std::unique_ptr<pg::Session> hidden = Connect(database_.setup, "secretive");
  Run(*superuser_, "GRANT SELECT ON public.t TO ferry_setup");
  ASSERT_OK(hidden->Begin());
  Run(*hidden, "SELECT FROM public.t");
  Age(hidden->backend_pid());
  ASSERT_OK_AND_ASSIGN(const ApplyResult result, ApplyAnd(alter_, [&] { hidden->Rollback(); }));
  EXPECT_EQ(result.lock_retries, 0);
  EXPECT_THAT(progress_, Contains(Field(&Progress::blocked_by, HasSubstr("(secretive) of ferry_setup"))));
}

TEST_F(LookFirstTest, AnIdleTransactionIsNamedAndLeftAlone) {
  HoldForLong("SELECT count(*) FROM public.t");
  limits_.lock_wait = absl::Milliseconds(200);
  EXPECT_THAT(
      Apply(alter_),
      StatusText(HasSubstr(absl::StrCat("held by pid ", other_->backend_pid(),
                                        " (report_job) of ferry_migrate, idle in transaction for "))));
  EXPECT_OK(other_->Query("SELECT 1")) << "nobody has ended it";
}

TEST_F(LookFirstTest, ADeadlockIsTriedAgainAsAWholeTransaction) {
  Run(*migrate_, "CREATE TABLE public.u (id int)");
  Run(*superuser_, "GRANT SET ON PARAMETER deadlock_timeout TO ferry_migrate");
  Run(*migrate_, "SET deadlock_timeout = '100ms'");
  Run(*other_, "SET deadlock_timeout = '1min'");
  limits_.lock_timeout = absl::Seconds(20);
  ASSERT_OK(other_->Begin());
  Run(*other_, "SELECT FROM public.u");
  // It has t and waits for u, which `other_` has; `other_` now wants t.
  std::thread meanwhile([&] {
    test::WaitUntil([&] { return Queued() == "1"; });
    EXPECT_OK(other_->Query("SELECT FROM public.t"));
    EXPECT_OK(other_->Commit());
  });
  const absl::StatusOr<ApplyResult> result =
      Apply(Make("1.0.0", "-- ferry:up\nALTER TABLE t ADD COLUMN x int;\nALTER TABLE u ADD COLUMN x int;\n"));
  meanwhile.join();
  ASSERT_OK(result);
  EXPECT_GE(result->lock_retries, 1);
  EXPECT_EQ(Applied(), "1.0.0");
  EXPECT_EQ(Kinds(), "segment 0, applied");
}

// With a server of its own: prepared transactions, pg_dump, autovacuum.
class OwnServerTest : public LookFirstTest {
 protected:
  void SetUp() override {
    test::PgCluster::Options options;
    options.conf = {"max_prepared_transactions = 5", "autovacuum = on", "autovacuum_naptime = 1",
                    "autovacuum_vacuum_cost_delay = 0", "autovacuum_freeze_max_age = 100000"};
    cluster_ = test::PgCluster::Start(options);
    database_ = cluster_->CreateDatabase();
    setup_ = Connect(database_.setup);
    migrate_ = Connect(database_.migrate);
    ASSERT_OK(ledger::Install(*setup_, "ferry_migrate", "ferry_observe"));
    Prepare();
    limits_.lock_wait = absl::Seconds(4);
  }

  // An autovacuum of public.t that does not come to an end.
  void VacuumForEver() {
    Run(*migrate_,
        "ALTER TABLE public.t SET (autovacuum_vacuum_cost_delay = 100, autovacuum_vacuum_cost_limit = 1,"
        " autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1)");
    Run(*migrate_, "INSERT INTO public.t SELECT i, 0 FROM generate_series(100, 100000) i");
    Run(*migrate_, "DELETE FROM public.t WHERE id % 2 = 0");
  }
  bool Vacuuming(const std::string& like) {
    return Cell(*superuser_,
                absl::StrCat("SELECT count(*) FROM pg_stat_activity WHERE query LIKE '", like, "'")) == "1";
  }

  std::unique_ptr<test::PgCluster> cluster_;
};

TEST_F(OwnServerTest, APreparedTransactionIsWaitedForAndNamed) {
  ASSERT_OK(other_->Begin());
  Run(*other_, "SELECT count(*) FROM public.t");
  Run(*other_, "PREPARE TRANSACTION 'left over'");
  limits_.lock_wait = absl::Milliseconds(200);
  EXPECT_THAT(Apply(alter_),
              StatusText(HasSubstr("held by prepared transaction \"left over\" of ferry_migrate for ")));
  limits_.lock_wait = absl::Minutes(1);
  ASSERT_OK_AND_ASSIGN(const ApplyResult result,
                       ApplyAnd(alter_, [&] { Run(*other_, "ROLLBACK PREPARED 'left over'"); }));
  EXPECT_EQ(result.lock_retries, 0);
}

TEST_F(OwnServerTest, APgDumpIsWaitedForFromItsFirstMomentOn) {
  Run(*migrate_, "INSERT INTO public.t SELECT i, i FROM generate_series(1000, 200000) i");
  // Nobody reads what it writes, so it stands still with its locks.
  const test::TempDir dir;
  const std::string pipe = dir.File("pipe");
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  const int reader = open(pipe.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  test::Process dump({absl::StrCat(test::PgBinDir(), "/pg_dump"), "-h", cluster_->socket_dir(), "-p",
                      absl::StrCat(cluster_->port()), "-U", "ferry_observe", "-t", "public.t", "-f", pipe,
                      database_.name});
  const auto dumping = [&] {
    return Cell(*superuser_,
                "SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE"
                " a.application_name = 'pg_dump' AND l.relation = 'public.t'::regclass");
  };
  ASSERT_TRUE(test::WaitUntil([&] { return dumping() == "1"; }));
  limits_.lock_wait = absl::Milliseconds(200);
  EXPECT_THAT(Apply(alter_), StatusText(HasSubstr("(pg_dump) of ferry_observe")));
  EXPECT_EQ(Queued(), "0");
  dump.Kill();
  close(reader);
}

TEST_F(OwnServerTest, APlainAutovacuumIsMadeToGiveWay) {
  VacuumForEver();
  ASSERT_TRUE(test::WaitUntil([&] { return Vacuuming("autovacuum: VACUUM%public.t"); }));
  ASSERT_OK(Apply(alter_));
  EXPECT_EQ(Applied(), "1.0.0");
  EXPECT_THAT(progress_, Contains(Field(&Progress::blocked_by, HasSubstr("autovacuum worker"))));
}

TEST_F(OwnServerTest, AnAutovacuumAgainstWraparoundIsNamed) {
  Run(*migrate_, "CREATE TABLE public.burn (id int)");
  VacuumForEver();
  Run(*migrate_, "ALTER TABLE public.t SET (autovacuum_enabled = off)");  // but for this kind
  // Each block is a subtransaction with an id of its own.
  Run(*migrate_,
      "DO $$ BEGIN FOR i IN 1..100100 LOOP BEGIN INSERT INTO public.burn VALUES (i); EXCEPTION WHEN"
      " others THEN NULL; END; END LOOP; END $$");
  ASSERT_TRUE(test::WaitUntil(
      [&] { return Vacuuming("autovacuum: VACUUM%public.t (to prevent wraparound)"); }, absl::Minutes(1)));
  Run(*superuser_, "GRANT pg_monitor TO ferry_migrate");
  const absl::StatusOr<ApplyResult> result = Apply(alter_);
  EXPECT_THAT(result, StatusIsCode(ErrorCode::kLockTimeout));
  EXPECT_THAT(result, StatusText(HasSubstr("(autovacuum worker, to prevent wraparound)")));
  Run(*superuser_, "REVOKE pg_monitor FROM ferry_migrate");
}

}  // namespace
}  // namespace ferry::executor
