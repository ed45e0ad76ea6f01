// What should be there, kept over changes of our own, kills and lost files, on a real database.
#include "agent/drift/keeper.h"

#include <sys/stat.h>
#include <unistd.h>

#include "agent/drift/keeper_fixture.h"
#include "gmock/gmock.h"
#include "pg/executor/lock.h"
#include "tests/support/process.h"

namespace ferry::drift {
namespace {

using test::StatusIsCode;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

executor::RunContext OtherRun() {
  executor::RunContext run;
  run.run_id = "run-other";
  run.target_id = "prod-1";
  run.epoch = 1;
  return run;
}

TEST_F(KeeperTest, NothingIsKnownBeforeAnythingWasApplied) {
  EXPECT_EQ(Look().state(), v1::DRIFT_STATE_NOT_KNOWN);
  ASSERT_OK(Settle());
  EXPECT_FALSE(State().fingerprint.has_value());
  Hand("CREATE TABLE t (a int)");
  EXPECT_EQ(Look().state(), v1::DRIFT_STATE_NOT_KNOWN);
}

TEST_F(KeeperTest, TheFirstLookTakesWhatIsThere) {
  Apply("1.0.0", {"CREATE TABLE prices (close int)"});
  EXPECT_TRUE(Unsettled(State()));
  EXPECT_EQ(Look().state(), v1::DRIFT_STATE_NOT_KNOWN);
  ASSERT_OK(Settle());
  EXPECT_FALSE(Unsettled(State()));
  ASSERT_TRUE(State().fingerprint.has_value());
  EXPECT_EQ(State().fingerprint->how, "first look");
  EXPECT_EQ(State().fingerprint->event_id, State().head.id);
  EXPECT_EQ(Look().state(), v1::DRIFT_STATE_NONE);
  struct stat file;
  ASSERT_EQ(stat(Path(".pb").c_str(), &file), 0);
  EXPECT_EQ(file.st_mode & 0777U, 0600U);
}

TEST_F(KeeperTest, SomebodysChangeIsNoticedAndItsUndoingToo) {
  AppliedAndSettled();
  Hand("CREATE INDEX by_hand ON prices (close)");
  const v1::DriftStatus drifted = Look();
  EXPECT_EQ(drifted.state(), v1::DRIFT_STATE_DRIFTED);
  EXPECT_THAT(Names(drifted), ElementsAre("by_hand"));
  EXPECT_EQ(drifted.objects(), 1);
  EXPECT_NE(drifted.keys(0).actual(), "");
  Hand("DROP INDEX by_hand");
  EXPECT_EQ(Look().state(), v1::DRIFT_STATE_NONE);
  Hand("DROP TABLE prices");
  EXPECT_THAT(Names(Look()), ElementsAre("prices", "close"));
  EXPECT_EQ(Look().keys(0).actual(), "");
}

TEST_F(KeeperTest, RowsStatisticsAndTemporaryTablesAreNoDrift) {
  AppliedAndSettled();
  Hand("INSERT INTO prices SELECT generate_series(1, 1000)");
  Hand("ANALYZE prices");
  Hand("VACUUM prices");
  Hand("CREATE TEMPORARY TABLE scratch (a int)");
  Hand("UPDATE prices SET close = close + 1");
  EXPECT_EQ(Look().state(), v1::DRIFT_STATE_NONE);
}

TEST_F(KeeperTest, OurOwnChangeIsNeverTakenForDrift) {
  AppliedAndSettled();
  Apply("1.1.0", {"ALTER TABLE prices ADD COLUMN open int"});
  EXPECT_EQ(Look().state(), v1::DRIFT_STATE_NONE) << "as it was, until it is settled";
  ASSERT_OK(Settle());
  EXPECT_EQ(State().fingerprint->how, "after a change");
  EXPECT_EQ(Look().state(), v1::DRIFT_STATE_NONE);
  RollBack("1.1.0", {"ALTER TABLE prices DROP COLUMN open"});
  ASSERT_OK(Settle());
  EXPECT_EQ(Look().state(), v1::DRIFT_STATE_NONE);
}

TEST_F(KeeperTest, APauseBetweenSegmentsIsNoDrift) {
  AppliedAndSettled();
  Segment("1.1.0", 0, "ALTER TABLE prices ADD COLUMN open int");
  ASSERT_OK(Settle());
  EXPECT_EQ(Look().state(), v1::DRIFT_STATE_NONE);
  Hand("ALTER TABLE prices ADD COLUMN by_hand int");
  EXPECT_THAT(Names(Look()), ElementsAre("by_hand"));
  Segment("1.1.0", 1, "ALTER TABLE prices ADD COLUMN high int");
  ASSERT_OK(Settle());
  EXPECT_THAT(Names(Look()), ElementsAre("by_hand")) << "it had drifted before, and still has";
}

TEST_F(KeeperTest, DriftOutlivesOurChangesAndRestarts) {
  AppliedAndSettled();
  Hand("CREATE INDEX by_hand ON prices (close)");
  const absl::Time since = rpc::FromProto(Look().since());
  Restart();
  clock_.Advance(absl::Hours(1));
  EXPECT_EQ(rpc::FromProto(Look().since()), since);
  Apply("1.1.0", {"CREATE TABLE orders (id int)"});
  Restart();
  ASSERT_OK(Settle());
  EXPECT_THAT(Names(Look()), ElementsAre("by_hand"));
  EXPECT_EQ(rpc::FromProto(Look().since()), since);
  Apply("1.2.0", {"DROP INDEX by_hand"});
  ASSERT_OK(Settle());
  EXPECT_EQ(Look().state(), v1::DRIFT_STATE_NONE) << "our own change has ended it";
}

TEST_F(KeeperTest, ALostFileLosesTheObjectsAndNotThatThereIsDrift) {
  AppliedAndSettled();
  Hand("CREATE INDEX by_hand ON prices (close)");
  ASSERT_EQ(unlink(Path(".pb").c_str()), 0);
  Restart();
  EXPECT_EQ(Look().state(), v1::DRIFT_STATE_DRIFTED);
  EXPECT_THAT(Look().keys(), IsEmpty());
  Hand("DROP INDEX by_hand");
  EXPECT_EQ(Look().state(), v1::DRIFT_STATE_NONE);
  Hand("CREATE INDEX by_hand ON prices (close)");
  EXPECT_THAT(Names(Look()), ElementsAre("by_hand")) << "the file was written again";
}

TEST_F(KeeperTest, AfterALossOurNextChangeSaysWhatIsNotKnown) {
  AppliedAndSettled();
  ASSERT_EQ(unlink(Path(".pb").c_str()), 0);
  Apply("1.1.0", {"CREATE TABLE orders (id int)"});
  ASSERT_OK(Settle());
  EXPECT_THAT(State().fingerprint->note, HasSubstr("lost"));
  EXPECT_EQ(Look().state(), v1::DRIFT_STATE_NONE);
}

TEST_F(KeeperTest, SomebodyMaySayThatItIsRightAsItIs) {
  EXPECT_THAT(keeper_->TakeAsItIs(*migrate_, *observe_, "root@db1: why"),
              StatusIsCode(ErrorCode::kLedgerMissing));
  AppliedAndSettled();
  Hand("CREATE INDEX by_hand ON prices (close)");
  ASSERT_EQ(unlink(Path(".pb").c_str()), 0);
  EXPECT_EQ(Look().state(), v1::DRIFT_STATE_DRIFTED);
  // By another process than the agent's, on the same folder.
  Keeper command("prod-1", dir_.File("expected"), &clock_);
  ASSERT_OK(command.TakeAsItIs(*migrate_, *observe_, "root@db1: why"));
  EXPECT_EQ(State().fingerprint->how, "by hand");
  EXPECT_EQ(State().fingerprint->note, "root@db1: why");
  EXPECT_EQ(Look().state(), v1::DRIFT_STATE_NONE);
  Hand("CREATE TABLE more ()");
  EXPECT_THAT(Names(Look()), ElementsAre("more"));
}

TEST_F(KeeperTest, ADamagedFileIsALostOne) {
  AppliedAndSettled();
  ASSERT_EQ(truncate(Path(".pb").c_str(), 100), 0);
  Restart();
  Hand("CREATE INDEX by_hand ON prices (close)");
  EXPECT_EQ(Look().state(), v1::DRIFT_STATE_DRIFTED);
  EXPECT_THAT(Look().keys(), IsEmpty());
}

TEST_F(KeeperTest, WhileAnotherHoldsTheLockNothingIsSettled) {
  AppliedAndSettled();
  Apply("1.1.0", {"CREATE TABLE orders (id int)"});
  {
    const auto other = Open(database_.migrate);
    ASSERT_OK_AND_ASSIGN(const executor::TargetLock lock, executor::TargetLock::Acquire(*other, OtherRun()));
    EXPECT_THAT(Settle(), StatusIsCode(ErrorCode::kTargetBusy));
    EXPECT_EQ(Look().state(), v1::DRIFT_STATE_NONE);
    EXPECT_TRUE(Unsettled(State()));
  }
  EXPECT_OK(Settle());
  EXPECT_FALSE(Unsettled(State()));
}

TEST_F(KeeperTest, SettlingKeepsNobodyFromTheLock) {
  AppliedAndSettled();
  Apply("1.1.0", {"CREATE TABLE orders (id int)"});
  const auto other = Open(database_.migrate);
  ASSERT_OK(Settle());
  EXPECT_OK(executor::TargetLock::Acquire(*other, OtherRun()));
}

TEST_F(KeeperTest, AfterARestoreWhatIsThereIsWhatShouldBe) {
  AppliedAndSettled();
  Hand("CREATE INDEX by_hand ON prices (close)");
  EXPECT_EQ(Look().state(), v1::DRIFT_STATE_DRIFTED);
  ledger::Author author = SomeAuthor();
  author.backup_id = "bak-9";
  ASSERT_OK(ledger::ContinueAfterRestore(nullptr, *setup_, author, "restored from bak-9"));
  EXPECT_TRUE(Unsettled(State()));
  ASSERT_OK(Settle());
  EXPECT_EQ(State().fingerprint->how, "restored");
  EXPECT_EQ(Look().state(), v1::DRIFT_STATE_NONE);
}

TEST_F(KeeperTest, TwoAgentsAgreeAsSoonAsTheSchemaDoes) {
  AppliedAndSettled();
  Keeper other("prod-1", dir_.File("elsewhere"), &clock_);
  EXPECT_EQ(LookBy(other).state(), v1::DRIFT_STATE_NONE);
  Hand("CREATE INDEX by_hand ON prices (close)");
  EXPECT_THAT(Names(LookBy(other)), ElementsAre("by_hand"));
  Apply("1.1.0", {"CREATE TABLE orders (id int)"});
  ASSERT_OK(other.Settle(*migrate_, *observe_));
  EXPECT_THAT(Names(LookBy(other)), ElementsAre("by_hand"));
  EXPECT_EQ(Look().state(), v1::DRIFT_STATE_DRIFTED) << "by the ledger's fingerprints, without the objects";
}

TEST_F(KeeperTest, LooksTakeTheirPauses) {
  AppliedAndSettled();
  EXPECT_EQ(Look().state(), v1::DRIFT_STATE_NONE);
  Hand("CREATE INDEX by_hand ON prices (close)");
  ASSERT_OK_AND_ASSIGN(const ledger::LedgerState state, ledger::ReadLedger(*observe_));
  EXPECT_EQ(keeper_->Look(*observe_, state, absl::Seconds(5)).state(), v1::DRIFT_STATE_NONE);
  clock_.Advance(absl::Hours(1));
  EXPECT_EQ(keeper_->Look(*observe_, state, std::nullopt).state(), v1::DRIFT_STATE_NONE) << "off";
  EXPECT_EQ(keeper_->Look(*observe_, state, absl::Seconds(5)).state(), v1::DRIFT_STATE_DRIFTED);
}

// A kill between any two steps of settling, with drift there before and after.
class KeeperKillTest : public KeeperTest, public ::testing::WithParamInterface<const char*> {
 protected:
  static std::string BinDir() {
    char self[4096];
    const ssize_t length = readlink("/proc/self/exe", self, sizeof self);
    const std::string path(self, static_cast<size_t>(length));
    return path.substr(0, path.rfind('/'));
  }
};

TEST_P(KeeperKillTest, TheNextOneSettles) {
  AppliedAndSettled();
  Hand("CREATE INDEX by_hand ON prices (close)");
  EXPECT_EQ(Look().state(), v1::DRIFT_STATE_DRIFTED);
  Apply("1.1.0", {"CREATE TABLE orders (id int)"});
  test::Process::Options options;
  options.env["FERRY_FAULT"] = std::string(GetParam()) + "=kill";
  test::Process killed({BinDir() + "/ferry_settle", database_.migrate.at("host"),
                        database_.migrate.at("port"), database_.migrate.at("dbname"), dir_.File("expected")},
                       options);
  ASSERT_EQ(killed.Wait(absl::Seconds(60)), 137) << killed.Stderr();
  Restart();
  ASSERT_OK(Settle());
  EXPECT_THAT(Names(Look()), ElementsAre("by_hand"));
  Apply("1.2.0", {"CREATE TABLE fills (id int)"});
  ASSERT_OK(Settle());
  EXPECT_THAT(Names(Look()), ElementsAre("by_hand"));
}

INSTANTIATE_TEST_SUITE_P(Everywhere, KeeperKillTest,
                         ::testing::Values("settle.read.after", "settle.file.after", "settle.row.after"));

}  // namespace
}  // namespace ferry::drift
