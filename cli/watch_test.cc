// Starting and watching promotions: what is shown, and how it ends.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "cli/exit_code.h"
#include "cli/testing/samples.h"
#include "cli/testing/world.h"
#include "rpc/convert.h"

namespace ferry::cli {
namespace {

absl::Status Lost() {
  return Error(ErrorCode::kTransport, "no answer from the controller at 127.0.0.1:7420: Socket closed");
}

v1::StartPromotionResponse Started(const v1::PromotionInfo& promotion) {
  v1::StartPromotionResponse response;
  *response.mutable_promotion() = promotion;
  response.set_created(true);
  return response;
}

v1::GetPromotionResponse Got(const v1::PromotionInfo& promotion) {
  v1::GetPromotionResponse response;
  *response.mutable_promotion() = promotion;
  return response;
}

// What a controller streams of a promotion that waits for its window and then runs to its end.
void StreamAWholePromotion(World& world) {
  FakeController& c = world.controller;
  const absl::Time now = world.Now();
  c.start.push_back(Started(RunningPromotion(now)));
  c.Update(MakeEvent(1, now, "sent", "R1", "sends apply 1.1.0 to prod-1"));
  c.Update(RunningPromotion(now));
  c.Pass(absl::Seconds(1));
  c.Update(MakeEvent(2, now + absl::Seconds(1), "waiting", "R5",
                     "prod-1 waits before apply 1.1.0: the window \"nightly\" is closed"));
  c.Update(WaitingPromotion(now));
  c.Pass(absl::Seconds(25));
  c.Update(MakeEvent(3, now + absl::Seconds(26), "woken", "R7",
                     "prod-1 goes on with apply 1.1.0: the window is open"));
  c.Update(RunningPromotion(now + absl::Seconds(26)));
  c.Update(BackfillProgress());
  c.Pass(absl::Seconds(12));
  v1::Progress blocked = BackfillProgress();
  blocked.set_blocked_by("pid 8123 report_job, idle in transaction for 14m");
  c.Update(blocked);
  c.Pass(absl::Seconds(1));
  c.Update(MakeEvent(4, now + absl::Seconds(39), "ended", "P3", "prod is at 1.1.0"));
  c.Update(SucceededPromotion(now + absl::Seconds(40)));
}

TEST(Promote, PipedIsOneLineAnEventAndAHeartbeat) {
  World world;
  StreamAWholePromotion(world);
  EXPECT_EQ(world.Run({"promote", "1.1.0", "--to", "prod"}), kExitOk);
  ExpectGolden("promote_piped", world.Screen());
  ExpectFits(world.out, 100);
  EXPECT_EQ(world.out.find('\x1b'), std::string::npos);
}

TEST(Baseline, OfADatabaseThatIsThePlansIsWatchedToItsEnd) {
  World world;
  v1::DiffResponse equal;
  equal.add_sources()->set_name("prod");
  equal.add_sources()->set_name("plan:1.1.0");
  world.controller.baseline = equal;
  v1::PromotionInfo recorded = SucceededPromotion(world.Now());
  recorded.set_kind(v1::PROMOTION_KIND_BASELINE);
  while (recorded.runs(0).steps_size() > 2) recorded.mutable_runs(0)->mutable_steps()->RemoveLast();
  v1::StepInfo* step = recorded.mutable_runs(0)->mutable_steps(1);
  *step->mutable_step() = MakeStep(v1::STEP_KIND_BASELINE, "1.1.0");
  step->set_summary("2 versions recorded, nothing was run; the schema is the plan's: 14 objects");
  world.controller.start.push_back(Started(recorded));
  world.controller.Update(recorded);
  EXPECT_EQ(world.Run({"baseline", "prod", "--at", "1.1.0", "--reason", "by hand"}), kExitOk) << world.err;
  ExpectGolden("baseline", world.Screen());
}

TEST(Promote, OnATerminalDrawsWhatIsGoingOnBelowWhatIsDone) {
  World world;
  world.UseTerminal(100);
  StreamAWholePromotion(world);
  EXPECT_EQ(world.Run({"promote", "--to", "prod"}), kExitOk);
  ExpectGolden("promote_tty", world.Screen());
  ExpectFits(world.out, 100);
}

TEST(Promote, OnANarrowTerminalNoLiveLineWraps) {
  World world;
  world.UseTerminal(60);
  world.controller.start.push_back(Started(RunningPromotion(world.Now())));
  world.controller.Update(RunningPromotion(world.Now()));
  world.controller.Update(BackfillProgress());
  world.controller.Pass(absl::Seconds(1));
  world.controller.Update(SucceededPromotion(world.Now()));
  EXPECT_EQ(world.Run({"promote", "--to", "prod"}), kExitOk);
  ExpectFits(world.out.substr(world.out.find('\n')), 60);
}

TEST(Promote, AsJsonIsOneDocumentALine) {
  World world;
  StreamAWholePromotion(world);
  EXPECT_EQ(world.Run({"promote", "--to", "prod", "-o", "json"}), kExitOk);
  std::string last;
  for (const absl::string_view line : absl::StrSplit(world.out, '\n', absl::SkipEmpty())) {
    const nlohmann::json json = nlohmann::json::parse(std::string(line));
    last = json["schema"];
    EXPECT_TRUE(absl::StartsWith(last, "ferry/"));
  }
  EXPECT_EQ(last, "ferry/promotion/v1");
}

TEST(Promote, AsksForExactlyWhatWasTyped) {
  World world;
  world.controller.start.push_back(Started(SucceededPromotion(world.Now())));
  EXPECT_EQ(world.Run({"promote", "1.1.0", "--to", "prod", "--plan", "3e1c", "-q"}), kExitOk);
  EXPECT_EQ(world.out, std::string(kPromotionId) + "\n");
  const std::string request = world.controller.requests.at(0);
  EXPECT_NE(request.find("request_id: \"req-20261123-130200-"), std::string::npos) << request;
  EXPECT_NE(request.find("kind: PROMOTION_KIND_PROMOTE environment: \"prod\" plan_digest: \"3e1c\" "
                         "to_version: \"1.1.0\" requested_by: \"ana@laptop\""),
            std::string::npos)
      << request;
}

TEST(Promote, ARequestWhoseAnswerWasLostIsSentAgainUnderTheSameId) {
  World world;
  world.controller.start.push_back(Lost());
  world.controller.start.push_back(Started(SucceededPromotion(world.Now())));
  world.controller.Update(SucceededPromotion(world.Now()));
  EXPECT_EQ(world.Run({"promote", "--to", "prod"}), kExitOk);
  EXPECT_EQ(world.controller.requests.at(0), world.controller.requests.at(1));
  world.controller.start.assign(1, Lost());
  EXPECT_EQ(world.Run({"promote", "--to", "prod"}), kExitFailed);
  EXPECT_NE(world.err.find("next: "), std::string::npos);
}

TEST(Promote, FailedAndCleanEndsWith5AndTheWholeError) {
  World world;
  world.controller.start.push_back(Started(RunningPromotion(world.Now())));
  world.controller.Update(FailedPromotion(world.Now(), true));
  EXPECT_EQ(world.Run({"promote", "--to", "prod"}), kExitRolledBack);
  ExpectGolden("promote_failed", world.Screen());
}

TEST(Promote, FailedAndNotCleanEndsWith6) {
  World world;
  world.UseTerminal(100);
  world.controller.start.push_back(Started(RunningPromotion(world.Now())));
  world.controller.Update(FailedPromotion(world.Now(), false));
  EXPECT_EQ(world.Run({"promote", "--to", "prod"}), kExitNeedsPerson);
  ExpectGolden("promote_needs_person_tty", world.Screen());
}

TEST(Promote, ExitCodesFollowTheError) {
  const std::vector<std::pair<ErrorCode, int>> cases = {{ErrorCode::kPipelineOrder, kExitPrecondition},
                                                        {ErrorCode::kPlanConflict, kExitPrecondition},
                                                        {ErrorCode::kLedgerMismatch, kExitPrecondition},
                                                        {ErrorCode::kOutOfOrder, kExitPrecondition},
                                                        {ErrorCode::kPromotionActive, kExitPrecondition},
                                                        {ErrorCode::kPrivilege, kExitDenied},
                                                        {ErrorCode::kAuthentication, kExitDenied},
                                                        {ErrorCode::kTlsRequired, kExitConfig},
                                                        {ErrorCode::kConfig, kExitConfig},
                                                        {ErrorCode::kTransport, kExitFailed},
                                                        {ErrorCode::kVersionUnknown, kExitFailed},
                                                        {ErrorCode::kUsage, kExitUsage}};
  for (const auto& [code, exit_code] : cases) {
    World world;
    world.controller.start.push_back(Error(code, "refused"));
    EXPECT_EQ(world.Run({"promote", "--to", "prod"}), exit_code) << world.err;
    EXPECT_NE(world.err.find("\n  next: "), std::string::npos) << world.err;
  }
  World world;
  world.controller.start.push_back(absl::PermissionDeniedError("no"));
  EXPECT_EQ(world.Run({"promote", "--to", "prod"}), kExitDenied);
}

TEST(Promote, ARunRefusedByItsLedgerEndsWith7) {
  World world;
  v1::PromotionInfo failed = FailedPromotion(world.Now(), true);
  failed.mutable_runs(0)->mutable_error()->set_code("FE0507");
  world.controller.start.push_back(Started(failed));
  EXPECT_EQ(world.Run({"promote", "--to", "prod"}), kExitPrecondition);
}

TEST(Promote, DetachedAndWaitingEndsWith8AndSaysForWhat) {
  World world;
  world.controller.start.push_back(Started(RunningPromotion(world.Now())));
  v1::PromotionInfo fresh = RunningPromotion(world.Now());
  for (v1::StepInfo& step : *fresh.mutable_runs(0)->mutable_steps()) step.set_state("pending");
  world.controller.start.assign(1, Started(fresh));
  world.controller.promotion.push_back(Got(fresh));
  world.controller.promotion.push_back(Got(WaitingPromotion(world.Now())));
  EXPECT_EQ(world.Run({"promote", "--to", "prod", "--detach"}), kExitWaiting);
  ExpectGolden("promote_detached_waiting", world.Screen());
}

TEST(Promote, DetachedAndRunningEndsWith0) {
  World world;
  world.controller.start.push_back(Started(RunningPromotion(world.Now())));
  EXPECT_EQ(world.Run({"promote", "--to", "prod", "--detach"}), kExitOk);
  EXPECT_EQ(world.out, std::string(kPromotionId) + "\n");
  EXPECT_NE(world.err.find("next: ferry watch prm-"), std::string::npos);
}

v1::PreviewPlanResponse BreakingPreview(absl::Time now) {
  v1::PreviewPlanResponse preview;
  *preview.mutable_plan() = SamplePlan(now);
  preview.mutable_plan()->mutable_migrations(1)->set_breaking(true);
  preview.add_targets()->add_migrations()->set_version("1.1.0");
  return preview;
}

TEST(Promote, AsksOnATerminalBeforeABreakingMigration) {
  World world;
  world.in_terminal = true;
  world.controller.preview = BreakingPreview(world.Now());
  world.controller.start.push_back(Started(SucceededPromotion(world.Now())));
  world.input = "n\n";
  EXPECT_EQ(world.Run({"promote", "--to", "prod"}), kExitFailed);
  EXPECT_NE(world.err.find("run 1.1.0 add_adjusted_close (breaking) on prod? [y/N]"), std::string::npos)
      << world.err;
  EXPECT_EQ(world.controller.requests.size(), 1u);
  world.input = "yes\n";
  EXPECT_EQ(world.Run({"promote", "--to", "prod"}), kExitOk);
  world.input = "";
  EXPECT_EQ(world.Run({"promote", "--to", "prod", "-y"}), kExitOk);
  v1::PreviewPlanResponse harmless = BreakingPreview(world.Now());
  harmless.mutable_plan()->mutable_migrations(1)->set_breaking(false);
  world.controller.preview = harmless;
  EXPECT_EQ(world.Run({"promote", "--to", "prod"}), kExitOk);
}

TEST(Rollback, AsksFirstAndUndoes) {
  World world;
  world.in_terminal = true;
  world.input = "y\n";
  world.controller.preview = BreakingPreview(world.Now());
  v1::PromotionInfo done = SucceededPromotion(world.Now());
  done.set_kind(v1::PROMOTION_KIND_ROLLBACK);
  done.set_to_version("1.0.0");
  world.controller.start.push_back(Started(done));
  EXPECT_EQ(world.Run({"rollback", "prod", "--to", "1.0.0"}), kExitOk);
  EXPECT_NE(world.err.find("undo 1.1.0 add_adjusted_close on prod? [y/N]"), std::string::npos) << world.err;
  EXPECT_NE(world.out.find("ok: rolled prod back to 1.0.0"), std::string::npos) << world.out;
  EXPECT_NE(world.controller.requests.at(1).find("PROMOTION_KIND_ROLLBACK"), std::string::npos);
}

TEST(Watch, CtrlCDetachesAndSaysHowToComeBack) {
  World world;
  world.controller.promotion.push_back(Got(RunningPromotion(world.Now())));
  world.controller.Update(RunningPromotion(world.Now()));
  world.controller.Pass(absl::Seconds(1), [&] { world.interrupted = true; });
  world.controller.Update(RunningPromotion(world.Now()));
  EXPECT_EQ(world.Run({"watch", "prod"}), kExitInterrupted);
  EXPECT_EQ(world.err,
            std::string("detached: the promotion goes on.\n  next: ferry watch ") + kPromotionId + "\n");
}

TEST(Watch, TimeoutEndsWith124AlsoWhileTheControllerIsAway) {
  World world;
  world.controller.promotion.push_back(Got(RunningPromotion(world.Now())));
  world.controller.Update(RunningPromotion(world.Now()));
  world.controller.Pass(absl::Seconds(100));
  EXPECT_EQ(world.Run({"watch", "prod", "--timeout", "30s"}), kExitTimeout);
  EXPECT_NE(world.err.find("timeout: the promotion goes on.\n  next: ferry watch prm-"), std::string::npos);
  world.controller.stream.clear();
  world.controller.Break(Lost());
  for (int i = 0; i < 100; ++i) world.controller.Break(Lost());
  const absl::Time before = world.Now();
  EXPECT_EQ(world.Run({"watch", "prod", "--timeout", "30s"}), kExitTimeout);
  EXPECT_GE(world.Now() - before, absl::Seconds(30));
  EXPECT_LT(world.Now() - before, absl::Seconds(31));
}

TEST(Watch, ReconnectsForAsLongAsItTakesAndRepeatsNoEvent) {
  World world;
  const v1::Event first = MakeEvent(7, world.Now(), "sent", "R1", "sends apply 1.1.0 to prod-1");
  world.controller.promotion.push_back(Got(RunningPromotion(world.Now())));
  world.controller.Update(first);
  world.controller.Update(RunningPromotion(world.Now()));
  for (int i = 0; i < 12; ++i) world.controller.Break(Lost());
  world.controller.Update(first);  // a new stream begins at the first event
  world.controller.Update(MakeEvent(8, world.Now(), "ended", "P3", "prod is at 1.1.0"));
  world.controller.Update(SucceededPromotion(world.Now()));
  EXPECT_EQ(world.Run({"watch", "prod"}), kExitOk);
  ExpectGolden("watch_reconnects", world.Screen());
}

TEST(Watch, AStreamThatEndsWithoutAnEndIsOpenedAgain) {
  World world;
  world.controller.promotion.push_back(Got(RunningPromotion(world.Now())));
  world.controller.Update(RunningPromotion(world.Now()));
  world.controller.Break(absl::OkStatus());
  world.controller.Update(SucceededPromotion(world.Now()));
  EXPECT_EQ(world.Run({"watch", "prod"}), kExitOk);
}

TEST(Watch, GivesUpOnARefusal) {
  World world;
  world.controller.promotion.push_back(Got(RunningPromotion(world.Now())));
  world.controller.Break(Error(ErrorCode::kPromotionUnknown, "no promotion \"prod\""));
  EXPECT_EQ(world.Run({"watch", "prod"}), kExitFailed);
  EXPECT_NE(world.err.find("FE0303"), std::string::npos);
}

TEST(Watch, AnUnreachableControllerAtTheStartIsAnError) {
  World world;
  world.controller.promotion.push_back(Lost());
  EXPECT_EQ(world.Run({"watch", "prod"}), kExitFailed);
  EXPECT_EQ(world.controller.requests.size(), 1u);
}

TEST(Watch, APromotionThatEndedLongAgoIsShownAndGivesItsCode) {
  World world;
  world.controller.promotion.push_back(Got(FailedPromotion(world.Now(), true)));
  world.controller.Update(MakeEvent(1, world.Now(), "sent", "R1", "sends preflight to prod-1"));
  world.controller.Update(MakeEvent(2, world.Now(), "ended", "P1", "failed in prod"));
  world.controller.Update(FailedPromotion(world.Now(), true));
  EXPECT_EQ(world.Run({"watch", "prod"}), kExitRolledBack);
  EXPECT_NE(world.out.find("sends preflight"), std::string::npos);
  EXPECT_NE(world.out.find("failed in prod"), std::string::npos);
}

TEST(Watch, SaysThatAnAgentIsAway) {
  World world;
  v1::PromotionInfo away = RunningPromotion(world.Now());
  away.mutable_runs(0)->set_agent_online(false);
  world.controller.promotion.push_back(Got(away));
  world.controller.Update(away);
  world.controller.Pass(absl::Seconds(11));
  world.controller.Update(SucceededPromotion(world.Now()));
  EXPECT_EQ(world.Run({"watch", "prod"}), kExitOk);
  EXPECT_NE(world.out.find("prod-1 apply 1.1.0 its agent is not connected"), std::string::npos) << world.out;
}

TEST(Cancel, SaysWhatHappensNext) {
  World world;
  v1::CancelPromotionResponse response;
  *response.mutable_promotion() = RunningPromotion(world.Now());
  world.controller.cancel = response;
  EXPECT_EQ(world.Run({"cancel", "prod"}), kExitOk);
  EXPECT_EQ(world.controller.requests.back(),
            "CancelPromotion promotion_id: \"prod\" requested_by: \"ana@laptop\"");
  ExpectGolden("cancel", world.Screen());
  world.controller.cancel = Error(ErrorCode::kPromotionFinished, "it has ended");
  EXPECT_EQ(world.Run({"cancel", "prod"}), kExitPrecondition);
}

}  // namespace
}  // namespace ferry::cli
