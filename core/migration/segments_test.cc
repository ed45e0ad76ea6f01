#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/error.h"
#include "core/migration/example.h"

namespace ferry::migration {
namespace {

// "T2 S B T1": the kinds and, for transactions, the number of statements.
std::string Shape(const std::vector<Segment>& segments) {
  std::vector<std::string> words;
  for (const Segment& s : segments) {
    EXPECT_EQ(s.index, static_cast<int>(words.size()));
    EXPECT_EQ(s.checksum.size(), 64u);
    words.push_back(s.kind == Segment::Kind::kTransaction  ? absl::StrCat("T", s.statements.size())
                    : s.kind == Segment::Kind::kStandalone ? "S"
                    : s.kind == Segment::Kind::kTransform  ? "X"
                                                           : "B");
  }
  return absl::StrJoin(words, " ");
}

Migration Parse(absl::string_view up, absl::string_view down = "SELECT 1;") {
  const SourceFile file = FileWith("1.0.0", "a", absl::StrCat(up, "\n-- ferry:down\n", down, "\n"));
  const auto m = ParseMigration(file.name, file.bytes);
  EXPECT_TRUE(m.ok()) << ErrorText(m.status());
  return m.ok() ? *m : Migration();
}

constexpr char kUp[] = "-- ferry:up\n";
constexpr char kIndex[] = "CREATE INDEX CONCURRENTLY ON t (a);\n";
constexpr char kBackfill[] = "-- ferry:backfill table=t batch=10\nDELETE FROM t WHERE a;\n";

TEST(SegmentsTest, ConsecutiveTransactionalStatementsCommitTogether) {
  EXPECT_EQ(Shape(Parse(absl::StrCat(kUp, "SELECT 1; SELECT 2;")).up), "T2");
}

TEST(SegmentsTest, EachUpSectionCommitsByItself) {
  EXPECT_EQ(Shape(Parse(absl::StrCat(kUp, "SELECT 1;\n", kUp, "SELECT 2; SELECT 3;")).up), "T1 T2");
}

TEST(SegmentsTest, AStatementThatCannotRunInATransactionStandsAlone) {
  EXPECT_EQ(Shape(Parse(absl::StrCat(kUp, "SELECT 1;\n", kIndex, kIndex, "SELECT 2;")).up), "T1 S S T1");
}

TEST(SegmentsTest, BackfillsDivideAndRunInFileOrder) {
  EXPECT_EQ(Shape(Parse(absl::StrCat(kUp, "SELECT 1;\n", kBackfill, kUp, "SELECT 2; SELECT 3;\n", kBackfill,
                                     kBackfill))
                      .up),
            "T1 B T2 B B");
  EXPECT_EQ(Shape(Parse(kBackfill).up), "B");
}

TEST(SegmentsTest, TransformsDivideTooAndCarryTheirOptions) {
  const char* const transform =
      "-- ferry:transform program=slugify key=id,\"Day\" set=slug batch=500\n"
      "SELECT id, \"Day\", title FROM app.t WHERE slug IS NULL;\n";
  const std::vector<Segment> up =
      Parse(absl::StrCat(kUp, "SELECT 1;\n", transform, transform, kUp, "SELECT 2;")).up;
  EXPECT_EQ(Shape(up), "T1 X X T1");
  EXPECT_EQ(up[1].table, (sql::TableName{"app", "t"}));
  EXPECT_EQ(up[1].statements[0].tables, (std::vector<sql::TableName>{{"app", "t"}}));
  EXPECT_EQ(up[1].program, "slugify");
  EXPECT_EQ(up[1].key, (std::vector<std::string>{"id", "Day"}));
  EXPECT_EQ(up[1].set, (std::vector<std::string>{"slug"}));
  EXPECT_EQ(up[1].batch, 500);
  EXPECT_EQ(up[1].checksum, up[2].checksum);
  EXPECT_NE(up[1].checksum, Parse("-- ferry:transform program=other key=id,\"Day\" set=slug batch=500\n"
                                  "SELECT id, \"Day\", title FROM app.t WHERE slug IS NULL;\n")
                                .up[0]
                                .checksum);
}

TEST(SegmentsTest, AnEnumLabelIsCommittedBeforeItIsUsed) {
  constexpr char kAdd[] = "ALTER TYPE mood ADD VALUE 'sad'; ALTER TYPE mood ADD VALUE 'glad' AFTER 'sad';\n";
  EXPECT_EQ(Shape(Parse(absl::StrCat(kUp, kAdd, "INSERT INTO t VALUES ('glad');")).up), "T2 T1");
  EXPECT_EQ(Shape(Parse(absl::StrCat(kUp, kAdd, "INSERT INTO t VALUES ('sad');")).up), "T1 T2");
  EXPECT_EQ(Shape(Parse(absl::StrCat(kUp, kAdd, "INSERT INTO t VALUES ('happy');")).up), "T3");
}

TEST(SegmentsTest, DownIsDividedTheSameWay) {
  EXPECT_EQ(
      Shape(Parse(absl::StrCat(kUp, "SELECT 1;"), "SELECT 1; DROP INDEX CONCURRENTLY i; SELECT 2; SELECT 3;")
                .down),
      "T1 S T2");
}

TEST(SegmentsTest, ChecksumsFollowTheTextsOnly) {
  const Migration a = Parse(absl::StrCat(kUp, "SELECT 1;  -- why\n SELECT 2;"));
  const Migration c = Parse(absl::StrCat(kUp, "\n/* other */ SELECT 1;\n -- more\n", "SELECT 2\n;"));
  EXPECT_NE(a.checksum, c.checksum);
  EXPECT_EQ(a.up[0].checksum, c.up[0].checksum);
  EXPECT_NE(a.up[0].checksum, Parse(absl::StrCat(kUp, "SELECT 1; SELECT  2;")).up[0].checksum);
}

}  // namespace
}  // namespace ferry::migration
