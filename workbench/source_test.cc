#include "workbench/source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "core/diff/diff.h"
#include "pg/session/session.h"
#include "tests/support/pg_cluster.h"
#include "tests/support/status_matchers.h"
#include "tests/support/wait.h"
#include "workbench/interrupt.h"

namespace ferry::workbench {
namespace {

using test::PgCluster;
using test::StatusIsCode;
using test::StatusText;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::string Url(const std::string& database = "postgres") {
  std::string text;
  for (const auto& [keyword, value] : PgCluster::Shared().LoginOf("postgres", database)) {
    absl::StrAppend(&text, keyword, "='", value, "' ");
  }
  return text;
}

class SourceTest : public ::testing::Test {
 protected:
  SourceTest() {
    session_ = *pg::Session::Open({PgCluster::Shared().LoginOf("postgres", "postgres")}, "test");
  }
  ~SourceTest() override { EXPECT_THAT(Scratch(), IsEmpty()); }

  // Names of scratch databases on the server.
  std::string Scratch() {
    const auto rows = session_->Query(
        "SELECT string_agg(datname, ',') FROM pg_catalog.pg_database WHERE datname LIKE 'ferry_scratch%'");
    EXPECT_OK(rows);
    return rows.ok() ? rows->at(0, 0).value_or("") : "?";
  }
  bool Waits() {
    const auto rows = session_->Query(
        "SELECT FROM pg_catalog.pg_stat_activity WHERE query LIKE '%pg_sleep(600)%' "
        "AND state = 'active' AND pid <> pg_catalog.pg_backend_pid()");
    return rows.ok() && !rows->empty();
  }

