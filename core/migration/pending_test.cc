#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_join.h"
#include "core/base/error.h"
#include "core/migration/example.h"
#include "core/migration/plan.h"

namespace ferry::migration {
namespace {

using ::testing::HasSubstr;

class PendingTest : public ::testing::Test {
 protected:
  PendingTest() {
    auto plan =
        BuildPlan({Small("1.0.0", "a"), Small("1.1.0", "b"),
                   FileWith("1.2.0", "c",
                            "-- ferry:up\nDROP TABLE x;\n-- ferry:down irreversible reason=rows are gone\n"),
                   Small("1.10.0", "d")});
    EXPECT_TRUE(plan.ok()) << ErrorText(plan.status());
    plan_ = *std::move(plan);
  }

  std::vector<AppliedMigration> Applied(const std::vector<std::string>& versions) const {
    std::vector<AppliedMigration> applied;
    for (const std::string& v : versions) {
      const Migration* m = plan_.Find(v);
      applied.push_back({v, m == nullptr ? "" : m->checksum});
    }
    return applied;
  }

  static std::string Names(const absl::StatusOr<std::vector<const Migration*>>& list) {
    if (!list.ok()) return CodeName(CodeOf(list.status()));
    std::vector<std::string> names;
    for (const Migration* m : *list) names.push_back(m->version.ToString());
    return absl::StrJoin(names, " ");
  }

  std::string Up(const std::vector<std::string>& applied, const char* to) const {
    return Names(PendingUp(plan_, Applied(applied), *Version::Parse(to)));
  }
  std::string Down(const std::vector<std::string>& applied, const char* to) const {
    const auto version = to == nullptr ? std::nullopt : std::optional<Version>(*Version::Parse(to));
    return Names(PendingDown(plan_, Applied(applied), version));
  }

