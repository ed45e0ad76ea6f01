#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <set>

#include "core/promotion/facts.h"
#include "core/promotion/promotion_fixture.h"
#include "core/promotion/steps.h"

namespace ferry::promotion {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(PromotionTest, RunsPreflightThenWhatFollowsFromItAndEnds) {
  Driver d(OneTarget());
  EXPECT_EQ(d.run().step().kind, StepKind::kPreflight);
  d.Preflight(kTwoSteps);
  EXPECT_EQ(ToString(d.run().step()), "backup");
  const Decision sent = d.Dispatch();
  ASSERT_EQ(sent.actions.size(), 1u);
  EXPECT_EQ(sent.actions[0].kind, ActionKind::kSendStep);
  Input backup = d.Report(InputKind::kStepDone);
  backup.backup_id = "bak-1";
  d.Say(backup);
  EXPECT_EQ(d.run().backup_id, "bak-1");
  d.Dispatch();
  d.Say(d.Report(InputKind::kStepDone));
  EXPECT_EQ(d.promotion.state, PromotionState::kSucceeded);
  EXPECT_EQ(d.log.back().text, "prod is at 1.1.0");
}

TEST(PromotionTest, WaitsForTheWindowAndGoesOnWithANewAttemptOfTheSameCommand) {
  Driver d(OneTarget());
  d.Preflight(kTwoSteps);
  d.Dispatch();
  const std::string command = CommandId(d.run());
  Input waiting = d.Report(InputKind::kStepWaiting);
  waiting.error = Error(ErrorCode::kWindowClosed, "closed until 22:00");
  waiting.until = kNow + absl::Hours(1);
  d.Say(waiting);
  EXPECT_EQ(d.run().state, RunState::kWaiting);
  EXPECT_EQ(d.run().waiting_until, kNow + absl::Hours(1));
  Input wake;
  wake.kind = InputKind::kWake;
  wake.run_id = d.run().run_id;
  d.Say(wake);
  d.Dispatch();
  EXPECT_EQ(CommandId(d.run()), command);
  EXPECT_EQ(d.run().attempt, 2);
}

TEST(PromotionTest, IgnoresAReportOfAnEarlierAttempt) {
  Driver d(OneTarget());
  d.Preflight(kTwoSteps);
  d.Dispatch();
  const Input late = d.Report(InputKind::kStepDone);
  Input waiting = d.Report(InputKind::kStepWaiting);
  waiting.error = Error(ErrorCode::kDatabaseUnreachable, "away");
  d.Say(waiting);
  Input wake;
  wake.kind = InputKind::kWake;
  wake.run_id = d.run().run_id;
  d.Say(wake);
  d.Dispatch();
  const Decision decision = d.Say(late);
  EXPECT_TRUE(decision.events.empty());
  EXPECT_THAT(decision.ignored, HasSubstr("attempt 1"));
  EXPECT_EQ(d.run().state, RunState::kDispatched);
}

TEST(PromotionTest, SendsTheSameCommandAgainWhenTheAgentReturnsAndRecordsNoNewFact) {
  Driver d(OneTarget());
  d.Preflight(kTwoSteps);
  d.Dispatch();
  const size_t before = d.log.size();
  Input returned;
  returned.kind = InputKind::kAgentReturned;
  returned.run_id = d.run().run_id;
  const Decision decision = d.Say(returned);
  ASSERT_EQ(decision.actions.size(), 1u);
  EXPECT_EQ(decision.actions[0].kind, ActionKind::kSendStep);
  EXPECT_EQ(d.log.size(), before);
}

TEST(PromotionTest, KeepsTheErrorOfAFailedStepAndWhetherItIsClean) {
  Driver d(OneTarget());
  d.Preflight(kTwoSteps);
  d.Dispatch();
  Input failed = d.Report(InputKind::kStepFailed);
  failed.error = Error(ErrorCode::kStatementFailed, "relation \"x\" does not exist")
                     .At("1.1.0_a.sql", 12, 3)
                     .Sqlstate("42P01")
                     .TargetState("rolled back")
                     .Next("mend it");
  failed.clean = false;
  d.Say(failed);
  EXPECT_EQ(d.promotion.state, PromotionState::kFailed);
  EXPECT_EQ(ErrorText(d.run().error), ErrorText(failed.error));
  EXPECT_FALSE(d.run().clean);
}

TEST(PromotionTest, CancelsAtOnceWhatWaitsAndAsksTheAgentOtherwise) {
  Driver waiting(OneTarget());
  Input cancel;
  cancel.kind = InputKind::kCancel;
  cancel.detail = "ana";
  waiting.Say(cancel);
  EXPECT_EQ(waiting.promotion.state, PromotionState::kCancelled);

  Driver busy(OneTarget());
  busy.Preflight(kTwoSteps);
  busy.Dispatch();
  const Decision asked = busy.Say(cancel);
  ASSERT_EQ(asked.actions.size(), 1u);
  EXPECT_EQ(asked.actions[0].kind, ActionKind::kSendCancel);
  EXPECT_EQ(busy.run().state, RunState::kCancelling);
  busy.Say(busy.Report(InputKind::kStepDone));
  EXPECT_EQ(busy.promotion.state, PromotionState::kCancelled) << "more steps would have followed";
}

TEST(PromotionTest, EndsWhenAllTargetsHaveAndFailsWhenOneHas) {
  Request r = OneTarget();
  r.targets = {"prod-1", "prod-2"};
  Driver d(r);
  Input done;
  done.kind = InputKind::kDispatch;
  done.run_id = d.promotion.runs[0].run_id;
  d.Say(done);
  Input ok = d.Report(InputKind::kStepDone);
  d.Say(ok);
  EXPECT_EQ(d.promotion.state, PromotionState::kRunning);
  Input second = done;
  second.run_id = d.promotion.runs[1].run_id;
  d.Say(second);
  Input failed;
  failed.kind = InputKind::kStepFailed;
  failed.run_id = second.run_id;
  failed.command_id = CommandId(d.promotion.runs[1]);
  failed.attempt = 1;
  failed.error = Error(ErrorCode::kStandby, "standby");
  d.Say(failed);
  EXPECT_EQ(d.promotion.state, PromotionState::kFailed);
}

TEST(PromotionTest, RefusesAnEventThatCannotFollow) {
  Driver d(OneTarget());
  Event foreign;
  foreign.type = EventType::kStepDone;
  foreign.run_id = "prm-9.1";
  EXPECT_TRUE(HasCode(Evolve(d.promotion, foreign), ErrorCode::kStoreCorrupt));
}

TEST(RulesTest, EveryStateOfARunIsReachedAndEveryLiveStateIsLeft) {
  std::set<RunState> reached = {RunState::kReady};
  std::set<RunState> left;
  std::set<std::string> ids;
  for (const Rule& rule : RunRules()) {
    reached.insert(rule.to);
    if (rule.to != rule.from) left.insert(rule.from);
    EXPECT_TRUE(ids.insert(rule.id).second) << rule.id;
    EXPECT_FALSE(Ended(rule.from)) << rule.id << " leaves an ended state";
  }
  for (int s = 0; s <= static_cast<int>(RunState::kCancelled); ++s) {
    const RunState state = static_cast<RunState>(s);
    EXPECT_EQ(reached.count(state), 1u) << Name(state);
    EXPECT_TRUE(Ended(state) || left.count(state) == 1) << Name(state);
  }
}

// Throws everything at promotions in random order, duplicates and late reports included; whatever happens,
// the log replays to the same state, attempts never fall, and an ended run never changes.
TEST(PromotionTest, AnyOrderOfInputsKeepsTheLogReplayable) {
  for (unsigned seed = 1; seed <= 300; ++seed) {
    std::mt19937 random(seed);
    Request request = OneTarget();
    request.targets = {"a", "b"};
    Driver d(request);
    std::vector<Input> old;
    for (int i = 0; i < 60; ++i) {
      Input input;
      input.kind = static_cast<InputKind>(random() % 7);
      const promotion::Run& run = d.promotion.runs[random() % 2];
      input.run_id = run.run_id;
      input.command_id = CommandId(run);
      input.attempt = run.attempt;
      if (input.kind == InputKind::kStepDone) input.planned = kTwoSteps;
      if (input.kind == InputKind::kStepWaiting) input.error = Error(ErrorCode::kWindowClosed, "closed");
      if (input.kind == InputKind::kStepFailed) {
        input.error = Error(random() % 2 == 0 ? ErrorCode::kCancelled : ErrorCode::kStatementFailed, "x");
      }
      if (input.kind == InputKind::kStepFailed && random() % 8 != 0) continue;
      if (input.kind == InputKind::kCancel && random() % 8 != 0) continue;
      old.push_back(input);
      d.Say(random() % 4 == 0 ? old[random() % old.size()] : input);
      const absl::StatusOr<Promotion> again = Replay(d.log);
      ASSERT_TRUE(again.ok()) << "seed " << seed;
      ASSERT_EQ(again->state, d.promotion.state) << "seed " << seed;
      for (size_t r = 0; r < 2; ++r) {
        ASSERT_EQ(again->runs[r].state, d.promotion.runs[r].state) << "seed " << seed;
        ASSERT_EQ(again->runs[r].attempt, d.promotion.runs[r].attempt) << "seed " << seed;
      }
      bool all_ended = true;
      for (const promotion::Run& r : d.promotion.runs) all_ended = all_ended && Ended(r.state);
      ASSERT_EQ(all_ended, Ended(d.promotion.state)) << "seed " << seed;
    }
  }
}

TEST(FactsTest, StepsAndErrorsSurviveTheirText) {
  EXPECT_EQ(StepsFromText(StepsText(kTwoSteps)), kTwoSteps);
  Facts facts;
  const absl::Status error = Error(ErrorCode::kLockTimeout, "locked").At("f.sql", 1, 2).Next("retry");
  PutError(facts, error);
  EXPECT_EQ(ErrorText(ErrorIn(facts)), ErrorText(error));
  const Request r = OneTarget();
  PutRequest(facts, r);
  EXPECT_EQ(RequestIn(facts).targets, r.targets);
}

// ---- what follows from where a target stands

migration::SourceFile File(const std::string& version,
                           const std::string& down = "-- ferry:down\nSELECT 2;\n") {
  return {version + "_x.sql",
          "-- migration: " + version + " x\n-- description: d\n\n-- ferry:up\nCREATE TABLE t" +
              std::string(1, version[2]) + " (id int);\n" + down + "-- ferry:verify\nSELECT true;\n"};
}

migration::Plan ThreeVersions() {
  absl::StatusOr<migration::Plan> plan = migration::BuildPlan({File("1.0.0"), File("1.1.0"), File("1.2.0")});
  EXPECT_TRUE(plan.ok()) << plan.status();
  return *std::move(plan);
}

std::vector<migration::AppliedMigration> Applied(const migration::Plan& plan, size_t n) {
  std::vector<migration::AppliedMigration> out;
  for (size_t i = 0; i < n; ++i)
    out.push_back({plan.migrations[i].version.ToString(), plan.migrations[i].checksum});
  return out;
}

TEST(StepsTest, PromotesWhatIsPendingUpToTheVersion) {
  const migration::Plan plan = ThreeVersions();
  const auto steps = PlanSteps(Kind::kPromote, plan, Applied(plan, 1), "1.2.0");
  ASSERT_TRUE(steps.ok()) << steps.status();
  EXPECT_EQ(StepsText(*steps), "backup;apply 1.1.0;verify 1.1.0;apply 1.2.0;verify 1.2.0;analyze");
}

TEST(StepsTest, VerifiesAgainWhenNothingIsPending) {
  const migration::Plan plan = ThreeVersions();
  EXPECT_EQ(StepsText(*PlanSteps(Kind::kPromote, plan, Applied(plan, 3), "1.2.0")), "verify 1.2.0");
}

TEST(StepsTest, RollsBackNewestFirst) {
  const migration::Plan plan = ThreeVersions();
  EXPECT_EQ(StepsText(*PlanSteps(Kind::kRollback, plan, Applied(plan, 3), "")), "backup;rollback 1.2.0");
  EXPECT_EQ(StepsText(*PlanSteps(Kind::kRollback, plan, Applied(plan, 3), "1.0.0")),
            "backup;rollback 1.2.0;rollback 1.1.0");
  EXPECT_EQ(StepsText(*PlanSteps(Kind::kRollback, plan, Applied(plan, 2), "0")),
            "backup;rollback 1.1.0;rollback 1.0.0");
  EXPECT_EQ(StepsText(*PlanSteps(Kind::kRollback, plan, Applied(plan, 1), "1.0.0")), "");
}

TEST(StepsTest, RefusesATargetWhoseLedgerDisagrees) {
  const migration::Plan plan = ThreeVersions();
  auto applied = Applied(plan, 1);
  applied[0].checksum = "another";
  EXPECT_TRUE(
      HasCode(PlanSteps(Kind::kPromote, plan, applied, "1.2.0").status(), ErrorCode::kLedgerMismatch));
}

TEST(PipelineTest, NeedsTheVersionOnEveryTargetOfTheEnvironmentBefore) {
  const migration::AppliedMigration one = {"1.0.0", ""}, two = {"1.1.0", ""};
  const std::vector<EnvironmentPosition> pipeline = {
      {"dev", {{one, two}}}, {"staging", {{one, two}, {one}}}, {"prod", {{}}}};
  const migration::Plan plan;
  EXPECT_TRUE(CheckPipeline(pipeline, "dev", "1.1.0", plan).ok());
  EXPECT_TRUE(CheckPipeline(pipeline, "staging", "1.1.0", plan).ok());
  const absl::Status refused = CheckPipeline(pipeline, "prod", "1.1.0", plan);
  EXPECT_TRUE(HasCode(refused, ErrorCode::kPipelineOrder));
  EXPECT_EQ(DetailOf(refused).next, "ferry promote 1.1.0 --to staging");
  EXPECT_TRUE(HasCode(CheckPipeline(pipeline, "qa", "1.1.0", plan), ErrorCode::kEnvironmentUnknown));
}

}  // namespace
}  // namespace ferry::promotion
