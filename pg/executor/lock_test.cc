// Locks that others hold, the target's own lock, and outcomes that the wire lost.
#include <utility>

#include "pg/executor/executor_fixture.h"

namespace ferry::executor {
namespace {

using test::StatusIsCode;
using test::StatusText;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Field;
using ::testing::HasSubstr;

class LockTest : public ExecutorTest {
 protected:
  void SetUp() override {
    ExecutorTest::SetUp();
    Run(*migrate_, "CREATE TABLE public.t (id int)");
    limits_.lock_timeout = absl::Milliseconds(50);
    limits_.lock_retry_pause = absl::Milliseconds(20);
    holder_ = Connect(database_.migrate, "report_job");
  }

  void Hold() {
    ASSERT_OK(holder_->Begin());
    Run(*holder_, "SELECT count(*) FROM public.t");
  }

  const migration::Migration alter_ =
      Make("1.0.0", "-- ferry:up\nCREATE TABLE fresh ();\nALTER TABLE t ADD COLUMN x int;\n");
  std::unique_ptr<pg::Session> holder_;
};

TEST_F(LockTest, GivesUpAfterItsRetriesAndNamesTheHolder) {
  limits_.lock_retries = 2;
  Hold();
  const absl::StatusOr<ApplyResult> result = Apply(alter_);
  EXPECT_THAT(result, StatusIsCode(ErrorCode::kLockTimeout));
  EXPECT_THAT(result,
              StatusText(AllOf(HasSubstr("after 3 tries"), HasSubstr("report_job"),
                               HasSubstr("idle in transaction"), HasSubstr("nothing of segment 0 remains"))));
  EXPECT_THAT(result, StatusText(HasSubstr(absl::StrCat("pid ", holder_->backend_pid()))));
  EXPECT_EQ(DetailOf(result.status()).line, 9);
  EXPECT_EQ(DetailOf(result.status()).sqlstate, "55P03");
  EXPECT_FALSE(Exists("public.fresh"));
  EXPECT_THAT(progress_, Contains(AllOf(Field(&Progress::phase, "waiting for lock"),
                                        Field(&Progress::blocked_by, HasSubstr("report_job")))));
}

TEST_F(LockTest, GoesOnAsSoonAsTheHolderHasGone) {
  limits_.lock_retry_pause = absl::Seconds(20);
  Hold();
  auto sink = [&](const Progress& p) {
    if (p.phase == "waiting for lock") holder_->Rollback();
  };
  ASSERT_OK_AND_ASSIGN(const ApplyResult result,
                       ApplyMigration(*migrate_, alter_, SomeRun(), limits_, gate_, sink));
  EXPECT_GE(result.lock_retries, 1);
  EXPECT_LT(result.duration, absl::Seconds(8));
  EXPECT_EQ(Applied(), "1.0.0");
}

TEST_F(LockTest, TheGateIsAskedBeforeEachTry) {
  Hold();
  gate_.permit = [this](absl::Time) -> absl::StatusOr<absl::Time> {
    if (gate_.asked > 2) return Error(ErrorCode::kCancelled, "cancelled by ana");
    return absl::InfiniteFuture();
  };
  const absl::StatusOr<ApplyResult> result = Apply(alter_);
  EXPECT_THAT(result, StatusIsCode(ErrorCode::kCancelled));
  EXPECT_FALSE(Exists("public.fresh"));
}

TEST_F(LockTest, OnlyOneSessionHoldsTheTarget) {
  RunContext first = SomeRun("run-1"), second = SomeRun("run-2");
  const std::unique_ptr<pg::Session> a = Connect(database_.migrate, ApplicationName(first));
  const std::unique_ptr<pg::Session> b = Connect(database_.migrate, ApplicationName(second));
  {
    ASSERT_OK_AND_ASSIGN(const TargetLock held, TargetLock::Acquire(*a, first));
    const absl::StatusOr<TargetLock> refused = TargetLock::Acquire(*b, second);
    EXPECT_THAT(refused, StatusIsCode(ErrorCode::kTargetBusy));
    EXPECT_THAT(refused,
                StatusText(HasSubstr(absl::StrCat("pid ", a->backend_pid(), " (ferry/prod/main/run-1/1)"))));
    EXPECT_FALSE(a->broken());
  }
  EXPECT_OK(TargetLock::Acquire(*b, second));
}

TEST_F(LockTest, AVersionThatAnotherProcessAppliesMeanwhileTakesOursWithIt) {
  const migration::Migration m = Make("1.0.0", "-- ferry:up\nINSERT INTO t VALUES (1);\nSELECT 1;\n");
  bool done = false;
  const absl::StatusOr<ApplyResult> late =
      ApplyMigration(*migrate_, m, SomeRun("run-1"), limits_, gate_, [&](const Progress& p) {
        if (p.statement != "SELECT 1" || std::exchange(done, true)) return;
        EXPECT_OK(ApplyMigration(*holder_, m, SomeRun("run-2"), limits_, gate_, nullptr));
      });
  EXPECT_THAT(late, StatusIsCode(ErrorCode::kLedgerMismatch));
  EXPECT_EQ(Cell(*migrate_, "SELECT count(*) FROM public.t"), "1");
  EXPECT_EQ(Kinds(), "segment 0, applied");
}

TEST_F(LockTest, AnOlderIncarnationOfTheSameRunIsEndedAndNobodyElse) {
  RunContext run = SomeRun("run-1"), other = SomeRun("run-12");
  const std::unique_ptr<pg::Session> dead = Connect(database_.migrate, ApplicationName(run));
  const std::unique_ptr<pg::Session> stranger = Connect(database_.migrate, ApplicationName(other));
  const std::unique_ptr<pg::Session> observer = Connect(database_.observe, ApplicationName(run));
  ASSERT_OK_AND_ASSIGN(const TargetLock held, TargetLock::Acquire(*dead, run));
  ASSERT_OK(dead->Begin());
  Run(*dead, "CREATE TABLE public.half ()");
  run.attempt = 2;
  const std::unique_ptr<pg::Session> fresh = Connect(database_.migrate, ApplicationName(run));
  ASSERT_OK(TargetLock::Acquire(*fresh, run));
  EXPECT_THAT(dead->Commit(), StatusIsCode(ErrorCode::kOutcomeUnknown));
  EXPECT_TRUE(dead->broken());
  EXPECT_FALSE(Exists("public.half"));
  EXPECT_OK(stranger->Query("SELECT 1"));
  EXPECT_OK(observer->Query("SELECT 1"));
}

TEST_F(LockTest, AnOvertakenRunDoesNotGetTheTarget) {
  ASSERT_OK(ledger::RaiseFence(*migrate_, 5));
  EXPECT_THAT(TargetLock::Acquire(*migrate_, SomeRun()), StatusIsCode(ErrorCode::kStaleCommand));
  RunContext current = SomeRun();
  current.epoch = 5;
  EXPECT_OK(TargetLock::Acquire(*holder_, current));
}

TEST_F(LockTest, LongNamesStayApartWithinThe63Bytes) {
  RunContext a = SomeRun(), b = SomeRun();
  a.target_id = std::string(80, 'x') + "a";
  b.target_id = std::string(80, 'x') + "b";
  EXPECT_LE(ApplicationName(a).size(), 63u);
  EXPECT_NE(ApplicationName(a), ApplicationName(b));
}

TEST_F(LockTest, AnOutcomeIsResolvedByTheServerAndTheLedger) {
  RunContext run = SomeRun();
  std::vector<CommitIntent> intents;
  run.before_commit = [&](const CommitIntent& intent) {
    intents.push_back(intent);
    return absl::OkStatus();
  };
  ASSERT_OK(Apply(alter_, run));
  ASSERT_EQ(intents.size(), 1u);
  ASSERT_OK_AND_ASSIGN(const Outcome committed, ResolveOutcome(*holder_, intents[0], absl::ZeroDuration()));
  EXPECT_EQ(committed, Outcome::kCommitted);

  // Killed between the ledger row and COMMIT.
  const std::unique_ptr<pg::Session> superuser = Connect(database_.superuser);
  run.before_commit = [&](const CommitIntent& intent) {
    intents.push_back(intent);
    Run(*superuser, absl::StrCat("SELECT pg_terminate_backend(", migrate_->backend_pid(), ", 5000)"));
    return absl::OkStatus();
  };
  const migration::Migration next = Make("1.1.0", "-- ferry:up\nCREATE TABLE u ();\n");
  const absl::StatusOr<ApplyResult> lost = Apply(next, run);
  EXPECT_THAT(lost, StatusIsCode(ErrorCode::kOutcomeUnknown));
  EXPECT_THAT(lost, StatusText(HasSubstr("either applied and recorded, or nothing of it remains")));
  ASSERT_OK_AND_ASSIGN(const Outcome aborted, ResolveOutcome(*holder_, intents[1], absl::ZeroDuration()));
  EXPECT_EQ(aborted, Outcome::kAborted);
  migrate_ = Connect(database_.migrate);
  run.before_commit = nullptr;
  EXPECT_OK(Apply(next, run));
  EXPECT_EQ(Applied(), "1.0.0 1.1.0");
}

TEST_F(LockTest, AnUnknownOrOpenTransactionIsHeld) {
  CommitIntent intent{"999999999999", "1.0.0", ledger::Direction::kUp, 0};
  EXPECT_THAT(ResolveOutcome(*holder_, intent, absl::ZeroDuration()),
              StatusIsCode(ErrorCode::kOutcomeUnknown));
  ASSERT_OK(migrate_->Begin());
  ASSERT_OK_AND_ASSIGN(intent.xid, migrate_->CurrentXid());
  EXPECT_THAT(ResolveOutcome(*holder_, intent, absl::Milliseconds(150)),
              StatusIsCode(ErrorCode::kOutcomeUnknown));
  ASSERT_OK(migrate_->Commit());  // committed, but without a row of ours
  EXPECT_THAT(ResolveOutcome(*holder_, intent, absl::ZeroDuration()),
              StatusIsCode(ErrorCode::kLedgerMismatch));
}

TEST_F(LockTest, ALostConnectionInTheMiddleRollsBackAndSaysSo) {
  const std::unique_ptr<pg::Session> superuser = Connect(database_.superuser);
  auto sink = [&](const Progress& p) {
    if (p.statement.find("ALTER") == 0) {
      Run(*superuser, absl::StrCat("SELECT pg_terminate_backend(", migrate_->backend_pid(), ", 5000)"));
    }
  };
  const absl::StatusOr<ApplyResult> lost = ApplyMigration(*migrate_, alter_, SomeRun(), limits_, gate_, sink);
  EXPECT_THAT(lost, StatusIsCode(ErrorCode::kDatabaseUnreachable));
  EXPECT_EQ(DetailOf(lost.status()).target_state, "rolled back: nothing of 1.0.0 remains");
  EXPECT_FALSE(Exists("public.fresh"));
}

}  // namespace
}  // namespace ferry::executor
