#include "core/migration/migration.h"

#include <gtest/gtest.h>

#include "absl/strings/str_replace.h"
#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/migration/example.h"
#include "core/migration/scaffold.h"

namespace ferry::migration {
namespace {

Migration Parse(absl::string_view file, absl::string_view bytes) {
  const auto migration = ParseMigration(file, bytes);
  EXPECT_TRUE(migration.ok()) << ErrorText(migration.status());
  return migration.ok() ? *migration : Migration();
}

Migration Parse(const SourceFile& file) { return Parse(file.name, file.bytes); }

TEST(MigrationTest, TheDesignsExampleIsReadWhole) {
  const Migration m = Parse(kExampleFile, kExample);
  EXPECT_EQ(m.version, Version(1, 1, 0));
  EXPECT_EQ(m.name, "add_adjusted_close");
  EXPECT_EQ(m.description, "split- and dividend-adjusted close, backfilled from close");
  EXPECT_EQ(m.author, "data-platform");
  EXPECT_EQ(m.date, "2026-11-22");
  EXPECT_FALSE(m.breaking);
  EXPECT_EQ(m.requires_versions, std::vector<Version>{Version(1, 0, 0)});
  EXPECT_EQ(m.requires_line, 6);
  EXPECT_EQ(m.role, "");
  EXPECT_EQ(m.search_path, "public");
  EXPECT_EQ(m.file, kExampleFile);
  EXPECT_EQ(m.canonical, kExample);
  EXPECT_EQ(m.checksum, Sha256Hex(kExample));

  ASSERT_EQ(m.up.size(), 2u);
  EXPECT_EQ(m.up[0].kind, Segment::Kind::kTransaction);
  EXPECT_EQ(m.up[0].statements[0].text, "ALTER TABLE prices ADD COLUMN adjusted_close NUMERIC(10,2)");
  EXPECT_EQ(m.up[0].statements[0].line, 9);
  EXPECT_EQ(m.up[1].kind, Segment::Kind::kBackfill);
  EXPECT_EQ(m.up[1].index, 1);
  EXPECT_EQ(m.up[1].table, (sql::TableName{"", "prices"}));
  EXPECT_EQ(m.up[1].batch, 5000);
  ASSERT_EQ(m.down.size(), 1u);
  EXPECT_FALSE(m.irreversible);
  ASSERT_EQ(m.verify.size(), 1u);
  EXPECT_EQ(m.verify[0].line, 18);
}

TEST(MigrationTest, NamesTheObjectsWhoseDriftItDealsWith) {
  const Migration m =
      Parse("1.0.0_a.sql",
            "-- migration: 1.0.0 a\n-- description: a\n"
            "-- drift: index public.Pri ces.idx; function public.f(integer, text) ;table a.b\n\n"
            "-- ferry:up\nSELECT 1;\n-- ferry:down\nSELECT 1;\n");
  EXPECT_EQ(m.drift, (std::vector<std::string>{"index public.Pri ces.idx", "function public.f(integer, text)",
                                               "table a.b"}));
}

TEST(MigrationTest, OnlyVersionAndDescriptionAreRequiredInTheHeader) {
  const Migration m = Parse(Small("1.0.0", "a"));
  EXPECT_EQ(m.author, "");
  EXPECT_EQ(m.date, "");
  EXPECT_FALSE(m.breaking);
  EXPECT_TRUE(m.requires_versions.empty());
  EXPECT_TRUE(m.verify.empty());
}

TEST(MigrationTest, HeaderLinesMayComeInAnyOrderWithPlainCommentsBetween) {
  const Migration m = Parse("2.0.0_x-1.b.sql",
                            "-- Copyright 2026, see https://example.org/licence\n\n/* about: this */\n"
                            "-- search_path: app, \"My Schema\", \"$user\"\n--role:   data_owner  \n"
                            "-- requires: 1.0.0 , 1.2.10\n-- breaking: yes\n-- a line without a colon\n"
                            "-- description: prix en €: tout\n-- migration:  2.0.0   x-1.b\n"
                            "-- ferry:up\nSELECT 1;\n-- ferry:down\nSELECT 1;\n");
  EXPECT_EQ(m.name, "x-1.b");
  EXPECT_EQ(m.search_path, "app, \"My Schema\", \"$user\"");
  EXPECT_EQ(m.role, "data_owner");
  EXPECT_EQ(m.requires_versions, (std::vector<Version>{Version(1, 0, 0), Version(1, 2, 10)}));
  EXPECT_TRUE(m.breaking);
  EXPECT_EQ(m.description, "prix en €: tout");
}

TEST(MigrationTest, AnIrreversibleOneSaysWhy) {
  const Migration m = Parse(FileWith("1.0.0", "a",
                                     "-- ferry:up\nDROP TABLE old;\n"
                                     "-- ferry:down irreversible reason=the rows are gone = for good  \n"
                                     "-- no statement here\n"));
  EXPECT_TRUE(m.irreversible);
  EXPECT_EQ(m.irreversible_reason, "the rows are gone = for good");
  EXPECT_TRUE(m.down.empty());
}

TEST(MigrationTest, WhatLooksLikeADirectiveInsideATokenIsNone) {
  const Migration m =
      Parse(FileWith("1.0.0", "a",
                     "-- ferry:up\nCREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$\n"
                     "-- ferry:down\nBEGIN END $$;\nINSERT INTO t VALUES ('\n-- ferry:verify\n');\n"
                     "/*\n-- ferry:nonsense\n*/\n-- ferry:down\nSELECT 1;"));
  ASSERT_EQ(m.up.size(), 1u);
  EXPECT_EQ(m.up[0].statements.size(), 2u);
  EXPECT_EQ(m.down.size(), 1u);
  EXPECT_TRUE(m.verify.empty());
}

TEST(MigrationTest, CommentsOfAnyShapeAreFineInSections) {
  const Migration m = Parse(FileWith("1.0.0", "a",
                                     "-- ferry:up\n-- note: x\n-- ferry terminal\nSELECT 1; -- author: y\n"
                                     "-- ferry:down\n/* ${x} */ SELECT 1; -- ${x}\n"));
  EXPECT_EQ(m.up.size(), 1u);
}

TEST(MigrationTest, DollarBracesInAFunctionsBodyAreNoPlaceholders) {
  Parse(FileWith("1.0.0", "a",
                 "-- ferry:up\nDO $x$ BEGIN RAISE NOTICE '${name}'; END $x$;\nSELECT '${', '${1}', "
                 "'$name', '${a b}';\n-- ferry:down\nSELECT 1;\n"));
}

TEST(MigrationTest, QuotedTableNamesInBackfills) {
  const Migration m =
      Parse(FileWith("1.0.0", "a",
                     "-- ferry:backfill batch=1 table=\"My Schema\".\"a\"\"b c\"\n"
                     "DELETE FROM \"My Schema\".\"a\"\"b c\" WHERE x;\n-- ferry:down\nSELECT 1;\n"));
  EXPECT_EQ(m.up[0].table, (sql::TableName{"My Schema", "a\"b c"}));
  EXPECT_EQ(m.up[0].batch, 1);
  EXPECT_EQ(Parse(FileWith("1.0.0", "a",
                           "-- ferry:backfill table=App.Prices batch=1000000\n"
                           "DELETE FROM app.prices WHERE x;\n-- ferry:down\nSELECT 1;\n"))
                .up[0]
                .table,
            (sql::TableName{"app", "prices"}));
}

TEST(CanonicalBytesTest, LineEndsAndByteOrderMarkDoNotMatter) {
  const std::string windows = absl::StrCat("\xEF\xBB\xBF", absl::StrReplaceAll(kExample, {{"\n", "\r\n"}}));
  const Migration m = Parse(kExampleFile, windows);
  EXPECT_EQ(m.canonical, kExample);
  EXPECT_EQ(m.checksum, Parse(kExampleFile, kExample).checksum);
  EXPECT_EQ(m.up[0].statements[0].line, 9);
  EXPECT_EQ(CanonicalBytes("a\rb\r\n"), "a\rb\n");
}

TEST(CanonicalBytesTest, EveryOtherByteDoes) {
  EXPECT_NE(Parse(kExampleFile, kExample).checksum,
            Parse(kExampleFile, absl::StrCat(kExample, "\n")).checksum);
}

TEST(VersionTest, IsOrderedByNumbers) {
  EXPECT_LT(*Version::Parse("1.9.0"), *Version::Parse("1.10.0"));
  EXPECT_LT(*Version::Parse("9.9.9"), *Version::Parse("10.0.0"));
  EXPECT_EQ(Version::Parse("1.2.3")->ToString(), "1.2.3");
  EXPECT_TRUE(Version::Parse("0.0.0")->is_zero());
  for (const char* bad : {"", "1", "1.2", "1.2.3.4", "1.2.x", "01.2.3", "1.2.-3", "1.2.+3", "1..3", " 1.2.3",
                          "1.2.3-rc1", "1.2.1000000000", "v1.2.3"}) {
    EXPECT_TRUE(HasCode(Version::Parse(bad).status(), ErrorCode::kBadVersion)) << bad;
  }
}

TEST(ScaffoldTest, ANewMigrationOnlyLacksItsStatements) {
  const std::string text = NewMigrationText(Version(1, 3, 0), "add_volume", "ada", "2026-11-23");
  EXPECT_EQ(
      text,
      "-- migration: 1.3.0 add_volume\n-- description: add volume\n-- author: ada\n-- date: 2026-11-23\n"
      "-- breaking: no\n\n-- ferry:up\n\n-- ferry:down\n\n-- ferry:verify\n");
  const std::string file = MigrationFileName(Version(1, 3, 0), "add_volume");
  EXPECT_EQ(file, "1.3.0_add_volume.sql");
  EXPECT_TRUE(HasCode(ParseMigration(file, text).status(), ErrorCode::kEmptyMigration));
  Parse(file, absl::StrReplaceAll(text, {{"ferry:up\n", "ferry:up\nSELECT 1;\n"},
                                         {"ferry:down\n", "ferry:down\nSELECT 1;\n"}}));
}

TEST(ScaffoldTest, ARepeatableFileOnlyLacksItsStatements) {
  const std::string text = NewRepeatableText("daily_views", "ada", "2026-11-23");
  EXPECT_EQ(text,
            "-- repeatable: daily_views\n-- description: daily views\n-- author: ada\n-- date: 2026-11-23\n\n"
            "-- ferry:up\n\n-- ferry:verify\n");
  const std::string file = RepeatableFileName("daily_views");
  EXPECT_EQ(file, "R_daily_views.sql");
  const Migration m = Parse(file, absl::StrReplaceAll(text, {{"ferry:up\n", "ferry:up\nSELECT 1;\n"}}));
  EXPECT_EQ(m.id(), "R_daily_views");
  EXPECT_EQ(*NextVersion({{"1.0.0_a.sql", ""}, {file, ""}}), Version(1, 1, 0));
}

TEST(ScaffoldTest, TheNextVersionIsTheNextFeature) {
  EXPECT_EQ(*NextVersion({}), Version(1, 0, 0));
  EXPECT_EQ(*NextVersion({{"README.md", ""}, {"1.9.3_a.sql", ""}, {"1.10.0_b.sql", ""}, {"1.2.0_c.sql", ""}}),
            Version(1, 11, 0));
  EXPECT_TRUE(HasCode(NextVersion({{"draft.sql", ""}}).status(), ErrorCode::kBadVersion));
}

}  // namespace
}  // namespace ferry::migration