  std::unique_ptr<pg::Session> session_;
};

TEST_F(SourceTest, ADatabaseThatCannotBeReachedSaysWhatToTry) {
  const absl::Status status = TakeDatabase("postgresql://nobody@127.0.0.1:1/x").status();
  EXPECT_THAT(status, StatusIsCode(ErrorCode::kDatabaseUnreachable));
  EXPECT_THAT(ErrorText(status), HasSubstr("next: try host, port, user and database of the URL with psql"));
}

TEST_F(SourceTest, SqlAndADatabaseThatWasMadeByItAreTheSame) {
  const std::string sql =
      "CREATE TABLE prices (id int PRIMARY KEY, close numeric CHECK (close > 0));\n"
      "BEGIN;\nCREATE VIEW latest AS SELECT max(id) FROM prices;\nCOMMIT;\n"
      "CREATE INDEX CONCURRENTLY by_close ON prices (close);\n";
  const PgCluster::Database database = PgCluster::Shared().CreateDatabase();
  PgCluster::Shared().Execute(
      database.name, {"CREATE TABLE public.prices (id int PRIMARY KEY, close numeric CHECK (close > 0))",
                      "CREATE VIEW public.latest AS SELECT max(id) FROM public.prices",
                      "CREATE INDEX by_close ON public.prices (close)"});
  const auto built = TakeSql(Url(), sql, "schema.sql");
  const auto live = TakeDatabase(Url(database.name));
  ASSERT_OK(built);
  ASSERT_OK(live);
  EXPECT_EQ(built->snapshot.root, live->snapshot.root);
}

TEST_F(SourceTest, ADumpOfANewerServerIsTakenWithoutTheSettingThatIsUnknown) {
  const auto built =
      TakeSql(Url(),
              "--\n-- PostgreSQL database dump\n--\n\n\\restrict abc\n\nSET statement_timeout = 0;\n"
              "SET from_the_future = 0;\nCREATE TABLE public.t (a int);\n\n\\unrestrict abc\n",
              "dump.sql");
  ASSERT_OK(built);
  EXPECT_THAT(built->notes, ElementsAre(HasSubstr("dump.sql:8")));
}

TEST_F(SourceTest, ErrorsHaveTheirPlaceInTheFile) {
  EXPECT_THAT(TakeSql(Url(), "CREATE TABLE t (a int);\nALTER TABLE t\n  ADD b no_such_type;", "schema.sql"),
              AllOf(StatusIsCode(ErrorCode::kScratch), StatusText(HasSubstr("schema.sql:3:9"))));
  EXPECT_THAT(TakeSql(Url(), "CREATE TABLE t (a int);\n\\i other.sql\n", "schema.sql"),
              AllOf(StatusIsCode(ErrorCode::kSqlSyntax), StatusText(HasSubstr("schema.sql:2"))));
  EXPECT_THAT(TakeSql(Url(), "SELECT 1;\nCREATE ROLE intruder;", "schema.sql"),
              AllOf(StatusIsCode(ErrorCode::kScratch), StatusText(HasSubstr("reaches beyond its database"))));
  EXPECT_THAT(TakeSql(Url(), "BEGIN;\nCREATE TABLE t (a int);", "schema.sql"),
              StatusText(HasSubstr("ends inside a transaction")));
}

TEST_F(SourceTest, AMigrationIsNoPlainSql) {
  EXPECT_THAT(
      TakeSql(Url(), "-- migration: 1.0.0 a\n\n-- ferry:up\nCREATE TABLE t ();\n-- ferry:down\nDROP TABLE t;",
              "1.0.0_a.sql"),
      AllOf(StatusIsCode(ErrorCode::kUsage), StatusText(HasSubstr("1.0.0_a.sql:3"))));
}

TEST_F(SourceTest, APlanIsBuiltUpToAVersionOrAsAWholeWithItsRepeatableFiles) {
  const auto plan = migration::BuildPlan(
      {{"1.0.0_a.sql",
        "-- migration: 1.0.0 a\n-- description: d\n\n-- ferry:up\nCREATE TABLE a ();\n-- ferry:down\nDROP "
        "TABLE a;\n"},
       {"1.1.0_b.sql",
        "-- migration: 1.1.0 b\n-- description: d\n\n-- ferry:up\nCREATE TABLE b ();\n-- ferry:down\nDROP "
        "TABLE b;\n"},
       {"R_v.sql",
        "-- repeatable: v\n-- description: d\n\n-- ferry:up\nCREATE OR REPLACE VIEW v AS SELECT 1;\n"}});
  ASSERT_OK(plan);
  const auto has = [](const absl::StatusOr<Taken>& taken, schema::ObjectKind kind, const std::string& name) {
    EXPECT_OK(taken);
    return taken.ok() && taken->snapshot.Find({kind, "public", "", name}) != nullptr;
  };
  const auto first = TakePlan(Url(), *plan, migration::Version{1, 0, 0});
  EXPECT_TRUE(has(first, schema::ObjectKind::kTable, "a"));
  EXPECT_FALSE(has(first, schema::ObjectKind::kTable, "b"));
  const auto whole = TakePlan(Url(), *plan, std::nullopt);
  EXPECT_TRUE(has(whole, schema::ObjectKind::kTable, "b"));
  EXPECT_TRUE(has(whole, schema::ObjectKind::kView, "v"));
}

TEST_F(SourceTest, APlanSaysWhatItRenames) {
  const auto plan = migration::BuildPlan(
      {{"1.0.0_a.sql",
        "-- migration: 1.0.0 a\n-- description: d\n\n-- ferry:up\nCREATE TABLE a (x int);\n-- ferry:down\n"
        "DROP TABLE a;\n"},
       {"1.1.0_b.sql",
        "-- migration: 1.1.0 b\n-- description: d\n\n-- ferry:up\nALTER TABLE a RENAME x TO y;\n"
        "ALTER TABLE public.a RENAME TO b;\n-- ferry:down\nALTER TABLE b RENAME TO a;\n"
        "ALTER TABLE a RENAME y TO x;\n"}});
  ASSERT_OK(plan);
  const auto whole = TakePlan(Url(), *plan, std::nullopt);
  const auto before = TakePlan(Url(), *plan, migration::Version{1, 0, 0});
  ASSERT_OK(whole);
  ASSERT_OK(before);
  EXPECT_TRUE(before->renamed.empty());
  std::vector<std::string> renames;
  for (const auto& rename : render::RenamesBetween({}, whole->renamed, before->snapshot, whole->snapshot)) {
    renames.push_back(render::RenameText(rename));
  }
  EXPECT_THAT(renames, ElementsAre("public.a=b", "public.a.x=y"));
}

TEST_F(SourceTest, AnInterruptEndsAStatementAndTheScratchDatabaseGoes) {
  std::atomic<bool> asked = false;
  Interrupt interrupt([&asked] { return asked.load(); });
  absl::Status ended;
  std::thread builder(
      [&] { ended = TakeSql(Url(), "SELECT pg_sleep(600);", "a.sql", interrupt.Running()).status(); });
  EXPECT_TRUE(test::WaitUntil([this] { return Waits(); }));
  asked = true;
  builder.join();
  EXPECT_THAT(ended, StatusIsCode(ErrorCode::kCancelled));
  EXPECT_TRUE(interrupt.happened());
}

TEST_F(SourceTest, ADatabaseIsNamedWithoutItsPassword) {
  EXPECT_EQ(*NameOfUrl("postgresql://ana@db1/trading"), "ana@db1/trading");
  EXPECT_EQ(*NameOfUrl("postgres://ana@db1:5433/trading?sslmode=require"), "ana@db1:5433/trading");
  EXPECT_EQ(*NameOfUrl("host=/run/postgresql user=ana dbname=trading"), "ana@local/trading");
  EXPECT_EQ(*NameOfUrl("service=prod"), "service=prod");
  EXPECT_THAT(NameOfUrl("postgresql://ana:hush@db1/trading"), StatusText(Not(HasSubstr("hush"))));
}

}  // namespace
}  // namespace ferry::workbench
