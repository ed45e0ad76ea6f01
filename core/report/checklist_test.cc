#include "core/report/checklist.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_join.h"

namespace ferry::report {
namespace {

using promotion::Kind;
using promotion::StepKind;
using State = ChecklistPoint::State;
using ::testing::HasSubstr;

absl::Time At(int hour) { return absl::FromCivil(absl::CivilHour(2026, 11, 23, hour), absl::UTCTimeZone()); }

Deed Did(StepKind step, const std::string& environment, int hour) {
  return {
      step,         "1.1.0", Kind::kPromote, environment, environment + "-1", "prm-" + std::to_string(hour),
      "ana@laptop", "",      At(hour)};
}

// Everything done for prod but the window, which is closed.
ChecklistInput Sample() {
  ChecklistInput input;
  input.environment = "prod";
  input.first = "dev";
  input.before = "staging";
  input.version = "1.1.0";
  input.migrations = {{{"1.1.0", "close", "adds it", "ana", "2026-11-22", "bob", false, false}, 2}};
  input.registered_by = "ana@laptop";
  input.deeds = {Did(StepKind::kApply, "dev", 8), Did(StepKind::kRollback, "dev", 9),
                 Did(StepKind::kApply, "dev", 10), Did(StepKind::kApply, "staging", 11),
                 Did(StepKind::kVerify, "staging", 11)};
  input.windows = {{"prod-1", "nightly", false, At(22)}};
  input.earlier = ChecklistBackup{"bak-1", At(2)};
  input.now = At(13);
  input.zone = absl::UTCTimeZone();
  return input;
}

std::string Evidence(const ChecklistInput& input, size_t number) {
  return absl::StrJoin(MakeChecklist(input)[number - 1].evidence, "; ");
}
State StateOf(const ChecklistInput& input, size_t number) { return MakeChecklist(input)[number - 1].state; }

TEST(Checklist, TenPointsInOrder) {
  const std::vector<ChecklistPoint> points = MakeChecklist(Sample());
  ASSERT_EQ(points.size(), 10U);
  for (size_t i = 0; i < 10; ++i) {
    EXPECT_EQ(points[i].number, static_cast<int>(i) + 1);
    EXPECT_FALSE(points[i].evidence.empty()) << i;
    EXPECT_THAT(points[i].command, HasSubstr("ferry "));
    if (i == 0 || i == 6) continue;
    EXPECT_EQ(points[i].state, State::kOk) << i + 1;
  }
  EXPECT_EQ(points[0].state, State::kNotKnown);
  EXPECT_EQ(points[6].state, State::kOpen);
  EXPECT_TRUE(AnythingOpen(points));
}

TEST(Checklist, NothingIsOpenOnceTheWindowIs) {
  ChecklistInput input = Sample();
  input.windows[0].open = true;
  EXPECT_FALSE(AnythingOpen(MakeChecklist(input)));
}

TEST(Checklist, AMigrationWithoutVerifyIsOpen) {
  ChecklistInput input = Sample();
  input.migrations[0].verify_queries = 0;
  EXPECT_EQ(StateOf(input, 2), State::kOpen);
  EXPECT_EQ(Evidence(input, 2), "1.1.0: down, no verify query");
}

TEST(Checklist, TestsAndRollbacksCountOnTheFirstEnvironmentOnly) {
  ChecklistInput input = Sample();
  EXPECT_EQ(Evidence(input, 3), "1.1.0: 2026-11-23 10:00 by prm-10");
  EXPECT_EQ(Evidence(input, 4), "1.1.0: 2026-11-23 09:00 by prm-9");
  input.deeds = {Did(StepKind::kApply, "staging", 8), Did(StepKind::kRollback, "staging", 9)};
  EXPECT_EQ(StateOf(input, 3), State::kOpen);
  EXPECT_EQ(StateOf(input, 4), State::kOpen);
  EXPECT_EQ(MakeChecklist(input)[3].command, "ferry rollback dev, then ferry promote 1.1.0 --to dev");
  input.migrations[0].note.irreversible = true;
  EXPECT_EQ(StateOf(input, 4), State::kOk);
}

TEST(Checklist, WhatAFileDoesNotSayIsNotKnown) {
  ChecklistInput input = Sample();
  input.migrations[0].note.reviewed_by = "";
  input.migrations[0].note.author = "";
  EXPECT_EQ(StateOf(input, 5), State::kNotKnown);
  EXPECT_EQ(Evidence(input, 5),
            "1.1.0: its header names nobody; registered by ana@laptop (said, not signed)");
  EXPECT_EQ(StateOf(input, 10), State::kNotKnown);
  EXPECT_EQ(Evidence(input, 10), "1.1.0: without author");
  input.window_error = "agent \"prod\" is not connected";
  EXPECT_EQ(StateOf(input, 7), State::kNotKnown);
}

TEST(Checklist, AFailureInTheEnvironmentBeforeOpensMonitoring) {
  ChecklistInput input = Sample();
  EXPECT_THAT(Evidence(input, 9), HasSubstr("staging has had 1.1.0 for 2h0m; no promotion failed"));
  input.failures = {{"dev", "prm-x", At(12)}, {"staging", "prm-y", At(9)}};
  EXPECT_EQ(StateOf(input, 9), State::kOk);
  input.failures.push_back({"staging", "prm-z", At(12)});
  EXPECT_EQ(StateOf(input, 9), State::kOpen);
  EXPECT_EQ(MakeChecklist(input)[8].command, "ferry history --events prm-z");
}

TEST(Checklist, AfterwardsItIsAboutThePromotionThatEnded) {
  ChecklistInput input = Sample();
  input.pending = false;
  EXPECT_EQ(StateOf(input, 6), State::kOpen) << "a promotion without a backup";
  EXPECT_EQ(StateOf(input, 8), State::kOpen) << "not verified on prod";
  input.backup = ChecklistBackup{"bak-2", At(12)};
  input.deeds.push_back(Did(StepKind::kApply, "prod", 12));
  input.deeds.push_back(Did(StepKind::kVerify, "prod", 12));
  EXPECT_EQ(Evidence(input, 6), "bak-2, 2026-11-23 12:00");
  EXPECT_EQ(StateOf(input, 8), State::kOk);
  EXPECT_EQ(StateOf(input, 7), State::kOk);
  EXPECT_FALSE(AnythingOpen(MakeChecklist(input)));
}

TEST(Checklist, TheFirstEnvironmentHasNothingBeforeIt) {
  ChecklistInput input = Sample();
  input.environment = "dev";
  input.before = "";
  input.deeds.clear();
  EXPECT_EQ(StateOf(input, 3), State::kOpen);
  EXPECT_EQ(StateOf(input, 9), State::kNotKnown);
}

}  // namespace
}  // namespace ferry::report
