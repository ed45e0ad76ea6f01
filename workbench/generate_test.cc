// SQL from a difference, and migrations written from one, on a real server.
#include "workbench/generate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "tests/support/pg_cluster.h"
#include "tests/support/status_matchers.h"
#include "workbench/source.h"

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
using ::testing::SizeIs;

std::string Url() {
  std::string text;
  for (const auto& [keyword, value] : PgCluster::Shared().LoginOf("postgres", "postgres")) {
    absl::StrAppend(&text, keyword, "='", value, "' ");
  }
  return text;
}

schema::Snapshot Schema(const std::string& sql) {
  const auto taken = TakeSql(Url(), sql, "schema.sql");
  EXPECT_OK(taken);
  return taken.ok() ? taken->snapshot : schema::Snapshot();
}

class GenerateTest : public ::testing::Test {
 protected:
  void Between(const std::string& from, const std::string& to) {
    from_ = Schema(from);
    to_ = Schema(to);
    request_.schemas.from_name = "a";
    request_.schemas.to_name = "b";
    request_.schemas.from = &from_;
    request_.schemas.to = &to_;
    request_.schemas.scratch_url = Url();
    request_.schemas.options.compare = diff::CompareOptions::StructureOnly();
    request_.schemas.prove = true;
    request_.name = "change";
    request_.files = {{"1.4.0_old.sql", ""}};
  }
  std::vector<std::string> Sql() {
    const auto converged = Converge(request_.schemas);
    EXPECT_OK(converged);
    std::vector<std::string> out;
    if (converged.ok()) {
      for (const render::Statement& s : converged->script.statements) out.push_back(s.sql);
    }
    return out;
  }
  void Rename(const std::string& text) { request_.schemas.renames.push_back(*render::ParseRename(text)); }

  schema::Snapshot from_, to_;
  GenerateRequest request_;
};

constexpr char kOld[] = "CREATE TABLE prices (id bigint PRIMARY KEY, close numeric NOT NULL);\n";

TEST_F(GenerateTest, TheScriptIsTriedBeforeItIsGiven) {
  Between(
      kOld,
      "CREATE TABLE prices (id bigint PRIMARY KEY, close numeric NOT NULL, note text);\n"
      "CREATE INDEX by_note ON prices (note);\nCREATE VIEW latest AS SELECT max(id) AS id FROM prices;\n");
  EXPECT_THAT(Sql(), Not(IsEmpty()));
  Between(kOld, kOld);
  EXPECT_THAT(Sql(), IsEmpty());
}

TEST_F(GenerateTest, DataIsNotLostUnlessItIsAllowed) {
  Between(kOld, "CREATE TABLE prices (id bigint PRIMARY KEY);");
  EXPECT_THAT(Converge(request_.schemas),
              AllOf(StatusIsCode(ErrorCode::kDataLoss), StatusText(HasSubstr("close"))));
  request_.schemas.options.allow_loss_of = {"public.prices.close"};
  EXPECT_THAT(Sql(), SizeIs(1));
}

TEST_F(GenerateTest, ADeclaredRenameKeepsWhatHangsOnIt) {
  Between(
      absl::StrCat(kOld, "CREATE VIEW v AS SELECT close FROM prices;"),
      "CREATE TABLE bars (id bigint, close_price numeric NOT NULL, CONSTRAINT prices_pkey PRIMARY KEY (id));"
      "CREATE VIEW v AS SELECT close_price AS close FROM bars;");
  Rename("public.prices=bars");
  Rename("public.prices.close=close_price");
  EXPECT_THAT(Sql(), ElementsAre("ALTER TABLE public.prices RENAME COLUMN close TO close_price",
                                 "ALTER TABLE public.prices RENAME TO bars"));
}

TEST_F(GenerateTest, AMigrationGoesThereAndBackAndItsVerifyCanTell) {
  Between(
      kOld,
      "CREATE TYPE side AS ENUM ('buy', 'sell');\n"
      "CREATE TABLE prices (id bigint PRIMARY KEY, close numeric NOT NULL, side side, CHECK (close > 0));\n"
      "CREATE INDEX by_close ON prices (close);\n"
      "CREATE FUNCTION twice(x numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS 'SELECT $1 * 2';\n");
  const auto generated = Generate(request_);
  ASSERT_OK(generated);
  EXPECT_EQ(generated->file_name, "1.5.0_change.sql");
  EXPECT_THAT(generated->irreversible, IsEmpty());
  EXPECT_THAT(generated->notes, IsEmpty());
  EXPECT_THAT(
      generated->text,
      AllOf(HasSubstr("-- breaking: no"), HasSubstr("CREATE INDEX CONCURRENTLY by_close"),
            HasSubstr("-- ferry:down\n"), HasSubstr("DROP COLUMN side"), HasSubstr("x.attname = 'side'")));
  // Validating reads every row: not under the lock of what came before.
  EXPECT_THAT(generated->text, HasSubstr("-- ferry:up\n-- SHARE UPDATE EXCLUSIVE; full scan; may fail\n"));
}

