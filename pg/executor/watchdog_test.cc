// The second session that looks on: what it sees, what it stops, and whom it ends.
#include "pg/executor/watchdog.h"

#include <unistd.h>

#include <atomic>
#include <thread>
#include <utility>

#include "pg/executor/executor_fixture.h"
#include "pg/executor/preflight.h"
#include "tests/support/process.h"

namespace ferry::executor {
namespace {

using test::StatusIsCode;
using test::StatusText;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr char kWaiting[] = "waiting for lock";
// Waits until the test lets it go on.
constexpr char kUntilReleased[] = "SELECT pg_advisory_xact_lock(77);\n";

class WatchdogTest : public ExecutorTest {
 protected:
  void SetUp() override {
    ExecutorTest::SetUp();
    Prepare();
  }
  void Prepare() {
    Run(*migrate_, "CREATE TABLE public.t (id int PRIMARY KEY, v int)");
    Run(*migrate_, "INSERT INTO public.t SELECT i, NULL FROM generate_series(1, 10) i");
    holder_ = Connect(database_.migrate, "report_job");
    superuser_ = Connect(database_.superuser);
    limits_.lock_timeout = absl::Seconds(30);
    limits_.lock_retry_pause = absl::Milliseconds(1);
    absl::StatusOr<std::unique_ptr<Watchdog>> watch =
        Watchdog::Start([this] { return pg::Session::Open({database_.observe}, "ferry/watch"); });
    ASSERT_OK(watch);
    watch_ = *std::move(watch);
  }
  void TearDown() override {
    stop_ = true;
    Release();
    for (std::thread& thread : applications_) thread.join();
  }

  // A session that reads the table again and again.
  void StartApplication() {
    applications_.emplace_back(
        [this, session = std::shared_ptr<pg::Session>(Connect(database_.migrate, "shop"))] {
          while (!stop_) {
            EXPECT_OK(session->Query("SELECT count(*) FROM public.t"));
            ++read_;
          }
        });
  }
  // A migration that waits while it holds the table exclusively.
  static migration::Migration Holding() {
    return Make("1.0.0", absl::StrCat("-- ferry:up\nALTER TABLE t ADD COLUMN x int;\n", kUntilReleased));
  }
  void HoldBack() { Run(*superuser_, "SELECT pg_advisory_lock(77)"); }
  void Release() { Run(*superuser_, "SELECT pg_advisory_unlock_all()"); }

  absl::StatusOr<ApplyResult> Watched(const migration::Migration& m,
                                      const std::function<void(const Progress&)>& then = nullptr) {
    RunContext run = SomeRun();
    run.watch = watch_.get();
    run.reason = "because of ana";
    run.ended = [this](const std::string& text) { told_.push_back(text); };
    return ApplyMigration(*migrate_, m, run, limits_, gate_, [&](const Progress& p) {
      progress_.push_back(p);
      if (then) then(p);
    });
  }

