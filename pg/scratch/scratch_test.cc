#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "pg/scratch/build.h"
#include "tests/support/pg_cluster.h"
#include "tests/support/status_matchers.h"

namespace ferry::scratch {
namespace {

using test::PgCluster;
using test::StatusIsCode;
using test::StatusText;
using ::testing::AllOf;
using ::testing::HasSubstr;

class ScratchTest : public ::testing::Test {
 protected:
  static pg::ConnectSettings Server() { return {PgCluster::Shared().LoginOf("postgres", "postgres")}; }

  static std::string Ask(const std::string& sql) {
    const auto session = pg::Session::Open(Server(), "test");
    EXPECT_OK(session);
    const auto rows = (*session)->Query(sql);
    EXPECT_OK(rows);
    return rows.ok() && !rows->empty() ? rows->at(0, 0).value_or("") : "";
  }
  static std::string Databases() {
    return Ask(
        "SELECT coalesce(string_agg(datname, ',' ORDER BY datname), '') FROM pg_database"
        " WHERE datname LIKE 'ferry\\_scratch\\_%'");
  }

  void Add(const std::string& version, const std::string& body, const std::string& header = "") {
    files_.push_back({absl::StrCat(version, "_change.sql"),
                      absl::StrCat("-- migration: ", version, " change\n-- description: d\n", header,
                                   "\n-- ferry:up\n", body, "\n-- ferry:down irreversible reason=test\n")});
  }
  migration::Plan Plan() const {
    auto plan = migration::BuildPlan(files_);
    EXPECT_OK(plan);
    return plan.ok() ? *std::move(plan) : migration::Plan();
  }
  absl::StatusOr<schema::Snapshot> Snapshot(const std::string& version) const {
    return SnapshotOfPlan(Server(), Plan(), *migration::Version::Parse(version));
  }

