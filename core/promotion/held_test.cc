// Runs that are held: by somebody who asked for it, or because only a person can tell how it goes on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/promotion/promotion_fixture.h"

namespace ferry::promotion {
namespace {

using ::testing::HasSubstr;

Input Wish(InputKind kind, const std::string& who) {
  Input input;
  input.kind = kind;
  input.detail = who;
  return input;
}

TEST(HeldTest, AHoldStopsARunThatIsAtWorkAndAResumeSendsTheSameCommandAsANewAttempt) {
  Driver d(OneTarget());
  d.Preflight(kTwoSteps);
  d.Dispatch();
  const std::string command = CommandId(d.run());
  const Decision asked = d.Say(Wish(InputKind::kHold, "ana@laptop: checkout is slow"));
  ASSERT_EQ(asked.actions.size(), 1u);
  EXPECT_EQ(asked.actions[0].kind, ActionKind::kSendHold);
  EXPECT_EQ(d.run().state, RunState::kHolding);
  Input stopped = d.Report(InputKind::kStepFailed);
  stopped.error = Error(ErrorCode::kCancelled, "cancelled on prod-1");
  d.Say(stopped);
  EXPECT_EQ(d.run().state, RunState::kHeld);
  EXPECT_EQ(d.run().held_by, "ana@laptop: checkout is slow");
  EXPECT_TRUE(d.run().error.ok()) << "who asked for it is no error";
  EXPECT_EQ(d.promotion.state, PromotionState::kRunning);
  d.Say(Wish(InputKind::kResume, "ana@laptop"));
  EXPECT_EQ(d.run().state, RunState::kReady);
  d.Dispatch();
  EXPECT_EQ(CommandId(d.run()), command);
  EXPECT_EQ(d.run().attempt, 2);
}

TEST(HeldTest, AStepThatEndsBeforeTheHoldReachesItIsDoneAndTheNextOneIsHeld) {
  Driver d(OneTarget());
  d.Preflight(kTwoSteps);
  d.Dispatch();
  d.Say(Wish(InputKind::kHold, "ana@laptop"));
  d.Say(d.Report(InputKind::kStepDone));
  EXPECT_EQ(d.run().state, RunState::kHeld);
  EXPECT_EQ(d.run().steps[1].state, "done");
  EXPECT_EQ(ToString(d.run().step()), "apply 1.1.0");
  d.Say(Wish(InputKind::kResume, "ana@laptop"));
  EXPECT_EQ(d.run().attempt, 1) << "it was never sent";
}

TEST(HeldTest, AnUnknownOutcomeIsHeldWithItsErrorUntilSomebodySaysThatTheLedgerIsTrue) {
  Driver d(OneTarget());
  d.Preflight(kTwoSteps);
  d.Dispatch();
  Input unknown = d.Report(InputKind::kStepHeld);
  unknown.error = Error(ErrorCode::kOutcomeUnknown, "the server no longer knows transaction 812");
  d.Say(unknown);
  EXPECT_EQ(d.run().state, RunState::kHeld);
  EXPECT_EQ(CodeOf(d.run().error), ErrorCode::kOutcomeUnknown);
  Input wake = Wish(InputKind::kWake, "");
  wake.run_id = d.run().run_id;
  EXPECT_TRUE(d.Say(wake).events.empty()) << "nothing but a person ends a hold";
  Input trust = Wish(InputKind::kResume, "ana@laptop");
  trust.trust_ledger = true;
  d.Say(trust);
  EXPECT_TRUE(d.run().trust_ledger);
  EXPECT_TRUE(d.run().error.ok());
  d.Dispatch();
  d.Say(d.Report(InputKind::kStepDone));
  EXPECT_FALSE(d.run().trust_ledger) << "said of one step";
}

TEST(HeldTest, AnAbortEndsTheRunWhereItIs) {
  Driver d(OneTarget());
  d.Say(Wish(InputKind::kHold, "ana@laptop"));
  EXPECT_EQ(d.run().state, RunState::kHeld);
  d.Say(Wish(InputKind::kAbort, "ana@laptop: no"));
  EXPECT_EQ(d.promotion.state, PromotionState::kCancelled);
  EXPECT_THAT(d.log[2].text, HasSubstr("ended on prod-1 where it was held"));
}

TEST(HeldTest, ARunThatIsNotHeldIsNeitherResumedNorAborted) {
  Driver d(OneTarget());
  d.Dispatch();
  EXPECT_TRUE(d.Say(Wish(InputKind::kResume, "ana@laptop")).events.empty());
  EXPECT_TRUE(d.Say(Wish(InputKind::kAbort, "ana@laptop")).events.empty());
  EXPECT_EQ(d.run().state, RunState::kDispatched);
}

TEST(HeldTest, WhatIsHeldIsStillHeldAfterARestartOfTheController) {
  Driver d(OneTarget());
  d.Preflight(kTwoSteps);
  d.Dispatch();
  d.Say(Wish(InputKind::kHold, "ana@laptop"));
  Input waiting = d.Report(InputKind::kStepWaiting);
  waiting.error = Error(ErrorCode::kWindowClosed, "closed");
  d.Say(waiting);
  const absl::StatusOr<Promotion> again = Replay(d.log);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->runs[0].state, RunState::kHeld);
  EXPECT_EQ(again->runs[0].held_by, "ana@laptop");
  EXPECT_TRUE(again->runs[0].error.ok());
}

}  // namespace
}  // namespace ferry::promotion
