// Installing, recording and reading.
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "pg/ledger/ledger_fixture.h"
#include "pg/ledger/steps.h"

namespace ferry::ledger {
namespace {

using test::StatusIsCode;
using test::StatusText;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class LedgerTablesTest : public LedgerTest {};

TEST_F(LedgerTablesTest, InstallingAgainChangesNothing) {
  Apply(*migrate_, "1.0.0");
  ASSERT_OK_AND_ASSIGN(const LedgerState before, ReadLedger(*setup_));
  ASSERT_OK(Install(*setup_, "ferry_migrate", "ferry_observe"));
  ASSERT_OK_AND_ASSIGN(const LedgerState after, ReadLedger(*setup_));
  EXPECT_EQ(before.head, after.head);
  EXPECT_EQ(after.format, NewestFormat());
  EXPECT_EQ(Cell(*setup_, "SELECT count(*) FROM ferry.ledger_format"), std::to_string(NewestFormat()));
}

TEST_F(LedgerTablesTest, ADatabaseWithoutALedgerIsNoError) {
  const test::PgCluster::Database empty = test::PgCluster::Shared().CreateDatabase();
  const std::unique_ptr<pg::Session> observe = Connect(empty.observe);
  ASSERT_OK_AND_ASSIGN(const LedgerState state, ReadLedger(*observe));
  EXPECT_FALSE(state.exists);
  EXPECT_THAT(ReadVersion(*observe, "1.0.0"), StatusIsCode(ErrorCode::kLedgerMissing));
  EXPECT_THAT(RaiseFence(*observe, 1), StatusIsCode(ErrorCode::kLedgerMissing));
}

// What an earlier program laid and wrote.
TEST_F(LedgerTablesTest, AnOlderLedgerIsReadAndBroughtUpToDateWithItsHistory) {
  const test::PgCluster::Database old = test::PgCluster::Shared().CreateDatabase();
  const std::unique_ptr<pg::Session> setup = Connect(old.setup);
  for (const absl::string_view statement : absl::StrSplit(FormatSteps()[0], "\n-- next\n")) {
    Run(*setup, std::string(statement));
  }
  Run(*setup, "INSERT INTO ferry.ledger_format (format) VALUES (1)");
  Run(*setup,
      "INSERT INTO ferry.event (kind, version, direction, checksum, plan_digest, run_id, promotion_id, "
      "target_id,"
      " command_id, attempt, epoch, agent, backup_id, description, duration_ms) VALUES ('applied', '1.0.0', "
      "'up',"
      " 'c', 'd', 'run-1', 'prm-1', 't', 'cmd-1', 1, 1, 'a', 'b', 'first', 5)");
  ASSERT_OK_AND_ASSIGN(const LedgerState before, ReadLedger(*setup));
  EXPECT_EQ(before.format, 1);
  ASSERT_THAT(before.applied, SizeIs(1));
  ASSERT_OK(Install(*setup, "ferry_migrate", "ferry_observe"));
  ASSERT_OK_AND_ASSIGN(const LedgerState after, ReadLedger(*setup));
  EXPECT_EQ(after.format, NewestFormat());
  EXPECT_EQ(after.head, before.head);
  ASSERT_THAT(after.applied, SizeIs(1));
  EXPECT_EQ(after.applied[0].promotion_id, "prm-1");
  EXPECT_OK(VerifyChain(*setup));
  const std::unique_ptr<pg::Session> migrate = Connect(old.migrate);
  Apply(*migrate, "1.1.0");
  EXPECT_OK(VerifyChain(*setup));
}

TEST_F(LedgerTablesTest, RefusesASchemaOfThatNameWhichIsNotALedger) {
  const test::PgCluster::Database other = test::PgCluster::Shared().CreateDatabase();
  const std::unique_ptr<pg::Session> setup = Connect(other.setup);
  Run(*setup, "CREATE SCHEMA ferry");
  EXPECT_THAT(Install(*setup, "ferry_migrate", ""), StatusIsCode(ErrorCode::kLedgerMismatch));
}

TEST_F(LedgerTablesTest, RefusesALedgerOfANewerProgram) {
  Run(*setup_, "INSERT INTO ferry.ledger_format (format) VALUES (99)");
  EXPECT_THAT(Install(*setup_, "ferry_migrate", ""), StatusIsCode(ErrorCode::kLedgerMismatch));
  EXPECT_THAT(ReadLedger(*migrate_), StatusIsCode(ErrorCode::kLedgerMismatch));
}

TEST_F(LedgerTablesTest, ALoginThatMayNotCreateSchemasIsToldSo) {
  const test::PgCluster::Database empty = test::PgCluster::Shared().CreateDatabase();
  const std::unique_ptr<pg::Session> observe = Connect(empty.observe);
  EXPECT_THAT(Install(*observe, "ferry_migrate", "ferry_observe"), StatusIsCode(ErrorCode::kPrivilege));
  EXPECT_FALSE(observe->in_transaction());
}

TEST_F(LedgerTablesTest, ADbaReadsWhatIsApplied) {
  Apply(*migrate_, "1.0.0");
  Apply(*migrate_, "1.1.0");
  const std::unique_ptr<pg::Session> observe = Connect(database_.observe);
  EXPECT_EQ(Cell(*observe,
                 "SELECT string_agg(version || ' ' || description || ' ' || duration::text, '; ' ORDER BY"
                 " applied_at) FROM ferry.schema_version"),
            "1.0.0 adds a \"thing\" 00:00:01.5; 1.1.0 adds a \"thing\" 00:00:01.5");
  ASSERT_OK_AND_ASSIGN(const LedgerState state, ReadLedger(*observe));
  ASSERT_THAT(state.applied, SizeIs(2));
  EXPECT_EQ(state.applied[0].version, "1.0.0");
  EXPECT_EQ(state.applied[0].checksum, "checksum of 1.0.0");
  EXPECT_EQ(state.applied[0].plan_digest, std::string(64, 'd'));
  EXPECT_EQ(state.applied[0].duration, absl::Milliseconds(1500));
  EXPECT_EQ(state.applied[0].backup_id, "bak-1");
  EXPECT_EQ(state.applied[0].run_id, "run-1");
  EXPECT_LT(absl::AbsDuration(state.applied[0].applied_at - Now(*observe)), absl::Minutes(1));
  EXPECT_THAT(state.unfinished, IsEmpty());
  EXPECT_EQ(state.head.id, 4);
  EXPECT_THAT(state.head.hash, SizeIs(64));
}

TEST_F(LedgerTablesTest, ASegmentIsRecordedOnceWhicheverRunTries) {
  ASSERT_OK(InOneTransaction(*migrate_, SegmentRow(SomeAuthor(), SomeEvent("1.0.0", 0))));
  Author other = SomeAuthor();
  other.run_id = "run-2";
  EXPECT_THAT(InOneTransaction(*migrate_, SegmentRow(other, SomeEvent("1.0.0", 0))),
              StatusIsCode(ErrorCode::kLedgerMismatch));
  EXPECT_OK(InOneTransaction(*migrate_, SegmentRow(other, SomeEvent("1.0.0", 1))));
  ASSERT_OK_AND_ASSIGN(const LedgerState state, ReadLedger(*migrate_));
  ASSERT_THAT(state.unfinished, SizeIs(2));
  EXPECT_EQ(state.unfinished[1].segment, 1);
  EXPECT_THAT(state.applied, IsEmpty());
}

TEST_F(LedgerTablesTest, AStatementBegunAndNotRecordedIsSeenUntilItIsOrIsRolledBack) {
  ASSERT_OK(InOneTransaction(*migrate_, SegmentRow(SomeAuthor(), SomeEvent("1.0.0", 0))));
  ASSERT_OK(RecordIntent(*migrate_, SomeAuthor(), SomeEvent("1.0.0", 1)));
  const auto intents = [this] {
    const absl::StatusOr<LedgerState> state = ReadLedger(*migrate_);
    EXPECT_OK(state);
    return state.ok() ? state->intents : std::vector<SegmentDone>();
  };
  ASSERT_THAT(intents(), SizeIs(1));
  EXPECT_EQ(intents()[0].version, "1.0.0");
  EXPECT_EQ(intents()[0].direction, Direction::kUp);
  EXPECT_EQ(intents()[0].segment, 1);
  ASSERT_OK(InOneTransaction(*migrate_, SegmentRow(SomeAuthor(), SomeEvent("1.0.0", 1))));
  EXPECT_THAT(intents(), IsEmpty());
  ASSERT_OK(RecordIntent(*migrate_, SomeAuthor(), SomeEvent("1.0.0", 2)));
  ASSERT_OK(RecordIntent(*migrate_, SomeAuthor(), SomeEvent("1.0.0", 0, Direction::kDown)));
  EXPECT_THAT(intents(), SizeIs(2));
  ASSERT_OK(
      InOneTransaction(*migrate_, RolledBackRow(SomeAuthor(), SomeEvent("1.0.0", 0, Direction::kDown))));
  EXPECT_THAT(intents(), IsEmpty());
}

TEST_F(LedgerTablesTest, AnAppliedVersionTakesNoFurtherUpSegment) {
  Apply(*migrate_, "1.0.0");
  const absl::Status again = InOneTransaction(*migrate_, SegmentRow(SomeAuthor(), SomeEvent("1.0.0", 7)));
  EXPECT_THAT(again, StatusIsCode(ErrorCode::kLedgerMismatch));
  EXPECT_THAT(again, StatusText(HasSubstr("applied already")));
  EXPECT_THAT(InOneTransaction(*migrate_, AppliedRow(SomeAuthor(), SomeEvent("1.0.0"))),
              StatusIsCode(ErrorCode::kLedgerMismatch));
}

TEST_F(LedgerTablesTest, AfterARollbackTheVersionCanBeAppliedAgain) {
  for (int round = 0; round < 3; ++round) {
    Apply(*migrate_, "1.0.0");
    EXPECT_OK(InOneTransaction(*migrate_, SegmentRow(SomeAuthor(), SomeEvent("1.0.0", 0, Direction::kDown))));
    EXPECT_THAT(InOneTransaction(*migrate_, SegmentRow(SomeAuthor(), SomeEvent("1.0.0", 1, Direction::kUp))),
                StatusIsCode(ErrorCode::kLedgerMismatch));
    EXPECT_OK(
        InOneTransaction(*migrate_, RolledBackRow(SomeAuthor(), SomeEvent("1.0.0", 0, Direction::kDown))));
    EXPECT_EQ(Cell(*migrate_, "SELECT count(*) FROM ferry.schema_version"), "0");
  }
  EXPECT_THAT(
      InOneTransaction(*migrate_, RolledBackRow(SomeAuthor(), SomeEvent("1.0.0", 0, Direction::kDown))),
      StatusIsCode(ErrorCode::kLedgerMismatch));
  EXPECT_OK(VerifyChain(*migrate_));
}

TEST_F(LedgerTablesTest, ABackupIsRecordedOnItsOwn) {
  ASSERT_OK(RecordBackup(*migrate_, SomeAuthor(), "bak-77", "before 1.1.0"));
  EXPECT_EQ(Cell(*migrate_, "SELECT backup_id || ' ' || description FROM ferry.event WHERE kind = 'backup'"),
            "bak-77 before 1.1.0");
  EXPECT_FALSE(migrate_->in_transaction());
}

TEST_F(LedgerTablesTest, ACheckpointKeepsAnyKeyAndRefusesASecondWriter) {
  Checkpoint checkpoint;
  checkpoint.version = "1.0.0";
  checkpoint.segment = 2;
  checkpoint.last_key = {"a\"b\\c,{}\n\x01", "", "NULL", "\xC3\xA4"};
  checkpoint.rows_done = 12;
  checkpoint.batches = 1;
  ASSERT_OK(UpsertCheckpoint(*migrate_, SomeAuthor(), checkpoint, 0, absl::InfiniteFuture()));
  ASSERT_OK_AND_ASSIGN(const std::optional<Checkpoint> read,
                       ReadCheckpoint(*migrate_, "1.0.0", Direction::kUp, 2));
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->last_key, checkpoint.last_key);
  EXPECT_EQ(read->rows_done, 12);
  checkpoint.batches = 2;
  EXPECT_OK(UpsertCheckpoint(*migrate_, SomeAuthor(), checkpoint, 1, absl::InfiniteFuture()));
  EXPECT_THAT(UpsertCheckpoint(*migrate_, SomeAuthor(), checkpoint, 1, absl::InfiniteFuture()),
              StatusIsCode(ErrorCode::kLedgerMismatch));
  ASSERT_OK_AND_ASSIGN(const LedgerState state, ReadLedger(*migrate_));
  EXPECT_THAT(state.checkpoints, SizeIs(1));
}

TEST_F(LedgerTablesTest, AnEditedOrRemovedEventBreaksTheChain) {
  for (const char* const version : {"1.0.0", "1.1.0", "1.2.0"}) Apply(*migrate_, version);
  ASSERT_OK(VerifyChain(*migrate_));
  const std::unique_ptr<pg::Session> superuser = Connect(database_.superuser);
  EXPECT_THAT(superuser->Query("UPDATE ferry.event SET agent = 'x' WHERE id = 2"),
              StatusText(HasSubstr("append-only")));
  Run(*superuser, "ALTER TABLE ferry.event DISABLE TRIGGER append_only");
  Run(*superuser, "UPDATE ferry.event SET agent = 'x' WHERE id = 2");
  EXPECT_THAT(VerifyChain(*migrate_), StatusText(HasSubstr("event 2")));
  Run(*superuser, "UPDATE ferry.event SET agent = 'agent-1' WHERE id = 2");
  EXPECT_OK(VerifyChain(*migrate_));
  Run(*superuser, "DELETE FROM ferry.event WHERE id = 6");
  EXPECT_THAT(VerifyChain(*migrate_), StatusIsCode(ErrorCode::kLedgerMismatch));
}

TEST_F(LedgerTablesTest, ConcurrentEventsFormOneChain) {
  const std::unique_ptr<pg::Session> other = Connect(database_.migrate);
  ASSERT_OK(other->Begin());
  ASSERT_OK(InsertSegment(*other, SomeAuthor(), SomeEvent("1.0.0")));
  ASSERT_OK(migrate_->Begin());
  Run(*migrate_, "SET LOCAL lock_timeout = '100ms'");
  EXPECT_THAT(InsertSegment(*migrate_, SomeAuthor(), SomeEvent("1.1.0")),
              StatusIsCode(ErrorCode::kLockTimeout));
  migrate_->Rollback();
  ASSERT_OK(other->Commit());
  EXPECT_OK(InOneTransaction(*migrate_, SegmentRow(SomeAuthor(), SomeEvent("1.1.0"))));
  EXPECT_OK(VerifyChain(*migrate_));
  EXPECT_EQ(Cell(*migrate_, "SELECT max(id) FROM ferry.event"), "2");
}

}  // namespace
}  // namespace ferry::ledger
