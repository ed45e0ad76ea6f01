// The commit guard, and that the migrating login cannot get around it.
#include "gmock/gmock.h"
#include "pg/ledger/ledger_fixture.h"
#include "tests/support/wait.h"

namespace ferry::ledger {
namespace {

using test::StatusIsCode;
using test::StatusText;
using ::testing::HasSubstr;

class GuardTest : public LedgerTest {
 protected:
  void BeginWithTable() {
    ASSERT_OK(migrate_->Begin());
    Run(*migrate_, "CREATE TABLE public.made ()");
  }
  bool TableIsThere() { return Cell(*setup_, "SELECT to_regclass('public.made') IS NOT NULL") == "t"; }

  absl::Status Commit() {
    const absl::Status status = Translate(migrate_->Commit());
    migrate_->Rollback();
    return status;
  }
};

TEST_F(GuardTest, RefusesACommitWhoseEpochWasOvertakenAndTheDdlGoesWithIt) {
  BeginWithTable();
  ASSERT_OK(DeferGuard(*migrate_));
  ASSERT_OK(InsertSegment(*migrate_, SomeAuthor(5), SomeEvent("1.0.0")));
  const std::unique_ptr<pg::Session> successor = Connect(database_.migrate);
  ASSERT_OK(RaiseFence(*successor, 6));
  const absl::Status status = Commit();
  EXPECT_THAT(status, StatusIsCode(ErrorCode::kGuardRefused));
  EXPECT_THAT(status, StatusText(HasSubstr("epoch 5 is below 6")));
  EXPECT_FALSE(TableIsThere());
  EXPECT_EQ(Cell(*setup_, "SELECT count(*) FROM ferry.event"), "0");
}

TEST_F(GuardTest, LetsTheCurrentEpochCommit) {
  ASSERT_OK(RaiseFence(*migrate_, 6));
  BeginWithTable();
  ASSERT_OK(InsertSegment(*migrate_, SomeAuthor(6), SomeEvent("1.0.0")));
  EXPECT_OK(Commit());
  EXPECT_TRUE(TableIsThere());
}

TEST_F(GuardTest, RefusesACommitAfterTheDeadlineByTheDatabasesClock) {
  BeginWithTable();
  Event event = SomeEvent("1.0.0");
  event.deadline = Now(*setup_) + absl::Milliseconds(200);
  ASSERT_OK(DeferGuard(*migrate_));
  ASSERT_OK(InsertSegment(*migrate_, SomeAuthor(), event));
  ASSERT_TRUE(test::WaitUntil([&] { return Now(*setup_) > event.deadline; }));
  EXPECT_THAT(Commit(), StatusIsCode(ErrorCode::kGuardRefused));
  EXPECT_FALSE(TableIsThere());
}

TEST_F(GuardTest, IsDeferredAgainAfterAMigrationMadeAllConstraintsImmediate) {
  BeginWithTable();
  Run(*migrate_, "SET CONSTRAINTS ALL IMMEDIATE");
  Event event = SomeEvent("1.0.0");
  event.deadline = Now(*setup_) + absl::Milliseconds(200);
  ASSERT_OK(DeferGuard(*migrate_));
  ASSERT_OK(InsertSegment(*migrate_, SomeAuthor(), event));
  ASSERT_TRUE(test::WaitUntil([&] { return Now(*setup_) > event.deadline; }));
  EXPECT_THAT(Commit(), StatusIsCode(ErrorCode::kGuardRefused));
  EXPECT_FALSE(TableIsThere());
}

TEST_F(GuardTest, JudgesCheckpointsToo) {
  ASSERT_OK(RaiseFence(*migrate_, 6));
  Checkpoint checkpoint;
  checkpoint.version = "1.0.0";
  checkpoint.batches = 1;
  BeginWithTable();
  ASSERT_OK(UpsertCheckpoint(*migrate_, SomeAuthor(5), checkpoint, 0, absl::InfiniteFuture()));
  EXPECT_THAT(Commit(), StatusIsCode(ErrorCode::kGuardRefused));
  BeginWithTable();
  ASSERT_OK(UpsertCheckpoint(*migrate_, SomeAuthor(6), checkpoint, 0, absl::UnixEpoch()));
  EXPECT_THAT(Commit(), StatusIsCode(ErrorCode::kGuardRefused));
  EXPECT_FALSE(TableIsThere());
}

TEST_F(GuardTest, HoldsUnderReplicaRoleOfASuperuser) {
  const std::unique_ptr<pg::Session> superuser = Connect(database_.superuser);
  ASSERT_OK(RaiseFence(*superuser, 6));
  Run(*superuser, "SET session_replication_role = replica");
  EXPECT_THAT(InOneTransaction(*superuser, SegmentRow(SomeAuthor(5), SomeEvent("1.0.0"))),
              StatusIsCode(ErrorCode::kGuardRefused));
}

TEST_F(GuardTest, TheMigratingLoginMayNeitherDisableNorForge) {
  Apply(*migrate_, "1.0.0");
  for (const char* const sql : {
           "SET session_replication_role = replica",
           "ALTER TABLE ferry.event DISABLE TRIGGER ALL",
           "ALTER TABLE ferry.event DISABLE TRIGGER commit_guard",
           "ALTER TABLE ferry.event DROP CONSTRAINT commit_guard",
           "DROP TRIGGER commit_guard ON ferry.event",
           "CREATE TRIGGER mine BEFORE INSERT ON ferry.event FOR EACH ROW EXECUTE FUNCTION "
           "ferry.refuse_change()",
           "CREATE OR REPLACE FUNCTION ferry.commit_guard() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END'",
           "CREATE TABLE ferry.mine ()",
           "DROP SCHEMA ferry CASCADE",
           "ALTER SCHEMA ferry RENAME TO gone",
           "DELETE FROM ferry.event",
           "UPDATE ferry.event SET version = '2.0.0'",
           "TRUNCATE ferry.event",
           "DELETE FROM ferry.checkpoint",
           "INSERT INTO ferry.schema_version SELECT * FROM ferry.schema_version",
           "DELETE FROM ferry.schema_version",
           "UPDATE ferry.fence SET epoch = 0",
           "DELETE FROM ferry.fence",
           "UPDATE ferry.head SET id = 0",
           "INSERT INTO ferry.event (id) VALUES (77)",
           "INSERT INTO ferry.event (hash) VALUES ('mine')",
           "SET ROLE ferry_setup",
       }) {
    EXPECT_THAT(migrate_->Query(sql), StatusIsCode(ErrorCode::kPrivilege)) << sql;
  }
  EXPECT_OK(VerifyChain(*setup_));
}

TEST_F(GuardTest, TheFenceOnlyRises) {
  ASSERT_OK(RaiseFence(*migrate_, 7));
  EXPECT_THAT(RaiseFence(*migrate_, 6), StatusIsCode(ErrorCode::kStaleCommand));
  EXPECT_OK(RaiseFence(*migrate_, 7));
  ASSERT_OK_AND_ASSIGN(const int64_t epoch, ReadEpoch(*migrate_));
  EXPECT_EQ(epoch, 7);
}

TEST_F(GuardTest, SaysWhenTheLoginCouldDefeatIt) {
  ASSERT_OK_AND_ASSIGN(const LedgerState as_migrate, ReadLedger(*migrate_));
  EXPECT_FALSE(as_migrate.guard_advisory);
  ASSERT_OK_AND_ASSIGN(const LedgerState as_owner, ReadLedger(*setup_));
  EXPECT_TRUE(as_owner.guard_advisory);
}

TEST_F(GuardTest, SaysSoOfPowersThatReachPastIt) {
  const std::unique_ptr<pg::Session> superuser = Connect(database_.superuser);
  const auto advisory = [this] {
    const absl::StatusOr<LedgerState> state = ReadLedger(*migrate_);
    EXPECT_OK(state);
    return state.ok() && state->guard_advisory;
  };
  for (const char* const role : {"pg_write_server_files", "pg_execute_server_program", "pg_write_all_data"}) {
    if (Cell(*superuser, absl::StrCat("SELECT count(*) FROM pg_roles WHERE rolname = '", role, "'")) == "0") {
      continue;  // pg_write_all_data came with 14
    }
    Run(*superuser, absl::StrCat("GRANT ", role, " TO ferry_migrate"));
    EXPECT_TRUE(advisory()) << role;
    Run(*superuser, absl::StrCat("REVOKE ", role, " FROM ferry_migrate"));
    EXPECT_FALSE(advisory()) << role;
  }
  Run(*superuser, "ALTER ROLE ferry_migrate CREATEROLE");
  EXPECT_EQ(advisory(), migrate_->server_version() < 160000);
  Run(*superuser, "ALTER ROLE ferry_migrate NOCREATEROLE");
  EXPECT_FALSE(advisory());
}

}  // namespace
}  // namespace ferry::ledger