  std::unique_ptr<pg::Session> holder_, superuser_;
  std::unique_ptr<Watchdog> watch_;
  std::vector<std::string> told_;
  std::atomic<bool> stop_ = false;
  std::atomic<int> read_ = 0;
  std::vector<std::thread> applications_;
};

TEST_F(WatchdogTest, SaysOnWhomAStatementWaitsAndSinceWhen) {
  ASSERT_OK(holder_->Begin());
  Run(*holder_, "SELECT count(*) FROM public.t");
  ASSERT_OK(Watched(Make("1.0.0", "-- ferry:up\nALTER TABLE t ADD COLUMN x int;\n"), [&](const Progress& p) {
    if (p.phase == kWaiting) holder_->Rollback();
  }));
  EXPECT_THAT(progress_, Contains(AllOf(Field(&Progress::phase, kWaiting),
                                        Field(&Progress::blocked_by, HasSubstr("(report_job)")),
                                        Field(&Progress::statement, HasSubstr("ALTER TABLE t")),
                                        Field(&Progress::waiting_since, Not(std::optional<absl::Time>())))));
}

TEST_F(WatchdogTest, SaysWhoWaitsForItAndForHowLong) {
  HoldBack();
  StartApplication();
  bool released = false;
  ASSERT_OK(Watched(Holding(), [&](const Progress& p) {
    if (p.blocking == 1 && p.blocking_for > absl::Milliseconds(100) && !std::exchange(released, true))
      Release();
  }));
  EXPECT_TRUE(released);
}

TEST_F(WatchdogTest, IsCancelledWhenSomebodyHasWaitedForTooLong) {
  HoldBack();
  StartApplication();
  limits_.blocked_time = absl::Milliseconds(300);
  const int before = read_;
  const absl::StatusOr<ApplyResult> result = Watched(Holding());
  EXPECT_THAT(result, StatusIsCode(ErrorCode::kBlocksOthers));
  EXPECT_THAT(result,
              StatusText(AllOf(HasSubstr("cancelled 3 times: 1 session waited for it, pid "),
                               HasSubstr("(shop), for "), HasSubstr("the limit is blocked_time 300ms"),
                               HasSubstr("nothing of segment 0 remains"))));
  EXPECT_EQ(DetailOf(result.status()).line, 9);
  EXPECT_EQ(Applied(), "");
  EXPECT_TRUE(test::WaitUntil([&] { return read_ > before; })) << "the application goes on";
}

TEST_F(WatchdogTest, ATryThatWasCancelledIsRepeated) {
  HoldBack();
  StartApplication();
  limits_.blocked_time = absl::Milliseconds(200);
  int tries = 0;
  ASSERT_OK_AND_ASSIGN(
      const ApplyResult result, Watched(Holding(), [&](const Progress& p) {
        if (p.phase == "running" && p.statement.find("ALTER") == 0 && p.blocking == 0 && ++tries == 2) {
          Release();
        }
      }));
  EXPECT_EQ(result.lock_retries, 1);
  EXPECT_EQ(Applied(), "1.0.0");
  EXPECT_EQ(Kinds(), "segment 0, applied");
}

TEST_F(WatchdogTest, TheNumberOfThoseWhoWaitIsLimitedToo) {
  HoldBack();
  limits_.blocked_time.reset();
  limits_.blocked_sessions = 1;
  StartApplication();
  StartApplication();
  const absl::StatusOr<ApplyResult> result = Watched(Holding());
  EXPECT_THAT(result, StatusText(AllOf(HasSubstr("2 sessions waited for it, the first, pid "),
                                       HasSubstr("the limit is blocked_sessions 1"))));
}

TEST_F(WatchdogTest, ARowThatIsLockedIsWaitedForUntilItsHolderAndNobodyElseHasGone) {
  const std::unique_ptr<pg::Session> application = Connect(database_.migrate, "shop");
  ASSERT_OK(application->Begin());
  Run(*application, "UPDATE public.t SET v = 0 WHERE id = 5");
  ASSERT_OK(holder_->Begin());
  Run(*holder_, "UPDATE public.t SET v = 0 WHERE id = 50");  // in nobody's way
  limits_.lock_timeout = absl::Milliseconds(500);
  limits_.lock_retry_pause = absl::Minutes(5);
  ASSERT_OK(Watched(Make("1.0.0",
                         "-- ferry:up\nSELECT 1;\n-- ferry:backfill table=t batch=4\n"
                         "UPDATE t SET v = 1 WHERE v IS NULL;\n"),
                    [&](const Progress& p) {
                      if (p.phase != kWaiting) return;
                      EXPECT_THAT(p.blocked_by, Not(HasSubstr("report_job")));
                      application->Rollback();
                    }));
  EXPECT_THAT(progress_, Contains(Field(&Progress::blocked_by, HasSubstr("(shop)"))));
}

TEST_F(WatchdogTest, SeesWhatAConcurrentBuildWaitsForAndDoesNotCancelIt) {
  ASSERT_OK(holder_->Begin());
  Run(*holder_, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
  Run(*holder_, "SELECT count(*) FROM public.t");
  limits_.blocked_time = absl::ZeroDuration();
  limits_.blocked_sessions = 0;
  ASSERT_OK(Watched(Make("1.0.0", "-- ferry:up\nCREATE INDEX CONCURRENTLY t_v ON t (v);\n"),
                    [&](const Progress& p) {
                      if (p.phase == kWaiting) holder_->Rollback();
                    }));
  EXPECT_THAT(progress_, Contains(Field(&Progress::blocked_by, HasSubstr("(report_job)"))));
}

TEST_F(WatchdogTest, IsOpenedAgainWhenItsSessionIsLost) {
  Run(*superuser_,
      "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name ="
      " 'ferry/watch'");
  ASSERT_OK(holder_->Begin());
  Run(*holder_, "SELECT count(*) FROM public.t");
  ASSERT_OK(Watched(Make("1.0.0", "-- ferry:up\nALTER TABLE t ADD COLUMN x int;\n"), [&](const Progress& p) {
    if (p.phase == kWaiting) holder_->Rollback();
  }));
}

TEST_F(WatchdogTest, AServerWithoutAFreeConnectionIsMetBeforeAnythingRuns) {
  watch_.reset();
  Run(*superuser_, "ALTER ROLE ferry_observe CONNECTION LIMIT 0");
  const absl::Status refused =
      Watchdog::Start([this] { return pg::Session::Open({database_.observe}, "ferry/watch"); }).status();
  EXPECT_THAT(refused, StatusIsCode(ErrorCode::kDatabaseUnreachable));
  EXPECT_EQ(DetailOf(refused).sqlstate, "53300");
  Run(*superuser_, "ALTER ROLE ferry_observe CONNECTION LIMIT -1");
}

TEST_F(WatchdogTest, WhoeverIdlesInATransactionIsEndedWhereTheFileSaysSo) {
  Run(*superuser_, "GRANT pg_signal_backend TO ferry_observe");
  ASSERT_OK(holder_->Begin());
  Run(*holder_, "SELECT count(*) FROM public.t");
  limits_.lock_timeout = absl::Milliseconds(50);
  limits_.end_idle_after = absl::Milliseconds(600);
  ASSERT_OK_AND_ASSIGN(const ApplyResult result,
                       Watched(Make("1.0.0", "-- ferry:up\nALTER TABLE t ADD COLUMN x int;\n")));
  const std::string ended = absl::StrCat("ended pid ", holder_->backend_pid(),
                                         " (report_job) of ferry_migrate, idle"
                                         " in transaction for ");
  EXPECT_THAT(result.ended, ElementsAre(AllOf(HasSubstr(ended), HasSubstr("because it held public.t"))));
  EXPECT_EQ(told_, result.ended);
  EXPECT_THAT(Cell(*setup_, "SELECT reason FROM ferry.event WHERE kind = 'segment'"),
              AllOf(HasSubstr("because of ana; "), HasSubstr(ended)));
  EXPECT_FALSE(holder_->Query("SELECT 1").ok());
  Run(*superuser_, "REVOKE pg_signal_backend FROM ferry_observe");
}

TEST_F(WatchdogTest, ThatTheLoginMayNotEndItIsSaid) {
  ASSERT_OK(holder_->Begin());
  Run(*holder_, "SELECT count(*) FROM public.t");
  limits_.lock_timeout = absl::Milliseconds(50);
  limits_.lock_wait = absl::Seconds(2);
  limits_.end_idle_after = absl::Milliseconds(600);
  const absl::StatusOr<ApplyResult> result =
      Watched(Make("1.0.0", "-- ferry:up\nALTER TABLE t ADD COLUMN x int;\n"));
  EXPECT_THAT(result, StatusIsCode(ErrorCode::kLockTimeout));
  EXPECT_THAT(result, StatusText(HasSubstr("GRANT pg_signal_backend")));
  EXPECT_OK(holder_->Query("SELECT 1"));
}

TEST_F(WatchdogTest, WhatTheLoginCannotSeeOrDoIsSaidInThePreflight) {
  const std::unique_ptr<pg::Session> observe = Connect(database_.observe), poor = Connect(database_.setup);
  ASSERT_OK_AND_ASSIGN(const std::vector<std::string> nothing, CheckSight(*observe, false));
  EXPECT_THAT(nothing, IsEmpty());
  ASSERT_OK_AND_ASSIGN(const std::vector<std::string> hidden, CheckSight(*poor, true));
  EXPECT_THAT(hidden, ElementsAre(HasSubstr("\"ferry_setup\" is not in pg_monitor"),
                                  HasSubstr("GRANT pg_signal_backend TO \"ferry_setup\"")));
}

// A standby that follows by streaming.
class ReplicaTest : public WatchdogTest {
 protected:
  void SetUp() override {
    test::PgCluster::Options options;
    options.conf = {"wal_level = replica", "max_wal_senders = 5"};
    options.hba = {"local replication all trust"};
    cluster_ = test::PgCluster::Start(options);
    database_ = cluster_->CreateDatabase();
    setup_ = Connect(database_.setup);
    migrate_ = Connect(database_.migrate);
    ASSERT_OK(ledger::Install(*setup_, "ferry_migrate", "ferry_observe"));
    Prepare();
  }
  void StartStandby() {
    test::Process::Options as;
    if (geteuid() == 0) as.user = "postgres";
    const std::string bin = test::PgBinDir(), port = absl::StrCat(cluster_->port());
    const test::Finished copied =
        test::RunProcess({bin + "/pg_basebackup", "-h", cluster_->socket_dir(), "-p", port, "-U", "postgres",
                          "-D", cluster_->socket_dir() + "/standby", "-R", "-c", "fast"},
                         as);
    ASSERT_EQ(copied.exit_code, 0) << copied.err;
    standby_ = std::make_unique<test::Process>(
        std::vector<std::string>{bin + "/postgres", "-D", cluster_->socket_dir() + "/standby", "-p",
                                 absl::StrCat(cluster_->port() + 1), "-c", "listen_addresses="},
        as);
    test::PgCluster::Login login = database_.superuser;
    login["port"] = absl::StrCat(cluster_->port() + 1);
    ASSERT_TRUE(test::WaitUntil([&] {
      absl::StatusOr<std::unique_ptr<pg::Session>> session = pg::Session::Open({login}, "test");
      if (session.ok()) on_standby_ = *std::move(session);
      return on_standby_ != nullptr;
    }));
    ASSERT_TRUE(test::WaitUntil([&] {
      return Cell(*superuser_, "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'") == "1";
    }));
  }

  std::unique_ptr<test::PgCluster> cluster_;
  std::unique_ptr<test::Process> standby_;
  std::unique_ptr<pg::Session> on_standby_;
};

TEST_F(ReplicaTest, AStatementUnderWhichAReplicaFallsBehindIsCancelled) {
  ASSERT_NO_FATAL_FAILURE(StartStandby());
  limits_.replica_lag = absl::Milliseconds(700);
  HoldBack();
  EXPECT_OK(Watched(Make("0.9.0", "-- ferry:up\nCREATE TABLE u ();\n")))
      << "a replica that follows is no reason";
  Run(*on_standby_, "SELECT pg_wal_replay_pause()");
  const absl::StatusOr<ApplyResult> result = Watched(Holding());
  EXPECT_THAT(result, StatusIsCode(ErrorCode::kBlocksOthers));
  EXPECT_THAT(result, StatusText(AllOf(HasSubstr("replica walreceiver fell "), HasSubstr("behind meanwhile"),
                                       HasSubstr("the limit is replica_lag 700ms"))));
}

TEST_F(WatchdogTest, APersonWithPsqlSeesWhatARunIsDoing) {
  HoldBack();
  std::thread run([this] { EXPECT_OK(Watched(Holding())); });
  const std::string activity =
      "SELECT concat_ws('|', run, migration, segment, state, backend) FROM ferry.activity";
  EXPECT_TRUE(test::WaitUntil([&] { return Cell(*setup_, activity) != ""; }));
  EXPECT_THAT(Cell(*setup_, activity), HasSubstr(absl::StrCat("run-1|1.0.0|0|")));
  EXPECT_THAT(Cell(*setup_, activity), HasSubstr(absl::StrCat("|", migrate_->backend_pid())));
  Release();
  run.join();
  EXPECT_EQ(Cell(*setup_, activity), "");
}

}  // namespace
}  // namespace ferry::executor
