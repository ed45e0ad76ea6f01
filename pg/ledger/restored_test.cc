// A restored ledger: nothing of the history is lost, and every version stands as the backup's data has it.
#include "pg/ledger/restored.h"

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "pg/ledger/ledger_fixture.h"

namespace ferry::ledger {
namespace {

using test::PgCluster;
using test::StatusIsCode;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class RestoredTest : public LedgerTest {
 protected:
  // What a backup of the database taken now would be restored to.
  std::string Backup() {
    setup_.reset();
    migrate_.reset();
    const std::string copy = absl::StrCat(database_.name, "_copy", ++copies_);
    bool copied = false;
    for (int i = 0; i < 200 && !copied; ++i) {  // until the server has seen our sessions end
      const auto admin = Connect(PgCluster::Shared().LoginOf("postgres", "postgres"));
      copied = admin->Query(absl::StrCat("CREATE DATABASE ", copy, " TEMPLATE ", database_.name)).ok();
    }
    EXPECT_TRUE(copied);
    setup_ = Connect(database_.setup);
    migrate_ = Connect(database_.migrate);
    return copy;
  }
  static std::unique_ptr<pg::Session> Open(const std::string& database,
                                           const std::string& role = "ferry_setup") {
    return Connect(PgCluster::Shared().LoginOf(role, database));
  }
  static Author Restorer(const std::string& run, int64_t epoch = 7) {
    Author author = SomeAuthor(epoch);
    author.run_id = run;
    author.backup_id = "bak-9";
    return author;
  }
  static std::vector<std::string> Versions(const LedgerState& state) {
    std::vector<std::string> versions;
    for (const AppliedVersion& v : state.applied) versions.push_back(v.version);
    return versions;
  }
  static void RollBack(pg::Session& session, const std::string& version) {
    EXPECT_OK(InOneTransaction(session, SegmentRow(SomeAuthor(), SomeEvent(version, 0, Direction::kDown))));
    EXPECT_OK(
        InOneTransaction(session, RolledBackRow(SomeAuthor(), SomeEvent(version, 0, Direction::kDown))));
  }

  int copies_ = 0;
};

TEST_F(RestoredTest, WhatHappenedAfterTheBackupStaysInTheHistoryAndIsUndone) {
  Apply(*migrate_, "1.0.0");
  const std::string applied_at = Cell(*setup_, "SELECT applied_at FROM ferry.schema_version");
  const std::string backup = Backup();
  RollBack(*migrate_, "1.0.0");
  Apply(*migrate_, "1.0.0");
  Apply(*migrate_, "1.1.0");
  ASSERT_OK(RaiseFence(*setup_, 5));
  const auto restored = Open(backup);
  ASSERT_OK_AND_ASSIGN(const Continued done,
                       ContinueAfterRestore(setup_.get(), *restored, Restorer("run-9"), "from bak-9"));
  EXPECT_EQ(done.restored_to, 2);
  EXPECT_EQ(done.copied, 6);
  EXPECT_OK(VerifyChain(*restored));
  ASSERT_OK_AND_ASSIGN(const LedgerState state, ReadLedger(*restored));
  EXPECT_THAT(Versions(state), ElementsAre("1.0.0"));
  EXPECT_EQ(state.applied[0].promotion_id, "prm-1");
  EXPECT_EQ(Cell(*restored, "SELECT applied_at FROM ferry.schema_version"), applied_at);
  EXPECT_THAT(state.unfinished, IsEmpty());
  EXPECT_EQ(state.epoch, 7);
  ASSERT_TRUE(state.restored.has_value());
  EXPECT_EQ(state.restored->backup_id, "bak-9");
  EXPECT_EQ(state.restored->run_id, "run-9");
  EXPECT_EQ(state.restored->event_id, 9);
  EXPECT_EQ(Cell(*restored, "SELECT hash FROM ferry.event WHERE id = 8"),
            Cell(*setup_, "SELECT hash FROM ferry.event WHERE id = 8"));

  const auto migrate = Open(backup, "ferry_migrate");
  EXPECT_THAT(InOneTransaction(*migrate, SegmentRow(SomeAuthor(7), SomeEvent("1.0.0", 5))),
              StatusIsCode(ErrorCode::kLedgerMismatch))
      << "1.0.0 is applied";
  EXPECT_THAT(InOneTransaction(*migrate, SegmentRow(SomeAuthor(6), SomeEvent("1.1.0"))),
              StatusIsCode(ErrorCode::kGuardRefused));
  EXPECT_OK(InOneTransaction(*migrate, SegmentRow(SomeAuthor(7), SomeEvent("1.1.0"))));
  EXPECT_OK(InOneTransaction(*migrate, AppliedRow(SomeAuthor(7), SomeEvent("1.1.0"))));
  EXPECT_OK(
      InOneTransaction(*migrate, RolledBackRow(SomeAuthor(7), SomeEvent("1.0.0", 0, Direction::kDown))));
  EXPECT_OK(VerifyChain(*restored));
  EXPECT_THAT(restored->Query("UPDATE ferry.event SET agent = 'x'"),
              StatusIsCode(ErrorCode::kStatementFailed))
      << "append-only again";
}

TEST_F(RestoredTest, AskingAgainChangesNothingUnlessTheOldLedgerWentOn) {
  Apply(*migrate_, "1.0.0");
  const std::string backup = Backup();
  Apply(*migrate_, "1.1.0");
  const auto restored = Open(backup);
  ASSERT_OK_AND_ASSIGN(const Continued first,
                       ContinueAfterRestore(setup_.get(), *restored, Restorer("run-9"), "x"));
  ASSERT_OK_AND_ASSIGN(const Continued second,
                       ContinueAfterRestore(setup_.get(), *restored, Restorer("run-9"), "x"));
  EXPECT_EQ(first.head, second.head);
  Apply(*migrate_, "1.2.0");
  EXPECT_THAT(ContinueAfterRestore(setup_.get(), *restored, Restorer("run-9"), "x"),
              StatusIsCode(ErrorCode::kLedgerMismatch));
}

TEST_F(RestoredTest, AMigrationThatWasHalfWayInTheBackupIsHalfWayAgain) {
  Apply(*migrate_, "1.0.0");
  EXPECT_OK(InOneTransaction(*migrate_, SegmentRow(SomeAuthor(), SomeEvent("1.1.0", 0))));
  ASSERT_OK(RecordIntent(*migrate_, SomeAuthor(), SomeEvent("1.1.0", 1)));
  Checkpoint checkpoint;
  checkpoint.version = "1.1.0";
  checkpoint.segment = 2;
  checkpoint.last_key = {"a\"b", "7"};
  checkpoint.rows_done = 12;
  checkpoint.batches = 3;
  ASSERT_OK(UpsertCheckpoint(*migrate_, SomeAuthor(), checkpoint, 0, absl::InfiniteFuture()));
  const std::string backup = Backup();
  for (int segment : {1, 2}) {
    EXPECT_OK(InOneTransaction(*migrate_, SegmentRow(SomeAuthor(), SomeEvent("1.1.0", segment))));
  }
  EXPECT_OK(InOneTransaction(*migrate_, AppliedRow(SomeAuthor(), SomeEvent("1.1.0"))));
  const auto restored = Open(backup);
  ASSERT_OK(ContinueAfterRestore(setup_.get(), *restored, Restorer("run-9"), "x"));
  ASSERT_OK_AND_ASSIGN(const LedgerState state, ReadLedger(*restored));
  EXPECT_THAT(Versions(state), ElementsAre("1.0.0"));
  ASSERT_THAT(state.unfinished, SizeIs(1));
  EXPECT_EQ(state.unfinished[0].segment, 0);
  ASSERT_THAT(state.intents, SizeIs(1));
  ASSERT_THAT(state.checkpoints, SizeIs(1));
  EXPECT_EQ(state.checkpoints[0].last_key, checkpoint.last_key);
  EXPECT_EQ(state.checkpoints[0].batches, 3);
  EXPECT_OK(VerifyChain(*restored));
}

TEST_F(RestoredTest, ARepeatableFileIsWhatTheBackupHasAndASecondRestoreGoesBackAgain) {
  Apply(*migrate_, "R_view");
  Apply(*migrate_, "1.0.0");
  const std::string backup = Backup(), again = Backup();
  Apply(*migrate_, "R_view");
  Apply(*migrate_, "1.1.0");
  const auto first = Open(backup);
  ASSERT_OK(ContinueAfterRestore(setup_.get(), *first, Restorer("run-9"), "x"));
  ASSERT_OK_AND_ASSIGN(const LedgerState state, ReadLedger(*first));
  EXPECT_THAT(Versions(state), ElementsAre("1.0.0", "R_view"));
  EXPECT_THAT(state.unfinished, IsEmpty());
  const auto migrate = Open(backup, "ferry_migrate");
  EXPECT_OK(InOneTransaction(*migrate, AppliedRow(SomeAuthor(7), SomeEvent("1.1.0"))));
  const auto second = Open(again);
  ASSERT_OK(ContinueAfterRestore(first.get(), *second, Restorer("run-10", 8), "x"));
  ASSERT_OK_AND_ASSIGN(const LedgerState twice, ReadLedger(*second));
  EXPECT_THAT(Versions(twice), ElementsAre("1.0.0", "R_view"));
  EXPECT_EQ(twice.restored->run_id, "run-10");
  EXPECT_OK(VerifyChain(*second));
}

TEST_F(RestoredTest, ALedgerThatDoesNotGoOnWhereTheBackupEndsIsRefusedAndOneThatIsGoneIsNotNeeded) {
  Apply(*migrate_, "1.0.0");
  const std::string backup = Backup();
  const PgCluster::Database other = PgCluster::Shared().CreateDatabase();
  const auto foreign = Open(other.name);
  ASSERT_OK(Install(*foreign, "ferry_migrate", "ferry_observe"));
  const auto restored = Open(backup);
  EXPECT_THAT(ContinueAfterRestore(foreign.get(), *restored, Restorer("run-9"), "x"),
              StatusIsCode(ErrorCode::kLedgerMismatch));
  ASSERT_OK(ContinueAfterRestore(nullptr, *restored, Restorer("run-9"), "x"));
  ASSERT_OK_AND_ASSIGN(const LedgerState state, ReadLedger(*restored));
  EXPECT_THAT(Versions(state), ElementsAre("1.0.0"));
  EXPECT_TRUE(state.restored.has_value());
}

}  // namespace
}  // namespace ferry::ledger
