#include "workbench/init.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "core/base/error.h"
#include "core/migration/migration.h"
#include "pg/watch/watch.h"
#include "tests/support/pg_cluster.h"
#include "tests/support/status_matchers.h"

namespace ferry::workbench {
namespace {

using test::PgCluster;
using test::StatusIsCode;
using test::StatusText;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class InitTest : public ::testing::Test {
 protected:
  void Run(const std::vector<std::string>& statements) {
    PgCluster::Shared().Execute(database_.name, statements);
  }
  std::string Url(const std::string& database) const {
    const auto login = PgCluster::Shared().LoginOf("postgres", database);
    std::string text;
    for (const auto& [keyword, value] : login) absl::StrAppend(&text, keyword, "='", value, "' ");
    return text;
  }
  absl::StatusOr<InitialMigration> Init() const {
    return InitFromDatabase({Url(database_.name), migration::Version(1, 0, 0), "ana", "2026-11-26"});
  }
  absl::StatusOr<Proof> Prove(const InitialMigration& migration) const {
    return workbench::Prove(migration, Url("postgres"));
  }

  const PgCluster::Database database_ = PgCluster::Shared().CreateDatabase();
};

// Everything that makes a restore difficult: order, quoting, code that names what comes later.
const std::vector<std::string> kDifficult = {
    "CREATE EXTENSION citext SCHEMA public",
    "CREATE SCHEMA \"Sales Department\"",
    "CREATE TYPE public.mood AS ENUM ('sad', 'it''s ok')",
    "CREATE DOMAIN public.email AS public.citext CHECK (VALUE ~ '@')",
    "CREATE TYPE public.pair AS (a int, b text)",
    "CREATE TABLE public.customers (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email public.email,"
    " mood public.mood DEFAULT 'sad', doubled int GENERATED ALWAYS AS (1 + 1) STORED)",
    "CREATE TABLE \"Sales Department\".\"Order\" (\"select\" serial PRIMARY KEY, customer bigint REFERENCES"
    " public.customers, note text DEFAULT 'a;b -- c', at timestamptz DEFAULT now()) WITH (fillfactor = 70)",
    "CREATE INDEX ON \"Sales Department\".\"Order\" (lower(note)) WHERE customer IS NOT NULL",
    "CREATE TABLE public.events (at date NOT NULL, what text) PARTITION BY RANGE (at)",
    "CREATE TABLE public.events_2026 PARTITION OF public.events FOR VALUES FROM ('2026-01-01') TO "
    "('2027-01-01')",
    "CREATE INDEX ON public.events (what)",
    "CREATE VIEW public.happy AS SELECT * FROM public.customers WHERE mood <> 'sad'",
    "CREATE MATERIALIZED VIEW public.counts AS SELECT mood, count(*) FROM public.customers GROUP BY 1",
    "CREATE FUNCTION public.newest() RETURNS public.customers LANGUAGE sql STABLE AS $$\n-- "
    "ferry:up\n/*\n\\restrict x\n*/ "
    "SELECT * FROM public.customers ORDER BY id DESC LIMIT 1 $$",
    "CREATE FUNCTION public.touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.at := now(); RETURN "
    "NEW; END $$",
    "CREATE TRIGGER touch BEFORE UPDATE ON \"Sales Department\".\"Order\" FOR EACH ROW EXECUTE FUNCTION "
    "public.touch()",
    "CREATE AGGREGATE public.total(int) (sfunc = int4pl, stype = int, initcond = '0')",
    "ALTER TABLE public.customers ADD CONSTRAINT positive CHECK (id > 0) NOT VALID",
    "ALTER TABLE public.customers ENABLE ROW LEVEL SECURITY",
    "CREATE POLICY everybody ON public.customers USING (mood IS NOT NULL)",
    "COMMENT ON TABLE public.customers IS E'who pays\\nus'",
};

TEST_F(InitTest, TheDdlWatchIsNoPartOfTheSchema) {
  Run({"CREATE TABLE public.prices (id int)"});
  const auto superuser = pg::Session::Open({database_.superuser}, "test");
  ASSERT_OK(superuser);
  ASSERT_OK(watch::Install(**superuser, {"ferry_observe"}));
  ASSERT_OK_AND_ASSIGN(const InitialMigration init, Init());
  EXPECT_THAT(init.text, AllOf(HasSubstr("CREATE TABLE"), Not(HasSubstr("ferry_watch"))));
  ASSERT_OK_AND_ASSIGN(const Proof proof, Prove(init));
  EXPECT_TRUE(proof.equal());
}

TEST_F(InitTest, ALiveSchemaBecomesAMigrationThatBuildsTheSameSchema) {
  Run(kDifficult);
  ASSERT_OK_AND_ASSIGN(const InitialMigration init, Init());
  EXPECT_EQ(init.file_name, "1.0.0_initial_schema.sql");
  EXPECT_THAT(init.notes, IsEmpty());
  EXPECT_THAT(init.text, AllOf(HasSubstr("-- migration: 1.0.0 initial_schema\n"),
                               HasSubstr("CREATE EXTENSION"), HasSubstr("-- ferry:down irreversible reason="),
                               Not(HasSubstr("set_config")), Not(HasSubstr("SET statement_timeout"))));
  ASSERT_OK_AND_ASSIGN(const auto migration, migration::ParseMigration(init.file_name, init.text));
  EXPECT_EQ(migration.up.size(), 1U) << "all of it commits together";
  ASSERT_OK_AND_ASSIGN(const Proof proof, Prove(init));
  EXPECT_TRUE(proof.equal()) << proof.schemas.differences.size() << " differences; only in the database: "
                             << ::testing::PrintToString(proof.only_first)
                             << ", only in the file: " << ::testing::PrintToString(proof.only_second);
}

TEST_F(InitTest, TheVerifySectionIsTrueThereAndFalseWhenATableIsGone) {
  Run(kDifficult);
  ASSERT_OK_AND_ASSIGN(const InitialMigration init, Init());
  ASSERT_OK_AND_ASSIGN(const auto migration, migration::ParseMigration(init.file_name, init.text));
  const auto session = pg::Session::Open({database_.superuser}, "test");
  ASSERT_OK(session);
  const auto falsehoods = [&] {
    int count = 0;
    for (const sql::Statement& query : migration.verify) {
      const auto rows = (*session)->Query(query.text);
      EXPECT_OK(rows);
      count += rows.ok() && pg::IsTrue(rows->at(0, 0)) ? 0 : 1;
    }
    return count;
  };
  EXPECT_EQ(falsehoods(), 0);
  Run({"DROP TABLE public.events", "DROP FUNCTION public.newest()"});
  EXPECT_EQ(falsehoods(), 2);
}

TEST_F(InitTest, OwnersGrantsAndTheLedgerStayOutAndOwnersAndGrantsAreSaid) {
  Run({"CREATE TABLE public.a (a int)", "CREATE TABLE public.b (a int)",
       "ALTER TABLE public.b OWNER TO ferry_migrate", "GRANT SELECT ON public.a TO ferry_observe",
       "CREATE SCHEMA ferry", "CREATE TABLE ferry.event (a int)"});
  ASSERT_OK_AND_ASSIGN(const InitialMigration init, Init());
  EXPECT_THAT(init.text,
              AllOf(Not(HasSubstr("OWNER TO")), Not(HasSubstr("GRANT")), Not(HasSubstr("ferry."))));
  EXPECT_THAT(init.notes, ElementsAre(HasSubstr("ferry_migrate, postgres"), HasSubstr("on 1 object")));
}

TEST_F(InitTest, WhatTheFileCannotHoldIsADifference) {
  Run({"CREATE TABLE public.a (a int)", "INSERT INTO public.a VALUES (1), (1)"});
  const auto session = pg::Session::Open({database_.superuser}, "test");
  EXPECT_FALSE((*session)->Query("CREATE UNIQUE INDEX CONCURRENTLY twice ON public.a (a)").ok());
  ASSERT_OK_AND_ASSIGN(const InitialMigration init, Init());  // pg_dump leaves an invalid index out
  ASSERT_OK_AND_ASSIGN(const Proof proof, Prove(init));
  ASSERT_EQ(proof.schemas.differences.size(), 1U);
  EXPECT_EQ(proof.schemas.differences[0].id.name, "twice");
}

TEST_F(InitTest, WhatASnapshotDoesNotCompareIsComparedToo) {
  Run({"CREATE TABLE public.a (first int, second int)"});
  ASSERT_OK_AND_ASSIGN(InitialMigration init, Init());
  init.text = absl::StrReplaceAll(
      init.text, {{"first integer,\n    second integer", "second integer,\n    first integer"}});
  ASSERT_OK_AND_ASSIGN(const Proof proof, Prove(init));
  EXPECT_TRUE(proof.schemas.equal());
  EXPECT_THAT(proof.only_first, ElementsAre(HasSubstr("first integer,\n    second integer")));
  EXPECT_THAT(proof.only_second, ElementsAre(HasSubstr("second integer,\n    first integer")));
}

TEST_F(InitTest, ASubscriptionIsRefusedBecauseItMayHoldAPassword) {
  Run({"CREATE SUBSCRIPTION s CONNECTION 'host=nowhere password=hush' PUBLICATION p WITH (connect = false)"});
  const auto init = Init();
  EXPECT_THAT(init, StatusIsCode(ErrorCode::kForbiddenStatement));
  Run({"ALTER SUBSCRIPTION s SET (slot_name = NONE)", "DROP SUBSCRIPTION s"});
}

TEST_F(InitTest, AUrlWithAPasswordIsRefusedWithoutShowingIt) {
  const auto init =
      InitFromDatabase({"postgresql://ana:hush@localhost/x", migration::Version(1, 0, 0), "", ""});
  EXPECT_THAT(init, StatusIsCode(ErrorCode::kConnectionSetting));
  EXPECT_THAT(init, StatusText(AllOf(HasSubstr("~/.pgpass"), Not(HasSubstr("hush")))));
}

TEST_F(InitTest, AnEmptyDatabaseIsSaidToBeEmpty) {
  EXPECT_THAT(Init(), StatusIsCode(ErrorCode::kEmptyMigration));
}

}  // namespace
}  // namespace ferry::workbench
