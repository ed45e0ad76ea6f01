// What a person with psql sees of a run: SELECT * FROM ferry.activity.
#include "pg/ledger/activity.h"

#include <gmock/gmock.h>

#include "pg/ledger/ledger_fixture.h"
#include "tests/support/wait.h"

namespace ferry::ledger {
namespace {

using test::StatusText;
using ::testing::HasSubstr;

class ActivityTest : public LedgerTest {
 protected:
  std::string Seen() {
    return Cell(
        *setup_,
        "SELECT string_agg(concat_ws('|', run, migration, direction, segment, state, progress), E'\\n') FROM "
        "ferry.activity");
  }
  Activity AtWork() {
    Activity activity;
    activity.run_id = "run-1";
    activity.version = "1.1.0";
    activity.segment = 1;
    activity.segments = 3;
    activity.phase = "running";
    activity.statement = "ALTER TABLE a ADD b int";
    activity.backend_pid = migrate_->backend_pid();
    activity.running = absl::Seconds(90);
    return activity;
  }
  void Record(const Event& event) {
    ASSERT_OK(migrate_->Begin());
    ASSERT_OK(DeferGuard(*migrate_));
    ASSERT_OK(InsertSegment(*migrate_, SomeAuthor(), event));
    ASSERT_OK(migrate_->Commit());
  }
};

TEST_F(ActivityTest, NothingIsDoneInADatabaseThatIsAtRest) { EXPECT_EQ(Seen(), ""); }

TEST_F(ActivityTest, ARunSaysWhatItIsDoing) {
  Activity activity = AtWork();
  activity.percent = 41.5;
  activity.signal = "pg_stat_progress_create_index";
  activity.blocking = 2;
  ASSERT_OK(ReportActivity(*migrate_, activity));
  EXPECT_EQ(Seen(), "run-1|1.1.0|up|1|running|41.5 %, pg_stat_progress_create_index, 2 sessions wait for it");
  EXPECT_EQ(Cell(*setup_,
                 "SELECT date_trunc('second', clock_timestamp() - since) BETWEEN '89s' AND '95s' FROM "
                 "ferry.activity"),
            "t");
  ASSERT_OK(ClearActivity(*migrate_, "run-1"));
  EXPECT_EQ(Seen(), "");
}

TEST_F(ActivityTest, ABackendThatIsGoneIsSaidToBeGone) {
  std::unique_ptr<pg::Session> other = Connect(database_.migrate);
  Activity activity = AtWork();
  activity.backend_pid = other->backend_pid();
  ASSERT_OK(ReportActivity(*migrate_, activity));
  other.reset();
  test::WaitUntil([&] { return Seen() == "run-1|1.1.0|up|1|its backend is gone; running|"; });
  EXPECT_EQ(Seen(), "run-1|1.1.0|up|1|its backend is gone; running|");
}

TEST_F(ActivityTest, WhatWasBegunAndIsNotFinishedIsSeenWithoutARun) {
  Record(SomeEvent("1.1.0", 0));
  EXPECT_EQ(Seen(), "run-1|1.1.0|up|0|recorded; what follows is not begun|");
  ASSERT_OK(RecordIntent(*migrate_, SomeAuthor(), SomeEvent("1.1.0", 1)));
  EXPECT_EQ(Seen(), "run-1|1.1.0|up|1|begun, its end is not recorded|");
}

TEST_F(ActivityTest, ABackfillThatStoppedSaysHowFarItCame) {
  Checkpoint checkpoint;
  checkpoint.version = "1.1.0";
  checkpoint.last_key = {"50"};
  checkpoint.rows_done = 50;
  checkpoint.batches = 1;
  ASSERT_OK(migrate_->Begin());
  ASSERT_OK(UpsertCheckpoint(*migrate_, SomeAuthor(), checkpoint, 0, absl::InfiniteFuture()));
  ASSERT_OK(migrate_->Commit());
  EXPECT_EQ(Seen(), "run-1|1.1.0|up|0|between two batches|50 rows in 1 batches");
}

TEST_F(ActivityTest, AFinishedVersionIsNoActivity) {
  ASSERT_OK(migrate_->Begin());
  ASSERT_OK(DeferGuard(*migrate_));
  ASSERT_OK(InsertSegment(*migrate_, SomeAuthor(), SomeEvent("1.1.0", 0)));
  ASSERT_OK(InsertApplied(*migrate_, SomeAuthor(), SomeEvent("1.1.0", 0)));
  ASSERT_OK(migrate_->Commit());
  EXPECT_EQ(Seen(), "");
}

TEST_F(ActivityTest, WhoeverLooksOnMayWriteItAndNothingElse) {
  const std::unique_ptr<pg::Session> observe = Connect(database_.observe);
  ASSERT_OK(ReportActivity(*observe, AtWork()));
  EXPECT_OK(observe->Query("SELECT * FROM ferry.activity"));
  ASSERT_OK(ClearActivity(*observe, "run-1"));
  EXPECT_THAT(observe->Query("DELETE FROM ferry.checkpoint"), StatusText(HasSubstr("permission denied")));
}
}  // namespace
}  // namespace ferry::ledger
