#include "core/migration/sum.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "core/base/error.h"
#include "core/migration/example.h"

namespace ferry::migration {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;

std::vector<SourceFile> Folder() {
  return {Small("1.0.0", "a"), Small("1.1.0", "b"), Small("1.2.0", "c"), Small("1.10.0", "d")};
}

std::vector<std::string> Lines(const std::string& sum) { return absl::StrSplit(sum, '\n'); }

void ExpectProblem(const absl::Status& status, absl::string_view file, int line, absl::string_view message) {
  EXPECT_TRUE(HasCode(status, ErrorCode::kSumMismatch)) << status;
  EXPECT_EQ(DetailOf(status).file, file) << status;
  EXPECT_EQ(DetailOf(status).line, line) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr(std::string(message)));
  EXPECT_THAT(DetailOf(status).next, HasSubstr("ferry sum"));
}

TEST(SumTest, HasALineAFileAndATotal) {
  const std::vector<std::string> lines = Lines(RenderSum(Folder()));
  ASSERT_EQ(lines.size(), 6u);
  EXPECT_THAT(lines[0], MatchesRegex("1\\.0\\.0_a\\.sql h1:[0-9a-f]{64}"));
  EXPECT_THAT(lines[3], MatchesRegex("1\\.10\\.0_d\\.sql h1:[0-9a-f]{64}"));
  EXPECT_THAT(lines[4], MatchesRegex("total 4 h1:[0-9a-f]{64}"));
  EXPECT_EQ(lines[5], "");
}

TEST(SumTest, AgreesWithWhatItWasMadeFrom) {
  std::vector<SourceFile> files = Folder();
  const std::string sum = RenderSum(files);
  EXPECT_TRUE(CheckSum(files, sum).ok());
  std::reverse(files.begin(), files.end());
  EXPECT_EQ(RenderSum(files), sum);
  for (SourceFile& file : files) file.bytes = absl::StrReplaceAll(file.bytes, {{"\n", "\r\n"}});
  files.push_back({"ferry.sum", sum});
  EXPECT_TRUE(CheckSum(files, absl::StrReplaceAll(sum, {{"\n", "\r\n"}})).ok());
  EXPECT_TRUE(CheckSum({}, RenderSum({})).ok());
}

TEST(SumTest, TwoBranchesMeetInTheTotal) {
  std::vector<SourceFile> one = Folder(), two = Folder();
  one.push_back(Small("1.11.0", "x"));
  two.push_back(Small("1.12.0", "y"));
  EXPECT_NE(Lines(RenderSum(one))[5], Lines(RenderSum(two))[5]);
}

TEST(SumTest, NamesTheEditedFileOnly) {
  for (size_t i = 0; i < 4; ++i) {
    std::vector<SourceFile> files = Folder();
    const std::string sum = RenderSum(files);
    files[i].bytes += "-- touched\n";
    const auto problems = SumProblems(files, sum);
    ASSERT_EQ(problems.size(), 1u);
    ExpectProblem(problems[0], files[i].name, 0, absl::StrCat("\"", files[i].name, "\" was edited"));
  }
}

TEST(SumTest, NamesTheLostFileOnly) {
  for (size_t i = 0; i < 4; ++i) {
    std::vector<SourceFile> files = Folder();
    const std::string sum = RenderSum(files), name = files[i].name;
    files.erase(files.begin() + static_cast<std::ptrdiff_t>(i));
    const auto problems = SumProblems(files, sum);
    ASSERT_EQ(problems.size(), 1u);
    ExpectProblem(problems[0], "ferry.sum", static_cast<int>(i) + 1, absl::StrCat("\"", name, "\" is lost"));
  }
}

TEST(SumTest, NamesTheNewFileOnly) {
  for (size_t i = 0; i < 4; ++i) {
    std::vector<SourceFile> fewer = Folder();
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
    const auto problems = SumProblems(Folder(), RenderSum(fewer));
    ASSERT_EQ(problems.size(), 1u);
    ExpectProblem(problems[0], Folder()[i].name, 0, absl::StrCat("\"", Folder()[i].name, "\" is new"));
  }
}

TEST(SumTest, NamesReorderedLines) {
  std::vector<std::string> lines = Lines(RenderSum(Folder()));
  std::swap(lines[1], lines[2]);
  const auto problems = SumProblems(Folder(), absl::StrJoin(lines, "\n"));
  ASSERT_EQ(problems.size(), 1u);
  ExpectProblem(problems[0], "ferry.sum", 3, "reordered: \"1.1.0_b.sql\" stands after \"1.2.0_c.sql\"");
}

TEST(SumTest, ARenamedFileIsLostAndNew) {
  std::vector<SourceFile> files = Folder();
  const std::string sum = RenderSum(files);
  files[1] = Small("1.1.0", "bb");
  const auto problems = SumProblems(files, sum);
  ASSERT_EQ(problems.size(), 2u);
  ExpectProblem(problems[0], "ferry.sum", 2, "\"1.1.0_b.sql\" is lost");
  ExpectProblem(problems[1], "1.1.0_bb.sql", 0, "is new");
}

TEST(SumTest, SeveralProblemsAreAllNamed) {
  std::vector<SourceFile> files = Folder();
  const std::string sum = RenderSum(files);
  files[0].bytes += " ";
  files[2].bytes += " ";
  files.push_back(Small("2.0.0", "e"));
  EXPECT_EQ(SumProblems(files, sum).size(), 3u);
}

TEST(SumTest, ABadTextIsRefusedByLine) {
  const std::string sum = RenderSum(Folder());
  const std::vector<std::string> lines = Lines(sum);
  ExpectProblem(CheckSum(Folder(), absl::StrCat(lines[0], "\nnonsense\n")), "ferry.sum", 2,
                "none of a ferry.sum");
  ExpectProblem(CheckSum(Folder(), absl::StrCat(lines[0], "\n1.1.0_b.sql h2:00\n")), "ferry.sum", 2,
                "none of");
  ExpectProblem(CheckSum(Folder(), absl::StrCat(sum, lines[0])), "ferry.sum", 6, "none of a ferry.sum");
  ExpectProblem(CheckSum(Folder(), absl::StrCat(lines[0], "\n<<<<<<< HEAD\n", lines[1])), "ferry.sum", 2,
                "a merge conflict");
  ExpectProblem(
      CheckSum(Folder(), absl::StrJoin(std::vector<std::string>(lines.begin(), lines.begin() + 4), "\n")),
      "ferry.sum", 0, "\"total\", is missing");
  ExpectProblem(CheckSum(Folder(), absl::StrReplaceAll(sum, {{"total 4", "total 5"}})), "ferry.sum", 5,
                "the total does not belong");
  ExpectProblem(CheckSum(Folder(), ""), "1.0.0_a.sql", 0, "is new");
}

}  // namespace
}  // namespace ferry::migration
