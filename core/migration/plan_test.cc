#include "core/migration/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "absl/strings/str_replace.h"
#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/migration/example.h"
#include "core/migration/sum.h"

namespace ferry::migration {
namespace {

using ::testing::HasSubstr;

std::vector<SourceFile> Folder() {
  return {Small("1.10.0", "c"),
          {kExampleFile, kExample},
          Small("1.0.0", "a"),
          {"README.md", "not SQL"},
          {"ferry.sum", "x"}};
}

Plan Build(const std::vector<SourceFile>& files) {
  auto plan = BuildPlan(files);
  EXPECT_TRUE(plan.ok()) << ErrorText(plan.status());
  return plan.ok() ? *std::move(plan) : Plan();
}

TEST(PlanTest, IsAscendingWhateverTheOrderOfTheFiles) {
  std::vector<SourceFile> files = Folder();
  const Plan plan = Build(files);
  ASSERT_EQ(plan.migrations.size(), 3u);
  EXPECT_EQ(plan.migrations[0].version.ToString(), "1.0.0");
  EXPECT_EQ(plan.migrations[1].version.ToString(), "1.1.0");
  EXPECT_EQ(plan.migrations[2].version.ToString(), "1.10.0");
  std::sort(files.begin(), files.end(),
            [](const SourceFile& a, const SourceFile& b) { return a.name < b.name; });
  do {
    EXPECT_EQ(Build(files).digest, plan.digest);
  } while (std::next_permutation(files.begin(), files.end(),
                                 [](const SourceFile& a, const SourceFile& b) { return a.name < b.name; }));
}

TEST(PlanTest, FindsByVersion) {
  const Plan plan = Build(Folder());
  EXPECT_EQ(plan.Find("1.1.0"), &plan.migrations[1]);
  EXPECT_EQ(plan.Find("1.2.0"), nullptr);
  EXPECT_EQ(plan.Find("2.0.0"), nullptr);
  EXPECT_EQ(plan.Find("latest"), nullptr);
}

TEST(PlanTest, TheDigestCoversEveryByteAndName) {
  const std::string digest = Build(Folder()).digest;
  std::vector<SourceFile> edited = Folder();
  edited[1].bytes += " ";
  EXPECT_NE(Build(edited).digest, digest);
  std::vector<SourceFile> renamed = Folder();
  renamed[0] = Small("1.10.0", "cc");
  EXPECT_NE(Build(renamed).digest, digest);
  std::vector<SourceFile> shorter = Folder();
  shorter.erase(shorter.begin());
  EXPECT_NE(Build(shorter).digest, digest);
  std::vector<SourceFile> windows = Folder();
  windows[1].bytes = absl::StrReplaceAll(windows[1].bytes, {{"\n", "\r\n"}});
  EXPECT_EQ(Build(windows).digest, digest);
}

TEST(PlanTest, TheDigestIsWhatTheDesignSays) {
  const SourceFile file = Small("1.0.0", "a");
  Sha256 hash;
  for (const std::string& piece : {std::string("1"), std::string("1.0.0"), file.name, file.bytes}) {
    hash.UpdateFramed(piece);
  }
  EXPECT_EQ(Build({file}).digest, hash.HexDigest());
}

TEST(PlanTest, RepeatableFilesComeAfterTheVersionsByName) {
  const std::vector<SourceFile> files = {Repeatable("views"), Small("1.1.0", "b"), Repeatable("functions"),
                                         Small("1.0.0", "a")};
  const Plan plan = Build(files);
  ASSERT_EQ(plan.repeatables.size(), 2u);
  EXPECT_EQ(plan.repeatables[0].id(), "R_functions");
  EXPECT_EQ(plan.repeatables[1].id(), "R_views");
  EXPECT_EQ(plan.migrations.size(), 2u);
  EXPECT_EQ(plan.Find("R_views"), &plan.repeatables[1]);
  EXPECT_EQ(plan.Find("R_other"), nullptr);
  EXPECT_TRUE(plan.repeatables[0].irreversible);
  EXPECT_NE(plan.digest, Build({files[1], files[3]}).digest);
  EXPECT_NE(plan.digest, Build({files[0], files[1], Repeatable("functions", "SELECT 2;"), files[3]}).digest);
  EXPECT_EQ(Build(plan.Sources()).digest, plan.digest);
  EXPECT_TRUE(Lint(files, RenderSum(files)).empty());
  EXPECT_THAT(RenderSum(files), ::testing::ContainsRegex("1.1.0_b.*\n.*R_functions.*\n.*R_views.*\ntotal 4"));
  EXPECT_TRUE(HasCode(CheckSum(files, RenderSum({files[1], files[2], files[3]})), ErrorCode::kSumMismatch));
}

TEST(PlanTest, ARepeatableFileChangesWithTheValuesThatItUses) {
  const auto checksum = [](const std::string& up, const std::string& values) {
    const auto plan =
        BuildPlan({Small("1.0.0", "a"), Repeatable("v", up), {"values.yaml", values}}, std::string("prod"));
    EXPECT_TRUE(plan.ok()) << ErrorText(plan.status());
    return plan.ok() ? plan->repeatables[0].checksum : "";
  };
  const std::string one = "dev: { a: 1, b: 1 }\nprod: { a: 1, b: 1 }\n";
  const std::string other_a = "dev: { a: 2, b: 1 }\nprod: { a: 1, b: 1 }\n";
  const std::string other_b = "dev: { a: 1, b: 2 }\nprod: { a: 1, b: 1 }\n";
  EXPECT_NE(checksum("SELECT ${a};", one), checksum("SELECT ${a};", other_a))
      << "the same in all environments";
  EXPECT_EQ(checksum("SELECT ${a};", one), checksum("SELECT ${a};", other_b));
  EXPECT_EQ(checksum("SELECT 1;", one), checksum("SELECT 1;", other_a));
}

struct BadPlan {
  std::vector<SourceFile> files;
  ErrorCode code;
  const char* file;
  int line;
  const char* message;
};

TEST(PlanTest, RefusesWhatDoesNotFitTogether) {
  const BadPlan cases[] = {
      {{}, ErrorCode::kEmptyMigration, "", 0, "no migration here"},
      {{{"README.md", ""}}, ErrorCode::kEmptyMigration, "", 0, "no migration here"},
      {{Small("1.0.0", "a"), Small("1.0.0", "b")},
       ErrorCode::kDuplicateVersion,
       "1.0.0_b.sql",
       0,
       "\"1.0.0_a.sql\" and \"1.0.0_b.sql\" both are version 1.0.0"},
      {{Small("1.0.0", "a"), Small("1.0.0", "a")},
       ErrorCode::kDuplicateVersion,
       "1.0.0_a.sql",
       0,
       "given twice"},
      {{Small("1.2.0", "a", "-- requires: 1.1.0\n"), Small("1.0.0", "b")},
       ErrorCode::kRequires,
       "1.2.0_a.sql",
       3,
       "requires 1.1.0, which is not in the plan"},
      {{Small("1.0.0", "a"), {"notes.sql", "SELECT 1;"}},
       ErrorCode::kBadVersion,
       "notes.sql",
       0,
       "not VERSION_name.sql"},
      {{Small("1.0.0", "a"), {"R_views.sql", "SELECT 1;"}},
       ErrorCode::kMigrationHeader,
       "R_views.sql",
       1,
       "before the first section"},
      {{Repeatable("views")}, ErrorCode::kEmptyMigration, "", 0, "at least one version"},
      {{Small("1.0.0", "a"), {"1.1.0_b.sql", "SELECT 1;"}},
       ErrorCode::kMigrationHeader,
       "1.1.0_b.sql",
       1,
       "before the first section"},
  };
  for (const BadPlan& c : cases) {
    const absl::Status status = BuildPlan(c.files).status();
    EXPECT_EQ(CodeName(CodeOf(status)), CodeName(c.code)) << ErrorText(status);
    EXPECT_EQ(DetailOf(status).file, c.file);
    EXPECT_EQ(DetailOf(status).line, c.line);
    EXPECT_THAT(std::string(status.message()), HasSubstr(c.message));
  }
}

TEST(PlanWithSumTest, NeedsASumThatAgrees) {
  const std::vector<SourceFile> files = {Small("1.0.0", "a"), Small("1.1.0", "b")};
  EXPECT_EQ(BuildPlanWithSum(files, RenderSum(files))->digest, Build(files).digest);
  const absl::Status missing = BuildPlanWithSum(files, std::nullopt).status();
  EXPECT_TRUE(HasCode(missing, ErrorCode::kSumMismatch));
  EXPECT_EQ(DetailOf(missing).file, "ferry.sum");
  EXPECT_EQ(DetailOf(missing).next, "ferry sum");
  EXPECT_TRUE(HasCode(BuildPlanWithSum(files, RenderSum({files[0]})).status(), ErrorCode::kSumMismatch));
}

std::vector<std::string> Summary(const std::vector<absl::Status>& problems) {
  std::vector<std::string> lines;
  for (const absl::Status& p : problems)
    lines.push_back(absl::StrCat(CodeName(CodeOf(p)), " ", DetailOf(p).file));
  return lines;
}

TEST(LintTest, AGoodFolderHasNoProblem) {
  std::vector<SourceFile> files = Folder();
  EXPECT_TRUE(Lint(files, RenderSum(files)).empty());
}

TEST(LintTest, NamesEveryProblemOfEveryFile) {
  const std::vector<SourceFile> files = {
      Small("1.0.0", "a"),
      FileWith("1.1.0", "b", "-- ferry:up\nSELEC 1;\nCOMMIT;\n-- ferry:down\nBEGIN;\nCOMMIT;\n"),
      Small("1.1.0", "c"),
      Small("1.2.0", "d", "-- requires: 1.1.5\n"),
      {"x.sql", ""}};
  EXPECT_EQ(Summary(Lint(files, std::nullopt)),
            (std::vector<std::string>{"FE0104 1.1.0_b.sql", "FE0105 1.1.0_b.sql", "FE0105 1.1.0_b.sql",
                                      "FE0108 x.sql", "FE0110 ferry.sum"}));
  const std::vector<SourceFile> readable = {files[0], files[2], files[3]};
  EXPECT_EQ(Summary(Lint(readable, RenderSum({files[0]}))),
            (std::vector<std::string>{"FE0114 1.2.0_d.sql", "FE0110 1.1.0_c.sql", "FE0110 1.2.0_d.sql"}));
}

TEST(LintTest, HoldsBreakingAgainstTheStepOfMajor) {
  const std::vector<SourceFile> good = {Small("1.0.0", "a", "-- breaking: yes\n"), Small("1.1.0", "b"),
                                        Small("2.0.0", "c", "-- breaking: yes\n"), Small("2.0.1", "d")};
  EXPECT_TRUE(Lint(good, RenderSum(good)).empty());
  const std::vector<SourceFile> bad = {Small("1.0.0", "a"), Small("1.1.0", "b", "-- breaking: yes\n"),
                                       Small("2.0.0", "c")};
  EXPECT_EQ(Summary(Lint(bad, RenderSum(bad))),
            (std::vector<std::string>{"FE0101 1.1.0_b.sql", "FE0101 2.0.0_c.sql"}));
  EXPECT_TRUE(BuildPlan(bad).ok());
}

}  // namespace
}  // namespace ferry::migration