TEST_F(GenerateTest, WhatLosesDataHasNoWayBackAndRaisesTheMajorVersion) {
  Between(kOld, "CREATE TABLE prices (id bigint PRIMARY KEY);");
  request_.schemas.options.allow_data_loss = true;
  const auto generated = Generate(request_);
  ASSERT_OK(generated);
  EXPECT_EQ(generated->file_name, "2.0.0_change.sql");
  EXPECT_THAT(generated->irreversible, HasSubstr("column public.prices.close"));
  EXPECT_THAT(generated->text,
              AllOf(HasSubstr("-- breaking: yes"), HasSubstr("-- ferry:down irreversible reason=")));
}

TEST_F(GenerateTest, ARenameGoesBackAsARename) {
  Between(kOld, "CREATE TABLE prices (id bigint PRIMARY KEY, close_price numeric NOT NULL);");
  Rename("public.prices.close=close_price");
  const auto generated = Generate(request_);
  ASSERT_OK(generated);
  EXPECT_THAT(generated->text, HasSubstr("ALTER TABLE public.prices RENAME COLUMN close_price TO close;"));
  EXPECT_THAT(generated->irreversible, IsEmpty());
}

TEST_F(GenerateTest, AChangeThatVerifyCannotTellIsSaid) {
  Between("CREATE VIEW v AS SELECT 1 AS a;", "CREATE VIEW v AS SELECT 2 AS a;");
  const auto generated = Generate(request_);
  ASSERT_OK(generated);
  EXPECT_THAT(generated->notes, ElementsAre(HasSubstr("cannot tell")));
}

TEST_F(GenerateTest, NoDifferenceIsNoMigration) {
  Between(kOld, kOld);
  EXPECT_THAT(Generate(request_), StatusIsCode(ErrorCode::kNothingToDo));
}

TEST_F(GenerateTest, ARepeatableOneDoesNothingWhereItHasBeenDone) {
  Between(
      "CREATE TABLE t (a int, b int);",
      "CREATE TABLE t (a int, b int, c text); CREATE INDEX t_b ON t (b); CREATE TABLE u (x int PRIMARY KEY);"
      "ALTER TABLE t ADD CONSTRAINT pos CHECK (a > 0), ADD CONSTRAINT k UNIQUE (b);"
      "CREATE VIEW v AS SELECT a FROM t; CREATE SEQUENCE s; COMMENT ON TABLE t IS 'by hand';"
      "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';"
      "CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();");
  request_.repeatable = true;
  request_.header = "-- drift: index public.t.t_b; view public.v\n-- Written by a test.\n";
  const auto generated = Generate(request_);
  ASSERT_OK(generated);
  EXPECT_THAT(generated->text, AllOf(HasSubstr("CREATE INDEX CONCURRENTLY IF NOT EXISTS t_b ON public.t"),
                                     HasSubstr("ADD COLUMN IF NOT EXISTS c text"),
                                     HasSubstr("DROP CONSTRAINT IF EXISTS pos"), HasSubstr("-- ferry:down\n"),
                                     HasSubstr("-- drift: index public.t.t_b; view public.v\n")));
  EXPECT_THAT(generated->notes,
              ::testing::Contains(HasSubstr("dropped and made again: constraint public.t.k")));
}

TEST_F(GenerateTest, ARepeatableOneCanTakeThingsAway) {
  Between(
      "CREATE TABLE t (a int, b int, c text); CREATE INDEX t_b ON t (b); CREATE VIEW v AS SELECT a FROM t;",
      "CREATE TABLE t (a int, b int);");
  request_.repeatable = true;
  request_.schemas.options.allow_data_loss = true;
  request_.no_way_back = "it takes back what was never part of a migration";
  const auto generated = Generate(request_);
  ASSERT_OK(generated);
  EXPECT_THAT(generated->text,
              AllOf(HasSubstr("DROP VIEW IF EXISTS public.v"), HasSubstr("DROP COLUMN IF EXISTS c"),
                    HasSubstr("irreversible reason=")));
}

TEST_F(GenerateTest, WhatCannotBeRepeatedIsRefusedWithTheStatement) {
  Between("CREATE TABLE t (a int);", "CREATE TABLE t (a int); CREATE TYPE mood AS ENUM ('a');");
  request_.repeatable = true;
  const auto generated = Generate(request_);
  ASSERT_THAT(generated, StatusIsCode(ErrorCode::kNotRepeatable));
  EXPECT_THAT(DetailOf(generated.status()).statement, HasSubstr("CREATE TYPE public.mood"));
}

TEST_F(GenerateTest, WhatIsSaidOfAViewsColumnAndADomainsConstraintIsNotLookedForInATable) {
  Between("CREATE VIEW v AS SELECT 1 AS a; CREATE DOMAIN d AS int;",
          "CREATE VIEW v AS SELECT 1 AS a; COMMENT ON COLUMN v.a IS 'one';"
          "CREATE DOMAIN d AS int CONSTRAINT positive CHECK (VALUE > 0);");
  for (const bool repeatable : {false, true}) {
    request_.repeatable = repeatable;
    EXPECT_OK(Generate(request_));
  }
}

}  // namespace
}  // namespace ferry::workbench
