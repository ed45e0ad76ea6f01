#include "core/report/changelog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/report/markdown.h"

namespace ferry::report {
namespace {

using promotion::Kind;
using promotion::StepKind;
using ::testing::HasSubstr;
using ::testing::Not;

absl::Time At(int minute) {
  return absl::FromCivil(absl::CivilMinute(2026, 11, 23, 12, minute), absl::UTCTimeZone());
}

Deed Did(StepKind step, const std::string& version, const std::string& environment, int minute,
         Kind kind = Kind::kPromote, const std::string& target = "") {
  return {step,
          version,
          kind,
          environment,
          target.empty() ? environment + "-1" : target,
          "prm-" + std::to_string(minute),
          "ana@laptop",
          "",
          At(minute)};
}

// dev and prod with one target each; 1.0.0 and 1.1.0 applied on dev, 1.0.0 on prod.
ChangelogInput Sample() {
  ChangelogInput input;
  input.project = "trading";
  input.environments = {{"dev", {{"dev-1", {{"1.0.0", {At(1), "prm-1"}}, {"1.1.0", {At(2), "prm-2"}}}}}},
                        {"prod", {{"prod-1", {{"1.0.0", {At(3), "prm-3"}}}}}}};
  input.migrations = {{"1.0.0", "init", "first tables", "ana", "2026-11-20", "", false, false},
                      {"1.1.0", "add_close", "a <b>close</b>", "", "", "bob", true, true},
                      {"1.2.0", "later", "later", "", "", "", false, false}};
  input.deeds = {Did(StepKind::kApply, "1.0.0", "dev", 1), Did(StepKind::kApply, "1.1.0", "dev", 2),
                 Did(StepKind::kApply, "1.0.0", "prod", 3)};
  return input;
}

std::string Text(const ChangelogInput& input) { return ChangelogMarkdown("trading", MakeChangelog(input)); }

TEST(Changelog, NewestFirstWithEveryEnvironmentAndNothingThatIsNowhere) {
  EXPECT_EQ(Text(Sample()), R"(# Changes to the schema of trading

## 1.1.0 add_close

a \<b\>close\</b\>

- author not said, reviewed by bob
- **breaking**; **irreversible**
- dev: 2026-11-23 12:02 UTC (prm-2)
- prod: not yet

## 1.0.0 init

first tables

- by ana, 2026-11-20
- not breaking; can be rolled back
- dev: 2026-11-23 12:01 UTC (prm-1)
- prod: 2026-11-23 12:03 UTC (prm-3)
)");
}

TEST(Changelog, SinceAndAll) {
  ChangelogInput input = Sample();
  input.since = "1.0.0";
  input.unreleased = true;
  EXPECT_THAT(Text(input), AllOf(HasSubstr("## 1.2.0"), HasSubstr("## 1.1.0"), Not(HasSubstr("## 1.0.0"))));
}

TEST(Changelog, RollbacksReturnsBaselinesAndBreakGlassAreNoted) {
  ChangelogInput input = Sample();
  input.environments[0].applied["dev-1"].erase("1.1.0");
  input.deeds.push_back(Did(StepKind::kRollback, "1.1.0", "dev", 4, Kind::kRollback));
  EXPECT_THAT(Text(input), HasSubstr("- dev: 2026-11-23 12:02 UTC (prm-2); **rolled back** 2026-11-23 12:04 "
                                     "UTC (prm-4)\n"));
  Deed again = Did(StepKind::kApply, "1.1.0", "dev", 5, Kind::kBreakGlass);
  again.by = "root@db1";
  again.reason = "controller\nis down";
  input.deeds.push_back(again);
  input.environments[0].applied["dev-1"]["1.1.0"] = {At(5), "prm-5"};
  EXPECT_THAT(Text(input), HasSubstr("; without the controller 2026-11-23 12:05 UTC (prm-5) by root@db1: "
                                     "controller\\\\nis down\n"));
  input.deeds[2] = Did(StepKind::kBaseline, "1.1.0", "prod", 3, Kind::kBaseline);
  input.environments[1].applied["prod-1"]["1.1.0"] = {At(3), "prm-3", true};
  EXPECT_THAT(Text(input), HasSubstr("- prod: recorded by a baseline 2026-11-23 12:03 UTC (prm-3)\n"));
}

TEST(Changelog, AnEnvironmentHasAVersionWhenTheLastOfItsTargetsHasIt) {
  ChangelogInput input = Sample();
  input.environments[1].applied["prod-2"] = {};
  EXPECT_THAT(Text(input), HasSubstr("- prod: on some of its targets\n"));
  input.deeds.push_back(Did(StepKind::kApply, "1.0.0", "prod", 9, Kind::kPromote, "prod-2"));
  input.environments[1].applied["prod-2"]["1.0.0"] = {At(9), "prm-9"};
  EXPECT_THAT(Text(input), HasSubstr("- prod: 2026-11-23 12:09 UTC (prm-9)\n"));
}

TEST(Changelog, TheLedgersHaveTheLastWord) {
  ChangelogInput input = Sample();
  input.deeds.clear();
  EXPECT_THAT(Text(input), HasSubstr("- prod: 2026-11-23 12:03 UTC (prm-3)\n"));
  input = Sample();
  input.environments[1].applied["prod-1"].clear();
  EXPECT_THAT(Text(input), HasSubstr("- prod: 2026-11-23 12:03 UTC (prm-3); **not there any more**"));
}

TEST(Changelog, AsJson) {
  const std::string json = ChangelogJson("trading", MakeChangelog(Sample()));
  EXPECT_THAT(json, HasSubstr("\"schema\": \"ferry/changelog/v1\""));
  EXPECT_THAT(json, HasSubstr("\"at\": \"2026-11-23T12:02:00Z\""));
}

TEST(Markdown, NothingFromElsewhereIsMarkup) {
  EXPECT_EQ(MarkdownText("# a *b* [c](d) <e> `f` x_y _z_"),
            "\\# a \\*b\\* \\[c\\](d) \\<e\\> \\`f\\` x_y \\_z\\_");
  EXPECT_EQ(MarkdownText("- item"), "\\- item");
  EXPECT_EQ(MarkdownText("1. item"), "1\\. item");
  EXPECT_EQ(MarkdownText("1.10.0"), "1.10.0");
  EXPECT_EQ(MarkdownText("a\n# b &amp; c|d"), "a\\\\n# b \\&amp; c\\|d");
}

}  // namespace
}  // namespace ferry::report
