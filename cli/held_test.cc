// Screens of `ferry hold`, `resume`, `abort` and `throttle`, and of a promotion that is held.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/exit_code.h"
#include "cli/testing/samples.h"
#include "cli/testing/world.h"
#include "core/base/error.h"

namespace ferry::cli {
namespace {

v1::PromotionInfo HeldPromotion(absl::Time now) {
  v1::PromotionInfo p = RunningPromotion(now);
  v1::RunInfo* run = p.mutable_runs(0);
  run->set_state(v1::RUN_STATE_HELD);
  run->set_waiting_for("ana@laptop: checkout is slow");
  run->mutable_steps(2)->set_state("held");
  return p;
}

v1::PromotionInfo UnknownPromotion(absl::Time now) {
  v1::PromotionInfo p = HeldPromotion(now);
  v1::RunInfo* run = p.mutable_runs(0);
  v1::ErrorDetail* error = run->mutable_error();
  error->set_code("FE0605");
  error->set_message(
      "segment 1 of 1.1.0, transaction 812: the server no longer knows it and the ledger lacks its row");
  error->set_target_state("unknown: nothing more is run here until a person has looked");
  run->set_waiting_for("FE0605 " + error->message());
  return p;
}

v1::GetPromotionResponse Got(const v1::PromotionInfo& p) {
  v1::GetPromotionResponse response;
  *response.mutable_promotion() = p;
  return response;
}

// One of three segments is recorded.
v1::PreviewPlanResponse OneOfThree() {
  v1::PreviewPlanResponse response;
  v1::Preview* target = response.add_targets();
  target->set_target_id("prod-1");
  v1::PreviewMigration* m = target->add_migrations();
  m->set_version("1.1.0");
  m->set_segments(3);
  m->set_segments_done(1);
  return response;
}

TEST(Held, HoldSaysWhereItStops) {
  World world;
  v1::HoldPromotionResponse response;
  *response.mutable_promotion() = RunningPromotion(world.Now());
  response.mutable_promotion()->mutable_runs(0)->set_state(v1::RUN_STATE_HOLDING);
  world.controller.hold = response;
  EXPECT_EQ(world.Run({"hold", "prod", "--reason", "checkout is slow"}), kExitOk);
  EXPECT_EQ(world.controller.requests.back(),
            "HoldPromotion promotion_id: \"prod\" requested_by: \"ana@laptop\" reason: \"checkout is slow\"");
  ExpectGolden("hold", world.Screen());
}

TEST(Held, ResumeSaysWhatIsHeldAndWhatItWillDoAndThenWatches) {
  World world;
  world.controller.promotion.push_back(Got(HeldPromotion(world.Now())));
  world.controller.preview = OneOfThree();
  v1::ResumePromotionResponse response;
  *response.mutable_promotion() = RunningPromotion(world.Now());
  world.controller.resume = response;
  world.controller.Update(SucceededPromotion(world.Now()));
  EXPECT_EQ(world.Run({"resume", "prod"}), kExitOk);
  ExpectGolden("resume", world.Screen());
}

TEST(Held, AbortSaysThatNothingIsUndone) {
  World world;
  world.controller.promotion.push_back(Got(UnknownPromotion(world.Now())));
  world.controller.preview = OneOfThree();
  v1::AbortPromotionResponse response;
  *response.mutable_promotion() = UnknownPromotion(world.Now());
  world.controller.abort = response;
  EXPECT_EQ(world.Run({"abort", "prod"}), kExitOk);
  ExpectGolden("abort", world.Screen());
}

TEST(Held, WatchEndsWhereOnlyAPersonCanGoOn) {
  World world;
  world.controller.promotion.push_back(Got(RunningPromotion(world.Now())));
  world.controller.Update(UnknownPromotion(world.Now()));
  EXPECT_EQ(world.Run({"watch", "prod"}), kExitNeedsPerson);
  ExpectGolden("watch_held", world.Screen());
}

TEST(Held, ThrottleSaysWhoWasTold) {
  World world;
  v1::ThrottlePromotionResponse response;
  response.add_target_ids("prod-1");
  world.controller.throttle = response;
  EXPECT_EQ(world.Run({"throttle", "prod", "--batch-pause", "200ms"}), kExitOk);
  EXPECT_EQ(world.out, "prod-1: pauses 200ms between two batches\n");
  EXPECT_EQ(world.Run({"throttle", "prod", "--batch-pause", "off"}), kExitOk);
  EXPECT_EQ(world.out, "prod-1: as its agent's file says\n");
  EXPECT_EQ(world.Run({"throttle", "prod"}), kExitUsage);
}

}  // namespace
}  // namespace ferry::cli