  Plan plan_;
};

TEST_F(PendingTest, UpRunsWhatIsMissingUpToTheVersion) {
  EXPECT_EQ(Up({}, "1.10.0"), "1.0.0 1.1.0 1.2.0 1.10.0");
  EXPECT_EQ(Up({}, "1.1.0"), "1.0.0 1.1.0");
  EXPECT_EQ(Up({"1.1.0", "1.0.0"}, "1.10.0"), "1.2.0 1.10.0");
}

TEST_F(PendingTest, UpHasNothingToDoWhenThereOrBeyond) {
  EXPECT_EQ(Up({"1.0.0", "1.1.0"}, "1.1.0"), "");
  EXPECT_EQ(Up({"1.0.0", "1.1.0"}, "1.0.0"), "");
}

TEST_F(PendingTest, AHoleBelowTheNewestAppliedIsOutOfOrder) {
  EXPECT_EQ(Up({"1.0.0", "1.2.0"}, "1.10.0"), "FE0307");
  const absl::Status status = PendingUp(plan_, Applied({"1.0.0", "1.2.0"}), Version(1, 1, 0)).status();
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("version 1.1.0 is not applied, but the newer 1.2.0 is"));
  EXPECT_EQ(
      DetailOf(status).next,
      "give it a version above 1.2.0; or, to run it all the same: ferry promote 1.1.0 --to ENV --hotfix "
      "\"why\"");
  EXPECT_EQ(Up({"1.0.0", "1.2.0"}, "1.0.0"), "");
}

TEST_F(PendingTest, WithAReasonTheHoleRunsToo) {
  const auto pending = PendingUp(plan_, Applied({"1.0.0", "1.2.0"}), Version(1, 10, 0), OutOfOrder::kAccept);
  EXPECT_EQ(Names(pending), "1.1.0 1.10.0");
  EXPECT_TRUE(IsOutOfOrder(*plan_.Find("1.1.0"), Applied({"1.0.0", "1.2.0"})));
  EXPECT_FALSE(IsOutOfOrder(*plan_.Find("1.10.0"), Applied({"1.0.0", "1.2.0", "R_v"})));
  EXPECT_FALSE(IsOutOfOrder(*plan_.Find("1.0.0"), {}));
}

TEST_F(PendingTest, DownWithoutAVersionUndoesWhatWasAppliedLast) {
  std::vector<AppliedMigration> applied = Applied({"1.0.0", "1.10.0", "1.1.0", "R_v"});
  for (size_t i = 0; i < applied.size(); ++i) applied[i].applied_at = absl::FromUnixSeconds(100 + int64_t(i));
  EXPECT_EQ(Names(PendingDown(plan_, applied, std::nullopt)), "1.1.0");
  EXPECT_EQ(Names(PendingDown(plan_, applied, Version(1, 0, 0))), "1.1.0 1.10.0");
  EXPECT_EQ(Names(PendingDown(plan_, applied, Version(1, 1, 0))), "1.10.0");
  EXPECT_EQ(NewestVersion(applied), "1.10.0");
  EXPECT_EQ(NewestVersion(Applied({"R_v"})), "");
}

TEST(PendingRepeatablesTest, RunWhenChangedAndOnlyAtTheNewestVersion) {
  const auto plan = BuildPlan({Small("1.0.0", "a"), Small("1.1.0", "b"), Repeatable("v"), Repeatable("w")});
  ASSERT_TRUE(plan.ok()) << ErrorText(plan.status());
  const auto ids = [&](const std::vector<AppliedMigration>& applied, const Version& to) {
    std::string text;
    for (const Migration* m : PendingRepeatables(*plan, applied, to)) absl::StrAppend(&text, m->id(), " ");
    return text;
  };
  const std::string checksum = plan->Find("R_v")->checksum;
  EXPECT_EQ(ids({}, Version(1, 1, 0)), "R_v R_w ");
  EXPECT_EQ(ids({}, Version(1, 0, 0)), "");
  EXPECT_EQ(ids({{"R_v", checksum}, {"R_w", "another text"}}, Version(1, 1, 0)), "R_w ");
  // One that the plan no longer has is nobody's concern.
  const auto up = PendingUp(*plan, {{"R_gone", "x"}}, Version(1, 0, 0));
  ASSERT_TRUE(up.ok()) << ErrorText(up.status());
  EXPECT_EQ(up->size(), 1u);
}

TEST_F(PendingTest, AnUnknownVersionIsRefused) {
  EXPECT_EQ(Up({}, "1.3.0"), "FE0204");
  EXPECT_EQ(Up({}, "0.0.0"), "FE0204");
  EXPECT_EQ(Down({}, "1.3.0"), "FE0204");
}

TEST_F(PendingTest, ALedgerThatDisagreesIsRefused) {
  EXPECT_EQ(Up({"1.0.0", "0.9.0"}, "1.10.0"), "FE0507");
  EXPECT_EQ(Up({"1.0.0", "20260101"}, "1.10.0"), "FE0507");
  std::vector<AppliedMigration> edited = Applied({"1.0.0"});
  edited[0].checksum[0] = edited[0].checksum[0] == 'a' ? 'b' : 'a';
  const absl::Status status = PendingUp(plan_, edited, Version(1, 1, 0)).status();
  EXPECT_TRUE(HasCode(status, ErrorCode::kLedgerMismatch));
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("\"1.0.0_a.sql\" was edited after the target applied"));
  EXPECT_TRUE(HasCode(PendingDown(plan_, edited, std::nullopt).status(), ErrorCode::kLedgerMismatch));
}

TEST_F(PendingTest, DownGoesOneStepOrBackToAVersionNewestFirst) {
  EXPECT_EQ(Down({"1.0.0", "1.1.0"}, nullptr), "1.1.0");
  EXPECT_EQ(Down({"1.0.0", "1.1.0"}, "1.0.0"), "1.1.0");
  EXPECT_EQ(Down({"1.0.0", "1.1.0"}, "0.0.0"), "1.1.0 1.0.0");
  EXPECT_EQ(Down({"1.0.0", "1.1.0"}, "1.1.0"), "");
  EXPECT_EQ(Down({"1.0.0", "1.1.0"}, "1.10.0"), "");
  EXPECT_EQ(Down({}, nullptr), "");
  EXPECT_EQ(Down({"1.0.0", "1.1.0", "1.2.0", "1.10.0"}, nullptr), "1.10.0");
  EXPECT_EQ(Down({"1.0.0", "1.1.0", "1.2.0", "1.10.0"}, "1.2.0"), "1.10.0");
}

TEST_F(PendingTest, DownStopsBeforeItStartsAtAnIrreversibleOne) {
  EXPECT_EQ(Down({"1.0.0", "1.1.0", "1.2.0"}, nullptr), "FE0306");
  const absl::Status status =
      PendingDown(plan_, Applied({"1.0.0", "1.1.0", "1.2.0", "1.10.0"}), Version(1, 0, 0)).status();
  EXPECT_TRUE(HasCode(status, ErrorCode::kIrreversible));
  EXPECT_EQ(status.message(), "version 1.2.0 cannot be undone: rows are gone");
  EXPECT_EQ(DetailOf(status).file, "1.2.0_c.sql");
}

}  // namespace
}  // namespace ferry::migration
