// What the DDL watch records, what it keeps to itself, and that nobody who is watched notices.
#include "pg/watch/watch.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pg/catalog/snapshot.h"
#include "pg/executor/lock.h"
#include "pg/ledger/install.h"
#include "tests/support/pg_cluster.h"
#include "tests/support/status_matchers.h"

namespace ferry::watch {
namespace {

using drift::ForeignStatement;
using test::StatusIsCode;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class WatchTest : public ::testing::Test {
 protected:
  void SetUp() override {
    database_ = test::PgCluster::Shared().CreateDatabase();
    superuser_ = Open(database_.superuser, "somebody's tool");
    setup_ = Open(database_.setup);
    observe_ = Open(database_.observe);
    migrate_ = Open(database_.migrate, "psql");
    Run(*superuser_, "SET search_path = public");
    Run(*migrate_, "SET search_path = public");
    ASSERT_OK(Install(*superuser_, {"ferry_migrate", "ferry_observe"}));
  }
  static std::unique_ptr<pg::Session> Open(const test::PgCluster::Login& login,
                                           const std::string& application = "test") {
    absl::StatusOr<std::unique_ptr<pg::Session>> session = pg::Session::Open({login}, application);
    EXPECT_OK(session);
    return session.ok() ? *std::move(session) : nullptr;
  }
  static void Run(pg::Session& session, const std::string& sql) { EXPECT_OK(session.Query(sql)) << sql; }
  std::vector<ForeignStatement> Recorded(const std::string& position = "") {
    absl::StatusOr<std::vector<ForeignStatement>> statements = ReadStatements(*observe_, position);
    EXPECT_OK(statements);
    return statements.value_or(std::vector<ForeignStatement>());
  }
  Mark Marked() {
    absl::StatusOr<Mark> mark = ReadMark(*observe_);
    EXPECT_OK(mark);
    return mark.value_or(Mark());
  }

  test::PgCluster::Database database_;
  std::unique_ptr<pg::Session> superuser_, setup_, observe_, migrate_;
};

TEST_F(WatchTest, SaysWhoWhenWithWhatAndHow) {
  EXPECT_TRUE(Marked().watched);
  EXPECT_THAT(Recorded(), IsEmpty()) << "its own installation is nobody's business";
  Run(*migrate_, "CREATE TABLE prices (close numeric)");
  Run(*migrate_, "CREATE INDEX by_hand ON prices (close)");
  Run(*migrate_, "ALTER TABLE prices ADD COLUMN \"Open\" numeric");
  const std::vector<ForeignStatement> seen = Recorded();
  ASSERT_THAT(seen, SizeIs(3));
  EXPECT_EQ(seen[0].login, "ferry_migrate");
  EXPECT_EQ(seen[0].role, "ferry_migrate");
  EXPECT_EQ(seen[0].application, "psql");
  EXPECT_EQ(seen[0].client, "");
  EXPECT_EQ(seen[0].tag, "CREATE TABLE");
  EXPECT_EQ(seen[0].object_type, "table");
  EXPECT_EQ(seen[0].object, "public.prices");
  EXPECT_EQ(seen[0].statement, "CREATE TABLE prices (close numeric)");
  EXPECT_FALSE(seen[0].dropped);
  EXPECT_THAT(seen[1].names, ElementsAre("public", "by_hand"));
  EXPECT_THAT(seen[2].names, ElementsAre("public", "prices"));
  EXPECT_LT(seen[0].id, seen[1].id);
  EXPECT_EQ(Marked().count, 3);
}

TEST_F(WatchTest, SaysTheRoleInForce) {
  Run(*superuser_, "SET ROLE ferry_migrate");
  Run(*superuser_, "CREATE TABLE t ()");
  EXPECT_EQ(Recorded()[0].login, database_.superuser.at("user"));
  EXPECT_EQ(Recorded()[0].role, "ferry_migrate");
}

TEST_F(WatchTest, SaysWhatIsGone) {
  Run(*migrate_, "CREATE TABLE prices (close numeric, open numeric)");
  Run(*migrate_, "CREATE VIEW seen AS SELECT close FROM prices");
  ASSERT_OK_AND_ASSIGN(const std::string position, Position(*observe_));
  Run(*migrate_, "ALTER TABLE prices DROP COLUMN open");
  Run(*migrate_, "DROP TABLE prices CASCADE");
  std::vector<std::string> gone;
  for (const ForeignStatement& statement : Recorded(position)) {
    if (statement.dropped) gone.push_back(statement.object_type + " " + statement.object);
  }
  EXPECT_THAT(gone,
              ::testing::IsSupersetOf({std::string("table column public.prices.open"),
                                       std::string("table public.prices"), std::string("view public.seen")}));
}

TEST_F(WatchTest, WhatWasCommittedAfterAReadingIsNewEvenIfItBeganBefore) {
  const auto slow = Open(database_.migrate);
  ASSERT_OK(slow->Begin());
  Run(*slow, "CREATE TABLE public.slow ()");
  Run(*migrate_, "CREATE TABLE quick ()");
  const Mark before = Marked();
  ASSERT_OK_AND_ASSIGN(const std::string position, Position(*observe_));
  EXPECT_THAT(Recorded(position), IsEmpty());
  ASSERT_OK(slow->Commit());
  ASSERT_THAT(Recorded(position), SizeIs(1));
  EXPECT_EQ(Recorded(position)[0].object, "public.slow");
  EXPECT_FALSE(Marked() == before) << "although its id is not the newest";
}

TEST_F(WatchTest, OurOwnRunsAndBookkeepingAreNotRecorded) {
  ASSERT_OK(ledger::Install(*setup_, "ferry_migrate", "ferry_observe"));
  {
    ASSERT_OK_AND_ASSIGN(const executor::TargetLock lock,
                         executor::TargetLock::Acquire(*migrate_, executor::RunContext()));
    Run(*migrate_, "CREATE TABLE ours ()");
    Run(*superuser_, "CREATE TABLE meanwhile ()");
  }
  Run(*migrate_, "CREATE TEMPORARY TABLE scratch (a int PRIMARY KEY)");
  Run(*migrate_, "DROP TABLE scratch");
  ASSERT_THAT(Recorded(), SizeIs(1));
  EXPECT_EQ(Recorded()[0].object, "public.meanwhile");
  Run(*migrate_, "CREATE TABLE after ()");
  EXPECT_THAT(Recorded(), SizeIs(2)) << "the lock was given back";
}

TEST_F(WatchTest, SecretsAreNotKept) {
  Run(*superuser_, "CREATE FOREIGN DATA WRAPPER w");
  Run(*superuser_, "CREATE SERVER s FOREIGN DATA WRAPPER w OPTIONS (host 'h')");
  Run(*superuser_, "CREATE USER MAPPING FOR ferry_migrate SERVER s OPTIONS (user 'u', token 'hunter2')");
  Run(*superuser_, "CREATE TABLE t (a text DEFAULT 'hunter2', PaSsWoRd text)");
  Run(*superuser_, "CREATE TABLE u (a text DEFAULT 'postgresql://x:hunter2@y')");
  Run(*superuser_, "DROP USER MAPPING FOR ferry_migrate SERVER s");
  for (const ForeignStatement& statement : Recorded()) {
    EXPECT_EQ(statement.statement, "") << statement.tag;
    EXPECT_NE(statement.object, "");
  }
  EXPECT_THAT(Recorded(), ::testing::Not(IsEmpty()));
}

TEST_F(WatchTest, ALongStatementIsCut) {
  Run(*migrate_, "CREATE VIEW long AS SELECT '" + std::string(9000, 'x') + "' AS text");
  EXPECT_THAT(Recorded()[0].statement, SizeIs(4000));
}

TEST_F(WatchTest, OnlyTheNewestAreKept) {
  Run(*migrate_, "CREATE TABLE first ()");
  Run(*superuser_, "ALTER TABLE ferry_watch.statement ALTER COLUMN id RESTART WITH 10005");
  Run(*migrate_, "CREATE TABLE second ()");
  ASSERT_THAT(Recorded(), SizeIs(1));
  EXPECT_EQ(Recorded()[0].object, "public.second");
}

TEST_F(WatchTest, OthersMayNeitherReadNorWriteIt) {
  EXPECT_THAT(setup_->Query("SELECT * FROM ferry_watch.statement").status(),
              StatusIsCode(ErrorCode::kPrivilege));
  EXPECT_THAT(observe_->Query("DELETE FROM ferry_watch.statement").status(),
              StatusIsCode(ErrorCode::kPrivilege));
  EXPECT_THAT(migrate_->Query("DROP EVENT TRIGGER ferry_watch_ddl").status(),
              StatusIsCode(ErrorCode::kPrivilege));
  ASSERT_OK_AND_ASSIGN(const Mark of_setup, ReadMark(*setup_));
  EXPECT_FALSE(of_setup.watched) << "this login would not see anything";
}

TEST_F(WatchTest, OnlyASuperuserInstallsItAndOnlyInASchemaOfASuperuser) {
  const test::PgCluster::Database other = test::PgCluster::Shared().CreateDatabase();
  const auto setup = Open(other.setup), superuser = Open(other.superuser), observe = Open(other.observe);
  EXPECT_THAT(Install(*setup, {}), StatusIsCode(ErrorCode::kPrivilege));
  Run(*setup, "CREATE SCHEMA ferry_watch");
  EXPECT_THAT(Install(*superuser, {}), StatusIsCode(ErrorCode::kPrivilege));
  ASSERT_OK_AND_ASSIGN(const Mark mark, ReadMark(*observe));
  EXPECT_FALSE(mark.watched);
}

TEST_F(WatchTest, InstallingAgainKeepsWhatIsRecordedAndRemovingLeavesNothing) {
  Run(*migrate_, "CREATE TABLE t ()");
  ASSERT_OK(Install(*superuser_, {"ferry_observe"}));
  EXPECT_THAT(Recorded(), SizeIs(1));
  ASSERT_OK(Remove(*superuser_));
  EXPECT_FALSE(Marked().watched);
  EXPECT_THAT(Recorded(), IsEmpty());
  Run(*migrate_, "DROP TABLE t");
  ASSERT_OK(Remove(*superuser_));
}

TEST_F(WatchTest, ADisabledTriggerIsNoWatch) {
  Run(*superuser_, "ALTER EVENT TRIGGER ferry_watch_drop DISABLE");
  EXPECT_FALSE(Marked().watched);
}

TEST_F(WatchTest, ItIsOutsideEverySnapshot) {
  ASSERT_OK_AND_ASSIGN(const schema::Snapshot with, pg::ReadSnapshot(*observe_));
  ASSERT_OK(Remove(*superuser_));
  ASSERT_OK_AND_ASSIGN(const schema::Snapshot without, pg::ReadSnapshot(*observe_));
  EXPECT_EQ(with.root, without.root);
  EXPECT_EQ(with.access_root, without.access_root);
}

// ---- the ones who are watched notice nothing, whatever is wrong with the watch.

TEST_F(WatchTest, ATableThatIsGoneIsNoErrorForAnybody) {
  Run(*superuser_, "ALTER EVENT TRIGGER ferry_watch_drop DISABLE");
  Run(*superuser_, "DROP TABLE ferry_watch.statement");
  Run(*superuser_, "ALTER EVENT TRIGGER ferry_watch_drop ENABLE ALWAYS");
  Run(*migrate_, "CREATE TABLE t (a int)");
  Run(*migrate_, "DROP TABLE t");
  EXPECT_FALSE(Marked().watched);
}

TEST_F(WatchTest, AFullDiskIsNoErrorForAnybody) {
  Run(*superuser_,
      "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS"
      " 'BEGIN RAISE EXCEPTION ''no space left'' USING ERRCODE = ''53100''; END'");
  Run(*superuser_,
      "CREATE TRIGGER full_disk BEFORE INSERT ON ferry_watch.statement FOR EACH ROW EXECUTE FUNCTION "
      "full_disk()");
  const size_t before = Recorded().size();
  Run(*migrate_, "CREATE TABLE t (a int)");
  Run(*migrate_, "DROP TABLE t");
  EXPECT_THAT(Recorded(), SizeIs(before));
}

TEST_F(WatchTest, ALockedTableIsNotWaitedFor) {
  const auto locker = Open(database_.superuser);
  ASSERT_OK(locker->Begin());
  Run(*locker, "LOCK TABLE ferry_watch.statement IN ACCESS EXCLUSIVE MODE");
  Run(*migrate_, "CREATE TABLE t (a int)");
  locker->Rollback();
  EXPECT_EQ(migrate_->Query("SELECT 't'::pg_catalog.regclass").ok(), true);
  EXPECT_THAT(Recorded(), IsEmpty());
}

TEST_F(WatchTest, ATableOfAnotherShapeOrReadOnlyIsNoErrorForAnybody) {
  Run(*superuser_, "ALTER TABLE ferry_watch.statement DROP COLUMN login");
  Run(*migrate_, "CREATE TABLE t (a int)");
  Run(*superuser_, "DROP SCHEMA ferry_watch CASCADE");
  Run(*migrate_, "CREATE TABLE u (a int)");
}

TEST_F(WatchTest, EveryKindOfStatementGoesThrough) {
  Run(*migrate_, "CREATE TABLE t (a int PRIMARY KEY, b text)");
  Run(*migrate_, "CREATE INDEX CONCURRENTLY t_b ON t (b)");
  Run(*migrate_, "DROP INDEX CONCURRENTLY t_b");
  Run(*migrate_, "GRANT SELECT ON t TO PUBLIC");
  Run(*migrate_, "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO ferry_observe");
  Run(*migrate_, "COMMENT ON COLUMN t.b IS 'words'");
  Run(*migrate_, "CREATE FUNCTION f(x int) RETURNS int LANGUAGE sql AS 'SELECT $1'");
  Run(*migrate_, "CREATE MATERIALIZED VIEW m AS SELECT a FROM t");
  Run(*migrate_, "REFRESH MATERIALIZED VIEW m");
  Run(*migrate_, "ALTER TABLE t ALTER b TYPE varchar(9)");
  Run(*migrate_, "SELECT 1 AS one INTO made");
  Run(*superuser_, "CREATE EXTENSION IF NOT EXISTS pg_trgm");
  Run(*migrate_, "DO 'BEGIN CREATE TABLE in_a_block (); DROP TABLE in_a_block; END'");
  Run(*migrate_, "DROP FUNCTION f(int)");
  const std::vector<ForeignStatement> seen = Recorded();
  EXPECT_THAT(seen, ::testing::Not(::testing::Contains(Field(&ForeignStatement::tag, HasSubstr("REFRESH")))));
  EXPECT_THAT(seen, ::testing::Contains(Field(&ForeignStatement::tag, "GRANT")));
  EXPECT_THAT(seen, ::testing::Contains(Field(&ForeignStatement::object, "public.in_a_block")));
}

}  // namespace
}  // namespace ferry::watch
