#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/migration/example.h"
#include "core/migration/plan.h"

namespace ferry::migration {
namespace {

using ::testing::HasSubstr;

const SourceFile kOne = Small("1.0.0", "one");
const SourceFile kTwo = Small("1.1.0", "two");
const SourceFile kThree = Small("1.2.0", "three");
const SourceFile kFour = Small("1.3.0", "four", "-- requires: 1.0.0\n");

std::string ChecksumOf(const SourceFile& file) { return Sha256Hex(file.bytes); }

std::string Line(const std::string& squashes) { return absl::StrCat("-- squashes: ", squashes, "\n"); }

std::string Names(const std::vector<std::pair<std::string, SourceFile>>& versions) {
  std::string text;
  for (const auto& [version, file] : versions) {
    absl::StrAppend(&text, text.empty() ? "" : ", ", version, "=", ChecksumOf(file));
  }
  return text;
}

SourceFile Squash(const std::string& line) {
  return FileWith("1.2.0", "history",
                  "-- ferry:up\nCREATE TABLE one (a int);\n-- ferry:down irreversible reason=squashed\n",
                  line);
}
const SourceFile kSquash = Squash(Line(Names({{"1.0.0", kOne}, {"1.1.0", kTwo}, {"1.2.0", kThree}})));

Plan PlanOf(const std::vector<SourceFile>& files) {
  absl::StatusOr<Plan> plan = BuildPlan(files);
  EXPECT_TRUE(plan.ok()) << ErrorText(plan.status());
  return plan.ok() ? *std::move(plan) : Plan();
}

// "1.2.0 1.3.0", or the error.
std::string Up(const Plan& plan, const std::vector<AppliedMigration>& applied, const Version& to) {
  const auto pending = PendingUp(plan, applied, to);
  if (!pending.ok()) return ErrorText(pending.status());
  std::string text;
  for (const Migration* m : *pending) absl::StrAppend(&text, text.empty() ? "" : " ", m->version.ToString());
  return text;
}

const std::vector<AppliedMigration> kAll = {
    {"1.0.0", ChecksumOf(kOne)}, {"1.1.0", ChecksumOf(kTwo)}, {"1.2.0", ChecksumOf(kThree)}};

TEST(SquashTest, ATargetWithTheWholeHistoryHasTheSquash) {
  const Plan plan = PlanOf({kSquash, kFour});
  EXPECT_EQ(Up(plan, kAll, Version(1, 3, 0)), "1.3.0");
  EXPECT_EQ(Up(plan, kAll, Version(1, 2, 0)), "");
}

TEST(SquashTest, AFreshTargetRunsItAndHasItThen) {
  const Plan plan = PlanOf({kSquash, kFour});
  EXPECT_EQ(Up(plan, {}, Version(1, 3, 0)), "1.2.0 1.3.0");
  EXPECT_EQ(Up(plan, {{"1.2.0", ChecksumOf(kSquash)}}, Version(1, 3, 0)), "1.3.0");
}

TEST(SquashTest, ATargetWithAPartOfTheHistoryIsRefused) {
  const Plan plan = PlanOf({kSquash, kFour});
  for (const std::vector<AppliedMigration>& part :
       {std::vector<AppliedMigration>{kAll[0]}, {kAll[0], kAll[1]}, {kAll[2]}}) {
    const std::string said = Up(plan, part, Version(1, 3, 0));
    EXPECT_THAT(said, HasSubstr("FE0507"));
    EXPECT_THAT(said, HasSubstr("promote the plan before the squash first"));
  }
}

TEST(SquashTest, AnotherHistoryUnderTheSameVersionsIsRefused) {
  const Plan plan = PlanOf({kSquash, kFour});
  std::vector<AppliedMigration> other = kAll;
  other[1].checksum = std::string(64, 'a');
  EXPECT_THAT(Up(plan, other, Version(1, 3, 0)), HasSubstr("FE0507"));
}

TEST(SquashTest, NothingGoesBackIntoTheSquashedRange) {
  const Plan plan = PlanOf({kSquash, kFour});
  std::vector<AppliedMigration> applied = kAll;
  applied.push_back({"1.3.0", ChecksumOf(kFour)});
  const auto one = PendingDown(plan, applied, std::nullopt);
  ASSERT_TRUE(one.ok()) << one.status();
  EXPECT_EQ(one->size(), 1U);
  EXPECT_TRUE(PendingDown(plan, applied, Version(1, 2, 0)).ok());
  for (const Version& to : {Version(1, 0, 0), Version()}) {
    const auto back = PendingDown(plan, applied, to);
    EXPECT_TRUE(HasCode(back.status(), ErrorCode::kIrreversible)) << back.status();
  }
  EXPECT_THAT(ErrorText(PendingDown(plan, applied, Version(1, 1, 0)).status()),
              HasSubstr("was squashed into"));
}

TEST(SquashTest, ASquashedVersionThatIsAskedForIsNamedAsSuch) {
  EXPECT_THAT(Up(PlanOf({kSquash, kFour}), {}, Version(1, 1, 0)), HasSubstr("was squashed into"));
}

TEST(SquashTest, WhatRequiresASquashedVersionStaysSatisfied) {
  EXPECT_TRUE(BuildPlan({kSquash, kFour}).ok());
  EXPECT_FALSE(BuildPlan({kTwo, kFour}).ok());
}

TEST(SquashTest, ASquashedFileMayNotStandBesideItsSquash) {
  const auto plan = BuildPlan({kOne, kSquash});
  EXPECT_TRUE(HasCode(plan.status(), ErrorCode::kSquashShape)) << plan.status();
  EXPECT_THAT(ErrorText(plan.status()), HasSubstr("1.0.0_one.sql"));
}

TEST(SquashTest, ASquashThatCouldBeUndoneIsRefused) {
  SourceFile squash = kSquash;
  const std::string irreversible = "-- ferry:down irreversible reason=squashed\n";
  squash.bytes.replace(squash.bytes.find(irreversible), irreversible.size(),
                       "-- ferry:down\nDROP TABLE one;\n");
  EXPECT_TRUE(HasCode(BuildPlan({squash}).status(), ErrorCode::kSquashShape));
}

TEST(SquashTest, ALineThatCannotBeReadIsRefusedWithItsPlace) {
  const std::string c(64, 'c');
  for (const std::string& bad : std::vector<std::string>{
           "", "1.2.0", "1.2.0=abc", absl::StrCat("1.2.0=", std::string(64, 'C')), absl::StrCat("1.2=", c),
           absl::StrCat("1.1.0=", c), absl::StrCat("1.2.0=", c, ", 1.1.0=", c),
           absl::StrCat("1.2.0=", c, ", 1.2.0=", c), absl::StrCat("1.2.0=", c, ", 1.3.0=", c),
           absl::StrCat("1.2.0=", c, ",")}) {
    const auto plan = BuildPlan({Squash(Line(bad))});
    EXPECT_TRUE(HasCode(plan.status(), ErrorCode::kSquashShape)) << "\"" << bad << "\": " << plan.status();
    EXPECT_EQ(DetailOf(plan.status()).line, 3) << bad;
  }
}

}  // namespace
}  // namespace ferry::migration
