#include "workbench/squash.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "core/base/error.h"
#include "tests/support/pg_cluster.h"
#include "tests/support/status_matchers.h"

namespace ferry::workbench {
namespace {

using test::PgCluster;
using test::StatusIsCode;
using test::StatusText;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

std::string Url() {
  std::string text;
  for (const auto& [keyword, value] : PgCluster::Shared().LoginOf("postgres", "postgres")) {
    absl::StrAppend(&text, keyword, "='", value, "' ");
  }
  return text;
}

class SquashTest : public ::testing::Test {
 protected:
  void Add(const std::string& version, const std::string& up, const std::string& header = "") {
    request_.files.push_back(
        {absl::StrCat(version, "_change.sql"),
         absl::StrCat("-- migration: ", version, " change\n-- description: d\n", header, "\n-- ferry:up\n",
                      up, "\n-- ferry:down irreversible reason=test\n")});
  }
  void AddHistory() {
    Add("1.0.0",
        "CREATE TABLE prices (id int PRIMARY KEY, close numeric);\n"
        "INSERT INTO prices SELECT g, g * 1.5 FROM generate_series(1, 250) g;");
    Add("1.1.0",
        "CREATE SEQUENCE tickets START 7;\nSELECT nextval('tickets');\nALTER TABLE prices ADD COLUMN note "
        "text;\n\n"
        "-- ferry:backfill table=prices batch=10\nUPDATE prices SET note = E'it''s\\n' || id WHERE note IS "
        "NULL;\n");
    Add("1.2.0",
        "CREATE INDEX CONCURRENTLY by_close ON prices (close);\nGRANT SELECT ON prices TO ferry_observe;");
    Add("1.3.0", "CREATE TABLE later (id int PRIMARY KEY);", "-- requires: 1.0.0\n");
  }
  absl::StatusOr<Squashed> Run(const migration::Version& up_to) {
    request_.up_to = up_to;
    request_.scratch_url = Url();
    request_.name = "squashed_history";
    return Squash(request_);
  }

  SquashRequest request_;
};

TEST_F(SquashTest, OneFileMakesTheSchemaTheRowsAndTheGrantsOfItsHistory) {
  AddHistory();
  ASSERT_OK_AND_ASSIGN(const Squashed squashed, Run(migration::Version(1, 2, 0)));
  EXPECT_TRUE(squashed.proof.equal()) << ::testing::PrintToString(squashed.proof.only_first)
                                      << ::testing::PrintToString(squashed.proof.only_second);
  EXPECT_EQ(squashed.file_name, "1.2.0_squashed_history.sql");
  EXPECT_THAT(squashed.replaced, ElementsAre("1.0.0_change.sql", "1.1.0_change.sql", "1.2.0_change.sql"));
  EXPECT_EQ(squashed.with_rows, 3U);
  EXPECT_THAT(squashed.text,
              AllOf(HasSubstr("-- squashes: 1.0.0="), HasSubstr(", 1.2.0="),
                    HasSubstr("INSERT INTO public.prices"), HasSubstr("setval('public.tickets', 7"),
                    HasSubstr("GRANT SELECT ON TABLE public.prices TO ferry_observe"),
                    HasSubstr("irreversible"), Not(HasSubstr("later"))));
  ASSERT_OK_AND_ASSIGN(const migration::Plan plan,
                       migration::BuildPlan({{squashed.file_name, squashed.text}, request_.files.back()}));
  EXPECT_EQ(plan.migrations[0].squashes.size(), 3U);
}

TEST_F(SquashTest, WhatTheNewFileCannotRepeatIsADifference) {
  Add("1.0.0", "CREATE TABLE a (id int PRIMARY KEY);");
  // Each build sees another moment, so no file can be what the history is.
  Add("1.1.0",
      "CREATE TABLE b (a int);\nDO $$ BEGIN EXECUTE format('COMMENT ON TABLE b IS %L', clock_timestamp()); "
      "END $$;\n"
      "CREATE INDEX broken ON b (a);\n"
      "UPDATE pg_catalog.pg_index SET indisvalid = false WHERE indexrelid = 'public.broken'::regclass;");
  ASSERT_OK_AND_ASSIGN(const Squashed squashed, Run(migration::Version(1, 1, 0)));
  EXPECT_FALSE(squashed.proof.equal());
  ASSERT_EQ(squashed.proof.schemas.differences.size(), 1U);
  EXPECT_EQ(squashed.proof.schemas.differences[0].id.name, "broken");
}

TEST_F(SquashTest, TheRoleOfTheHistoryIsTheRoleOfTheSquashAndTwoRolesAreRefused) {
  Add("1.0.0", "CREATE SCHEMA mine;", "-- role: ferry_migrate\n");
  Add("1.1.0", "CREATE TABLE mine.a (a int);", "-- role: ferry_migrate\n");
  PgCluster::Shared().Execute("postgres", {"SELECT 1"});
  const auto refused_by_server = Run(migration::Version(1, 1, 0));  // ferry_migrate may not create schemas
  EXPECT_THAT(refused_by_server, StatusIsCode(ErrorCode::kScratch));
  request_.files.clear();
  Add("1.0.0", "CREATE TABLE a (a int);", "-- role: postgres\n");
  Add("1.1.0", "CREATE TABLE b (a int);", "-- role: postgres\n");
  Add("1.2.0", "CREATE TABLE c (a int);");
  ASSERT_OK_AND_ASSIGN(const Squashed squashed, Run(migration::Version(1, 1, 0)));
  EXPECT_THAT(squashed.text, HasSubstr("-- role: postgres\n"));
  EXPECT_TRUE(squashed.proof.equal());
  EXPECT_THAT(Run(migration::Version(1, 2, 0)), StatusIsCode(ErrorCode::kSquashShape));
}

TEST_F(SquashTest, ASquashIsNotSquashedAgainAndOneMigrationIsNoHistory) {
  AddHistory();
  EXPECT_THAT(Run(migration::Version(1, 0, 0)), StatusIsCode(ErrorCode::kNothingToDo));
  EXPECT_THAT(Run(migration::Version(7, 0, 0)), StatusIsCode(ErrorCode::kVersionUnknown));
  ASSERT_OK_AND_ASSIGN(const Squashed squashed, Run(migration::Version(1, 2, 0)));
  request_.files = {{squashed.file_name, squashed.text}, request_.files.back()};
  const auto again = Run(migration::Version(1, 3, 0));
  EXPECT_THAT(again, StatusIsCode(ErrorCode::kSquashShape));
  EXPECT_THAT(again, StatusText(HasSubstr("is a squash itself")));
}

TEST_F(SquashTest, DefaultPrivilegesAreRefused) {
  Add("1.0.0", "CREATE TABLE a (a int);");
  Add("1.1.0", "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO ferry_observe;");
  EXPECT_THAT(Run(migration::Version(1, 1, 0)),
              StatusText(AllOf(HasSubstr("FE0117"), HasSubstr("default privileges"))));
}

}  // namespace
}  // namespace ferry::workbench
