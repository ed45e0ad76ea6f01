#include "core/promotion/break_glass.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/promotion/machine.h"

namespace ferry::promotion {
namespace {

using ::testing::HasSubstr;

const absl::Time kThen = absl::FromUnixSeconds(1'000);
const absl::Time kNow = absl::FromUnixSeconds(5'000);

Request Sample() {
  Request request;
  request.promotion_id = "bg-1";
  request.request_id = "bg-1";
  request.kind = Kind::kBreakGlass;
  request.environment = "dev";
  request.plan_digest = "0123456789abcdef";
  request.to_version = "1.1.0";
  request.requested_by = "root@db1";
  request.targets = {"dev-1"};
  request.reason = "controller down";
  return request;
}

TEST(BreakGlass, BecomesAPromotionThatHasSucceeded) {
  const std::vector<Event> events = BreakGlassEvents(Sample(), {{"1.0.0", "1.1.0"}, "", kThen}, true, kNow);
  const absl::StatusOr<Promotion> promotion = Replay(events);
  ASSERT_TRUE(promotion.ok()) << promotion.status();
  EXPECT_EQ(promotion->state, PromotionState::kSucceeded);
  EXPECT_EQ(promotion->request.reason, "controller down");
  ASSERT_EQ(promotion->runs.size(), 1U);
  ASSERT_EQ(promotion->runs[0].steps.size(), 3U);
  EXPECT_EQ(promotion->runs[0].steps[2].step, (Step{StepKind::kApply, "1.1.0"}));
  EXPECT_EQ(promotion->runs[0].steps[2].state, "done");
  EXPECT_EQ(promotion->runs[0].steps[2].ended_at, kThen);
  EXPECT_EQ(promotion->finished_at, kNow);
  EXPECT_EQ(events[0].text,
            "root@db1 brought dev-1 to 1.1.0 without the controller, plan 0123456789ab: controller down");
  for (const Event& event : events) EXPECT_EQ(event.rule, "BG1");
}

TEST(BreakGlass, WhatItLeftUnfinishedMakesItFailed) {
  const absl::StatusOr<Promotion> promotion =
      Replay(BreakGlassEvents(Sample(), {{"1.0.0"}, "1.1.0", kThen}, true, kNow));
  ASSERT_TRUE(promotion.ok()) << promotion.status();
  EXPECT_EQ(promotion->state, PromotionState::kFailed);
  EXPECT_EQ(promotion->runs[0].state, RunState::kFailed);
  EXPECT_FALSE(promotion->runs[0].clean);
  EXPECT_EQ(CodeOf(promotion->runs[0].error), ErrorCode::kLedgerMismatch);
}

TEST(BreakGlass, SaysWhenThePlanIsNotRegistered) {
  EXPECT_THAT(BreakGlassEvents(Sample(), {{"1.0.0"}, "", kThen}, false, kNow)[0].text,
              HasSubstr("not registered here: ferry plan register"));
}

}  // namespace
}  // namespace ferry::promotion
