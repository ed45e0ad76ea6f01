#include "core/render/renames.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"

namespace ferry::render {
namespace {

using schema::Column;
using schema::MakeObject;
using schema::Object;
using schema::ObjectId;
using schema::ObjectKind;
using schema::Snapshot;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Object Table(const std::string& name) {
  return MakeObject({ObjectKind::kTable, "public", "", name}, schema::Table());
}
Object ColumnOf(const std::string& table, const std::string& name, const std::string& type,
                int64_t position = 1) {
  Column column;
  column.type = type;
  column.position = position;
  return MakeObject({ObjectKind::kColumn, "public", table, name}, column);
}
Snapshot Of(std::vector<Object> objects) {
  return schema::MakeSnapshot(std::move(objects), "15", absl::UnixEpoch());
}

std::vector<std::string> Asked(const Snapshot& from, const Snapshot& to,
                               const std::vector<Rename>& declared = {}) {
  std::vector<std::string> out;
  for (const PossibleRename& possible : PossibleRenames(from, to, declared)) {
    out.push_back(RenameText(possible.rename) + ": " + possible.evidence);
  }
  return out;
}

TEST(ParseRenameTest, ReadsNamesAsSqlDoesAndRefusesTheRest) {
  EXPECT_EQ(RenameText(*ParseRename("public.Prices=bars")), "public.prices=bars");
  EXPECT_EQ(RenameText(*ParseRename("public.prices.close=close_price")), "public.prices.close=close_price");
  EXPECT_EQ(*ParseRename("public.\"a=\"\"b\".c=\"D\""),
            (Rename{{ObjectKind::kColumn, "public", "a=\"b", "c"}, "D"}));
  for (const char* bad :
       {"prices=bars", "public.prices", "public.prices=", "a.b.c.d=e", "public.prices=a.b", ""}) {
    EXPECT_FALSE(ParseRename(bad).ok()) << bad;
  }
}

TEST(DeclaredRenamesTest, StandInTheTargetsSql) {
  const auto renames = DeclaredRenames(
      "CREATE TABLE bars ();\n-- ferry:renamed table public.prices -> bars\n"
      "-- ferry:renamed column public.prices.close -> close_price\n",
      "schema.sql");
  ASSERT_TRUE(renames.ok()) << renames.status();
  ASSERT_EQ(renames->size(), 2U);
  std::vector<std::string> sql;
  for (const Statement& statement : RenameStatements(*renames)) sql.push_back(statement.sql);
  EXPECT_THAT(sql, ElementsAre("ALTER TABLE public.prices RENAME COLUMN close TO close_price",
                               "ALTER TABLE public.prices RENAME TO bars"));
  const auto bad = DeclaredRenames("\n-- ferry:renamed column public.prices -> bars\n", "schema.sql");
  EXPECT_TRUE(HasCode(bad.status(), ErrorCode::kUnknownDirective));
  EXPECT_THAT(ErrorText(bad.status()), HasSubstr("schema.sql:2"));
}

TEST(CheckRenamesTest, WhatDoesNotFitIsNamed) {
  const Snapshot from =
      Of({Table("prices"), ColumnOf("prices", "close", "numeric"), ColumnOf("prices", "id", "int")});
  const Snapshot to =
      Of({Table("bars"), ColumnOf("bars", "close_price", "numeric"), ColumnOf("bars", "id", "int")});
  const Rename table = *ParseRename("public.prices=bars"),
               column = *ParseRename("public.prices.close=close_price");
  EXPECT_TRUE(CheckRenames({table, column}, from, to).ok());
  EXPECT_THAT(ErrorText(CheckRenames({column}, from, to)), HasSubstr("nothing of the new name"));
  EXPECT_THAT(ErrorText(CheckRenames({*ParseRename("public.none=bars")}, from, to)),
              HasSubstr("no such thing"));
  EXPECT_THAT(ErrorText(CheckRenames({table, *ParseRename("public.prices.close=id")}, from, to)),
              HasSubstr("is taken"));
}

TEST(PossibleRenamesTest, AreAskedAboutWithTheirEvidence) {
  const Snapshot from =
      Of({Table("t"), ColumnOf("t", "close", "numeric", 3), ColumnOf("t", "note", "text", 4)});
  const Snapshot to =
      Of({Table("t"), ColumnOf("t", "close_price", "numeric", 3), ColumnOf("t", "at", "date", 4)});
  EXPECT_THAT(
      Asked(from, to),
      ElementsAre("public.t.close=close_price: both are numeric, nullable, at the same place; nothing else "
                  "there went or came with that type"));
  EXPECT_THAT(Asked(from, to, {*ParseRename("public.t.close=close_price")}), IsEmpty());
}

TEST(PossibleRenamesTest, WhereSeveralWouldFitThePlaceDecidesOrNothingIsAsked) {
  const Snapshot from = Of({Table("t"), ColumnOf("t", "a", "text", 1), ColumnOf("t", "b", "text", 2)});
  EXPECT_THAT(Asked(from, Of({Table("t"), ColumnOf("t", "x", "text", 1), ColumnOf("t", "y", "text", 5)})),
              ElementsAre(HasSubstr("public.t.a=x")));
  EXPECT_THAT(Asked(from, Of({Table("t"), ColumnOf("t", "x", "text", 8), ColumnOf("t", "y", "text", 9)})),
              IsEmpty());
}

TEST(PossibleRenamesTest, ATableWithTheSameColumns) {
  EXPECT_THAT(
      Asked(Of({Table("a"), ColumnOf("a", "id", "int")}), Of({Table("b"), ColumnOf("b", "id", "int")})),
      ElementsAre("public.a=b: both have the same 1 columns"));
}

}  // namespace
}  // namespace ferry::render