  std::vector<migration::SourceFile> files_;
};

TEST_F(ScratchTest, AScratchDatabaseIsEmptyMarkedAndGoneAfterwards) {
  std::string name;
  {
    ASSERT_OK_AND_ASSIGN(const auto database, Database::Create(Server()));
    name = database->name();
    EXPECT_EQ(Databases(), name);
    EXPECT_EQ(
        Ask(absl::StrCat("SELECT shobj_description(oid, 'pg_database') ~ '^Schemaferry scratch database, "
                         "safe to drop; made at [0-9]+$' FROM pg_database WHERE datname = '",
                         name, "'")),
        "t");
    ASSERT_OK_AND_ASSIGN(const auto session, database->Open());
    EXPECT_OK(session->Query("CREATE TABLE public.a (a int)"));
    // `session` is still open when the database goes.
  }
  EXPECT_EQ(Databases(), "");
}

TEST_F(ScratchTest, OnlyMarkedLeftoversOlderThanADayAreRemoved) {
  const auto marker = [](const std::string& age) {
    return Ask(
        absl::StrCat("SELECT '", kMarker, "' || extract(epoch FROM now() - interval '", age, "')::int8"));
  };
  PgCluster& cluster = PgCluster::Shared();
  cluster.Execute("postgres",
                  {"CREATE DATABASE ferry_scratch_old", "CREATE DATABASE ferry_scratch_young",
                   "CREATE DATABASE ferry_scratch_unmarked", "CREATE DATABASE customers",
                   absl::StrCat("COMMENT ON DATABASE ferry_scratch_old IS '", marker("25 hours"), "'"),
                   absl::StrCat("COMMENT ON DATABASE ferry_scratch_young IS '", marker("1 hour"), "'"),
                   absl::StrCat("COMMENT ON DATABASE customers IS '", marker("25 hours"), "'")});
  { ASSERT_OK(Database::Create(Server())); }
  EXPECT_EQ(Databases(), "ferry_scratch_unmarked,ferry_scratch_young");
  EXPECT_EQ(Ask("SELECT count(*) FROM pg_database WHERE datname = 'customers'"), "1");
  cluster.Execute("postgres", {"DROP DATABASE ferry_scratch_young", "DROP DATABASE ferry_scratch_unmarked",
                               "DROP DATABASE customers"});
}

TEST_F(ScratchTest, ALoginThatMayNotCreateDatabasesIsToldSo) {
  const auto database = Database::Create({PgCluster::Shared().LoginOf("ferry_migrate", "postgres")});
  EXPECT_THAT(database, StatusIsCode(ErrorCode::kScratch));
  EXPECT_THAT(database, StatusText(AllOf(HasSubstr("permission denied"), HasSubstr("CREATEDB"))));
}

TEST_F(ScratchTest, APlanIsBuiltUpToAVersionWithIndexesAndBackfills) {
  Add("1.0.0", "CREATE TABLE prices (id int PRIMARY KEY, close int);\nINSERT INTO prices VALUES (1, 2);");
  Add("1.1.0",
      "ALTER TABLE prices ADD COLUMN adjusted int;\n\n-- ferry:backfill table=prices batch=10\n"
      "UPDATE prices SET adjusted = close WHERE adjusted IS NULL;\n\n-- ferry:up\n"
      "ALTER TABLE prices ALTER COLUMN adjusted SET NOT NULL;\nCREATE INDEX CONCURRENTLY by_close ON prices "
      "(close);");
  Add("1.2.0", "DROP TABLE prices;");
  ASSERT_OK_AND_ASSIGN(const schema::Snapshot snapshot, Snapshot("1.1.0"));
  EXPECT_NE(snapshot.Find({schema::ObjectKind::kIndex, "public", "prices", "by_close"}), nullptr);
  EXPECT_NE(snapshot.Find({schema::ObjectKind::kColumn, "public", "prices", "adjusted"}), nullptr);
  ASSERT_OK_AND_ASSIGN(const schema::Snapshot last, Snapshot("1.2.0"));
  EXPECT_EQ(last.Find({schema::ObjectKind::kTable, "public", "", "prices"}), nullptr);
  EXPECT_EQ(Databases(), "");
}

TEST_F(ScratchTest, TheRoleAndSearchPathOfAMigrationCountThere) {
  Add("1.0.0", "CREATE SCHEMA sales;");
  Add("1.1.0", "CREATE TABLE orders (id int);", "-- search_path: sales\n");
  ASSERT_OK_AND_ASSIGN(const schema::Snapshot snapshot, Snapshot("1.1.0"));
  EXPECT_NE(snapshot.Find({schema::ObjectKind::kTable, "sales", "", "orders"}), nullptr);
  Add("1.2.0", "CREATE TABLE more (id int);", "-- role: nobody_here\n");
  const auto without = Snapshot("1.2.0");
  EXPECT_THAT(without, StatusIsCode(ErrorCode::kScratch));
  EXPECT_THAT(without, StatusText(AllOf(HasSubstr("no role \"nobody_here\""), HasSubstr("1.2.0_change.sql"),
                                        HasSubstr("CREATE ROLE"))));
}

TEST_F(ScratchTest, ATransformIsSkippedWithANoteWhereThereAreNoRowsAndRefusedWhereThereAre) {
  const std::string transform =
      "ALTER TABLE a ADD COLUMN label text;\n\n-- ferry:transform program=labels key=id set=label "
      "batch=10\n"
      "SELECT id, name FROM a WHERE label IS NULL;";
  Add("1.0.0", "CREATE TABLE a (id int PRIMARY KEY, name text);");
  Add("1.1.0", transform);
  {
    ASSERT_OK_AND_ASSIGN(const auto database, Database::Create(Server()));
    ASSERT_OK_AND_ASSIGN(const Built built, BuildPlan(*database, Plan(), migration::Version(1, 1, 0)));
    ASSERT_EQ(built.notes.size(), 1U);
    EXPECT_THAT(built.notes[0], AllOf(HasSubstr("1.1.0"), HasSubstr("labels"), HasSubstr("not run")));
  }
  Add("1.0.1", "INSERT INTO a VALUES (1, 'x');");
  const auto with_rows = Snapshot("1.1.0");
  EXPECT_THAT(with_rows, StatusIsCode(ErrorCode::kScratch));
  EXPECT_THAT(with_rows, StatusText(AllOf(HasSubstr("1.1.0_change.sql"), HasSubstr("labels"))));
}

TEST_F(ScratchTest, AStatementThatTheServerRefusesIsNamedWithItsPlace) {
  Add("1.0.0", "CREATE TABLE a (a int);\nALTER TABLE a ADD COLUMN b nosuch;");
  const auto snapshot = Snapshot("1.0.0");
  EXPECT_THAT(snapshot, StatusIsCode(ErrorCode::kScratch));
  EXPECT_THAT(snapshot,
              StatusText(AllOf(HasSubstr("1.0.0_change.sql:6:"), HasSubstr("nosuch"), HasSubstr("42704"),
                               HasSubstr("only a scratch database was touched"))));
  EXPECT_EQ(Databases(), "");
}

TEST_F(ScratchTest, WhatReachesBeyondTheDatabaseIsRefusedBeforeItRuns) {
  Add("1.0.0", "CREATE TABLE a (a int);\nCREATE ROLE made_in_scratch;");
  EXPECT_THAT(Snapshot("1.0.0"), StatusText(AllOf(HasSubstr("FE0513"), HasSubstr("CREATE ROLE"),
                                                  HasSubstr("1.0.0_change.sql:6:1"))));
  EXPECT_EQ(Ask("SELECT count(*) FROM pg_roles WHERE rolname = 'made_in_scratch'"), "0");
}

}  // namespace
}  // namespace ferry::scratch
