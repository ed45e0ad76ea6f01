// Every screen as a person or a program sees it, against golden files in cli/testdata.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cli/exit_code.h"
#include "cli/testing/samples.h"
#include "cli/testing/world.h"
#include "rpc/convert.h"

namespace ferry::cli {
namespace {

TEST(StatusScreen, PipedHasNoColourAndEndsEveryConcernWithACommand) {
  World world;
  world.controller.status = SampleStatus(world.Now());
  EXPECT_EQ(world.Run({"status"}), kExitOk);
  ExpectGolden("status_piped", world.Screen());
  ExpectFits(world.out, 100);
  EXPECT_EQ(world.out.find('\x1b'), std::string::npos);
}

TEST(StatusScreen, OnATerminalHasColour) {
  World world;
  world.UseTerminal(100);
  world.controller.status = SampleStatus(world.Now());
  EXPECT_EQ(world.Run({"status"}), kExitOk);
  ExpectGolden("status_tty", world.Screen());
}

TEST(StatusScreen, ShowsTroubleWithTheCommandForEach) {
  World world;
  v1::GetStatusResponse status = SampleStatus(world.Now());
  status.mutable_environments(0)->mutable_targets(0)->set_agent_online(false);
  v1::EnvironmentStatus* staging = status.mutable_environments(1);
  staging->mutable_targets(0)->mutable_status()->set_reachable(false);
  staging->mutable_targets(0)->mutable_status()->mutable_error()->set_message(
      "connection to server at \"10.0.0.7\", port 5432 failed: Connection refused, and a lot more to say "
      "about it here");
  *staging->mutable_last() = FailedPromotion(world.Now(), true);
  *status.mutable_environments(2)->mutable_active() = WaitingPromotion(world.Now());
  world.controller.status = status;
  EXPECT_EQ(world.Run({"status"}), kExitOk);
  ExpectGolden("status_trouble", world.Screen());
  ExpectFits(world.out, 100);
}

TEST(StatusScreen, SaysWhenTargetsOfAnEnvironmentDiffer) {
  World world;
  v1::GetStatusResponse status = SampleStatus(world.Now());
  v1::EnvironmentStatus* prod = status.mutable_environments(2);
  *prod->add_targets() = prod->targets(0);
  prod->mutable_targets(1)->set_target_id("prod-2");
  prod->mutable_targets(1)->set_current_version("1.1.0");
  prod->mutable_targets(1)->mutable_status()->set_window_open(true);
  prod->mutable_targets(1)->set_agent_online(false);
  world.controller.status = status;
  EXPECT_EQ(world.Run({"status"}), kExitOk);
  ExpectGolden("status_targets_differ", world.Screen());
}

TEST(StatusScreen, AsJsonHasASchemaAndStableNames) {
  World world;
  world.controller.status = SampleStatus(world.Now());
  EXPECT_EQ(world.Run({"status", "-o", "json"}), kExitOk);
  const nlohmann::json json = nlohmann::json::parse(world.out);
  EXPECT_EQ(json["schema"], "ferry/status/v1");
  EXPECT_EQ(json["environments"][2]["pending"][0], "1.1.0");
  EXPECT_EQ(json["environments"][0]["last"]["state"], "succeeded");
  EXPECT_EQ(json["environments"][0]["last"]["finished_at"], "2026-11-23T12:50:00Z");
  ExpectGolden("status_json", world.Screen());
}

TEST(StatusScreen, QuietPrintsNamesOnly) {
  World world;
  world.controller.status = SampleStatus(world.Now());
  EXPECT_EQ(world.Run({"status", "-q"}), kExitOk);
  EXPECT_EQ(world.out, "dev\nstaging\nprod\n");
}

TEST(StatusScreen, NamesFromElsewhereCannotMoveTheCursor) {
  World world;
  v1::GetStatusResponse status = SampleStatus(world.Now());
  status.mutable_environments(0)->set_name("dev\x1b[2J\nprod");
  world.controller.status = status;
  EXPECT_EQ(world.Run({"status"}), kExitOk);
  EXPECT_EQ(world.out.find('\x1b'), std::string::npos);
  EXPECT_NE(world.out.find("dev\\x1b[2J\\nprod"), std::string::npos) << world.out;
}

TEST(PlanScreen, ListShowAndPreview) {
  World world;
  v1::ListPlansResponse plans;
  *plans.add_plans() = SamplePlan(world.Now());
  world.controller.plans = plans;
  EXPECT_EQ(world.Run({"plan", "list"}), kExitOk);
  ExpectGolden("plan_list", world.Screen());
  EXPECT_EQ(world.Run({"plan", "show", "3e1c"}), kExitOk);
  ExpectGolden("plan_show", world.Screen());
  ExpectFits(world.out, 100);
  EXPECT_EQ(world.Run({"plan", "show", "beef"}), kExitFailed);
  EXPECT_NE(world.err.find("next: ferry plan list"), std::string::npos) << world.err;
}

v1::PreviewPlanResponse SamplePreview(absl::Time now) {
  v1::PreviewPlanResponse preview;
  *preview.mutable_plan() = SamplePlan(now);
  v1::Preview* target = preview.add_targets();
  target->set_target_id("prod-1");
  target->set_from_version("1.0.0");
  target->set_sql("-- 1.1.0\nALTER TABLE prices ADD COLUMN adjusted_close NUMERIC(10,2);\n");
  v1::PreviewMigration* m = target->add_migrations();
  m->set_version("1.1.0");
  m->set_name("add_adjusted_close");
  m->set_segments(2);
  m->add_statements("ALTER TABLE prices ADD COLUMN adjusted_close NUMERIC(10,2)");
  m->add_statements(
      "UPDATE prices SET adjusted_close = close\n WHERE adjusted_close IS NULL AND close IS NOT NULL");
  return preview;
}

TEST(PlanScreen, PreviewShowsStatementsOrExactlyTheSql) {
  World world;
  world.controller.preview = SamplePreview(world.Now());
  EXPECT_EQ(world.Run({"plan", "prod"}), kExitOk);
  ExpectGolden("plan_env", world.Screen());
  ExpectFits(world.out, 100);
  EXPECT_EQ(world.Run({"plan", "prod", "--format", "sql", "--exit-code"}), kExitDifferent);
  EXPECT_EQ(world.out, SamplePreview(world.Now()).targets(0).sql());
  v1::PreviewPlanResponse nothing = SamplePreview(world.Now());
  nothing.mutable_targets(0)->clear_migrations();
  world.controller.preview = nothing;
  EXPECT_EQ(world.Run({"plan", "prod", "--exit-code"}), kExitOk);
  EXPECT_NE(world.out.find("nothing to do"), std::string::npos);
}

TEST(PlanScreen, PreviewMarksWhatIsOutOfOrder) {
  World world;
  v1::PreviewPlanResponse preview = SamplePreview(world.Now());
  preview.mutable_targets(0)->mutable_migrations(0)->set_out_of_order(true);
  world.controller.preview = preview;
  EXPECT_EQ(world.Run({"plan", "prod"}), kExitOk);
  EXPECT_NE(world.out.find("out of order"), std::string::npos) << world.out;
  EXPECT_NE(world.out.find("hotfix: refuse"), std::string::npos) << world.out;
  EXPECT_NE(world.out.find("ferry promote --to prod --hotfix \"why\""), std::string::npos) << world.out;
  ExpectFits(world.out, 100);
}

TEST(PlanScreen, PreviewOfARollbackAsksForOne) {
  World world;
  world.controller.preview = SamplePreview(world.Now());
  EXPECT_EQ(world.Run({"plan", "prod", "--rollback", "--to", "1.0.0", "--plan", "3e1c"}), kExitOk);
  EXPECT_EQ(world.controller.requests.back(),
            "PreviewPlan environment: \"prod\" plan_digest: \"3e1c\" kind: PROMOTION_KIND_ROLLBACK "
            "to_version: \"1.0.0\"");
  ExpectGolden("plan_rollback", world.Screen());
}

TEST(AgentScreen, SaysWhoIsAwayAndWhatIsServedByNobody) {
  World world;
  v1::ListAgentsResponse agents;
  for (const bool online : {true, false}) {
    v1::AgentInfo* agent = agents.add_agents();
    agent->set_agent_id(online ? "agent-dev" : "agent-prod");
    agent->set_online(online);
    agent->set_software("0.1.0");
    agent->set_peer("ipv4:127.0.0.1:53122");
    *agent->mutable_last_seen() = rpc::ToProto(world.Now() - (online ? absl::Seconds(1) : absl::Minutes(17)));
    agent->add_target_ids(online ? "dev-1" : "prod-1");
  }
  agents.add_unserved_targets("staging-1");
  world.controller.agents = agents;
  EXPECT_EQ(world.Run({"agent", "list"}), kExitOk);
  ExpectGolden("agent_list", world.Screen());
  ExpectFits(world.out, 100);
}

TEST(HistoryScreen, ListsPromotionsWithTheErrorOfEachFailure) {
  World world;
  v1::ListHistoryResponse history;
  *history.add_promotions() = RunningPromotion(world.Now());
  *history.add_promotions() = FailedPromotion(world.Now() - absl::Hours(30), true);
  *history.add_promotions() = SucceededPromotion(world.Now() - absl::Hours(80));
  world.controller.history = history;
  EXPECT_EQ(world.Run({"history", "prod", "--limit", "5"}), kExitOk);
  EXPECT_EQ(world.controller.requests.back(), "ListHistory environment: \"prod\" limit: 5");
  ExpectGolden("history", world.Screen());
  ExpectFits(world.out, 100);
}

TEST(HistoryScreen, SaysWhySomethingUnusualWasDone) {
  World world;
  v1::ListHistoryResponse history;
  *history.add_promotions() = SucceededPromotion(world.Now() - absl::Hours(80));
  history.mutable_promotions(0)->set_reason(std::string("orders stop without it ") + std::string(200, 'x'));
  world.controller.history = history;
  EXPECT_EQ(world.Run({"history"}), kExitOk);
  EXPECT_NE(world.out.find("because: orders stop without it"), std::string::npos) << world.out;
  ExpectFits(world.out, 100);
}

TEST(HistoryScreen, ShowsEveryEventWithTheRuleThatDecided) {
  World world;
  v1::GetPromotionResponse response;
  *response.mutable_promotion() = FailedPromotion(world.Now(), true);
  *response.add_events() =
      MakeEvent(41, world.Now() - absl::Seconds(20), "requested", "", "ana@laptop asks for prod");
  *response.add_events() = MakeEvent(42, world.Now(), "sent", "R1", "sends preflight to prod-1");
  world.controller.promotion.push_back(response);
  EXPECT_EQ(world.Run({"history", "--events", "1f3a9c27"}), kExitOk);
  ExpectGolden("history_events", world.Screen());
  EXPECT_EQ(world.Run({"history", "prod", "--events", "1f3a9c27"}), kExitUsage);
}

TEST(WindowScreen, SaysWhetherAndWhenAndEndsWith8WhenClosed) {
  World world;
  v1::TestWindowResponse response;
  v1::WindowVerdict* verdict = response.add_verdicts();
  verdict->set_target_id("prod-1");
  verdict->set_zone("Europe/Berlin");
  verdict->set_reason("no window is open");
  *verdict->mutable_at() = rpc::ToProto(world.Now());
  *verdict->mutable_opens() = rpc::ToProto(world.Now() + absl::Hours(7) + absl::Minutes(58));
  world.controller.window = response;
  EXPECT_EQ(world.Run({"window", "test", "prod", "--at", "2026-11-23 14:02"}), kExitWaiting);
  EXPECT_EQ(world.controller.requests.back(), "TestWindow environment: \"prod\" at: \"2026-11-23 14:02\"");
  ExpectGolden("window_closed", world.Screen());
  verdict->set_open(true);
  verdict->set_reason("window \"nightly\"");
  *verdict->mutable_closes() = rpc::ToProto(world.Now() + absl::Hours(4));
  world.controller.window = response;
  EXPECT_EQ(world.Run({"window", "test", "prod"}), kExitOk);
  ExpectGolden("window_open", world.Screen());
}

v1::DiffResponse SampleDiff() {
  v1::DiffResponse response;
  response.add_sources()->set_name("staging");
  response.add_sources()->set_name("prod");
  v1::ObjectDifference* d = response.add_differences();
  d->mutable_id()->set_kind("column");
  d->mutable_id()->set_schema("public");
  d->mutable_id()->set_parent("prices");
  d->mutable_id()->set_name("adjusted_close");
  d->add_fingerprints(std::string(64, 'a'));
  d->add_fingerprints("");
  return response;
}

TEST(DiffScreen, EndsWith2OnlyUnderExitCode) {
  World world;
  world.controller.diff = SampleDiff();
  EXPECT_EQ(world.Run({"diff", "staging", "prod"}), kExitOk);
  EXPECT_NE(world.out.find("adjusted_close"), std::string::npos) << world.out;
  EXPECT_EQ(world.Run({"diff", "staging", "prod", "--exit-code"}), kExitDifferent);
  EXPECT_EQ(world.Run({"diff", "staging", "prod", "-o", "json"}), kExitOk);
  EXPECT_EQ(nlohmann::json::parse(world.out)["schema"], "ferry/diff/v1");
  EXPECT_EQ(world.Run({"diff", "staging"}), kExitUsage);
  v1::DiffResponse equal = SampleDiff();
  equal.clear_differences();
  world.controller.diff = equal;
  EXPECT_EQ(world.Run({"diff", "staging", "prod", "--exit-code"}), kExitOk);
}

TEST(BaselineScreen, ShowsTheDifferenceAndStartsNothing) {
  World world;
  v1::DiffResponse response = SampleDiff();
  response.mutable_sources(0)->set_name("prod");
  response.mutable_sources(1)->set_name("plan:1.0.0");
  world.controller.baseline = response;
  EXPECT_EQ(world.Run({"baseline", "prod", "--at", "1.0.0"}), kExitDifferent);
  ExpectGolden("baseline_different", world.Screen());
  EXPECT_EQ(world.Run({"baseline", "prod"}), kExitUsage);
  EXPECT_EQ(world.Run({"baseline", "prod", "--at", "first"}), kExitUsage);
}

TEST(StatusScreen, MarksAVersionThatWasRecordedAndNeverRun) {
  World world;
  v1::GetStatusResponse status = SampleStatus(world.Now());
  v1::TargetStatus* prod = status.mutable_environments(2)->mutable_targets(0)->mutable_status();
  if (prod->applied().empty()) prod->add_applied()->set_version("1.0.0");
  prod->mutable_applied(prod->applied_size() - 1)->set_baseline(true);
  world.controller.status = status;
  EXPECT_EQ(world.Run({"status"}), kExitOk);
  ExpectGolden("status_baseline", world.Screen());
}

TEST(AuditScreen, NamesTheHeadOrTheEntryThatIsWrong) {
  World world;
  v1::VerifyAuditResponse response;
  response.set_events(1234);
  response.set_head(std::string(64, 'e'));
  world.controller.audit = response;
  EXPECT_EQ(world.Run({"audit", "verify"}), kExitOk);
  ExpectGolden("audit_ok", world.Screen());
  response.mutable_error()->set_code("FE0909");
  response.mutable_error()->set_message("event 17 does not have the hash of its bytes");
  world.controller.audit = response;
  EXPECT_EQ(world.Run({"audit", "verify"}), kExitFailed);
  ExpectGolden("audit_broken", world.Screen());
}

TEST(VersionScreen, WorksWithoutAController) {
  World world;
  v1::GetVersionResponse version;
  version.set_software("0.1.0");
  version.set_protocol(1);
  *version.mutable_started_at() = rpc::ToProto(world.Now());
  world.controller.version = version;
  EXPECT_EQ(world.Run({"version"}), kExitOk);
  EXPECT_EQ(world.out,
            "ferry 0.1.0\ncontroller 0.1.0, protocol 1, running since 2026-11-23 14:02:00 +0100\n");
  world.controller.version = Error(ErrorCode::kTransport, "no answer from the controller at 127.0.0.1:7420");
  EXPECT_EQ(world.Run({"--version"}), kExitOk);
  EXPECT_EQ(world.out, "ferry 0.1.0\ncontroller: no answer from the controller at 127.0.0.1:7420\n");
  EXPECT_EQ(world.Run({"version", "-o", "json"}), kExitOk);
  EXPECT_EQ(nlohmann::json::parse(world.out)["client"], "0.1.0");
}

TEST(Colour, IsOffWithNoColorTermDumbTheFlagAndAPipeAndForcedByFerryForceTty) {
  World world;
  world.controller.status = SampleStatus(world.Now());
  const auto coloured = [&](const std::vector<std::string>& words) {
    world.Run(words);
    return world.out.find("\x1b[") != std::string::npos;
  };
  EXPECT_FALSE(coloured({"status"}));
  world.UseTerminal();
  EXPECT_TRUE(coloured({"status"}));
  EXPECT_FALSE(coloured({"status", "--no-color"}));
  EXPECT_FALSE(coloured({"--no-color", "status"}));
  world.environment["NO_COLOR"] = "";
  EXPECT_TRUE(coloured({"status"}));
  world.environment["NO_COLOR"] = "1";
  EXPECT_FALSE(coloured({"status"}));
  world.environment.erase("NO_COLOR");
  world.environment["TERM"] = "dumb";
  EXPECT_FALSE(coloured({"status"}));
  world.environment.erase("TERM");
  world.terminal = false;
  world.environment["FERRY_FORCE_TTY"] = "80";
  EXPECT_TRUE(coloured({"status"}));
}

TEST(StatusScreen, SaysThatADatabaseWasReplacedByABackup) {
  World world;
  v1::GetStatusResponse status = SampleStatus(world.Now());
  v1::Restored* restored =
      status.mutable_environments(1)->mutable_targets(0)->mutable_status()->mutable_restored();
  restored->set_backup_id("bak-prm-20261123-130203-1f3a9c27.1");
  restored->set_promotion_id(kPromotionId);
  *restored->mutable_at() = rpc::ToProto(world.Now() - absl::Minutes(3));
  world.controller.status = status;
  EXPECT_EQ(world.Run({"status"}), kExitOk);
  ExpectGolden("status_restored", world.Screen());
  ExpectFits(world.out, 100);
}

TEST(Restore, AsksForTheEnvironmentsNameAndSendsWhatIsAccepted) {
  World world;
  EXPECT_EQ(world.Run({"restore", "prod", "1f3a9c27.1"}), kExitUsage);
  ExpectGolden("restore_nobody_there", world.Screen());
  world.in_terminal = true;
  world.input = "yes\n";
  EXPECT_EQ(world.Run({"restore", "prod", "1f3a9c27.1"}), kExitFailed);
  ExpectGolden("restore_not_confirmed", world.Screen());
  EXPECT_TRUE(world.controller.requests.empty());
  world.input = "prod\n";
  v1::StartPromotionResponse response;
  *response.mutable_promotion() = SucceededPromotion(world.Now());
  world.controller.start = {response};
  world.Run({"restore", "prod", "1f3a9c27.1", "--accept", "slot:a", "--accept", "slot:b", "--detach"});
  ASSERT_FALSE(world.controller.requests.empty());
  for (const char* part : {"PROMOTION_KIND_RESTORE", "restore_backup_id: \"1f3a9c27.1\"",
                           "accepted_losses: \"slot:a\" accepted_losses: \"slot:b\""}) {
    EXPECT_NE(world.controller.requests.front().find(part), std::string::npos) << part;
  }
}

v1::ListBackupsResponse SampleBackups(absl::Time now) {
  v1::ListBackupsResponse response;
  v1::BackupInfo* b = response.add_backups();
  b->set_backup_id("bak-prm-20261123-130203-1f3a9c27.1");
  b->set_target_id("prod-1");
  *b->mutable_taken_at() = rpc::ToProto(now - absl::Minutes(12));
  b->set_bytes(5'356'000);
  b->set_files(14);
  b->set_version("1.1.0");
  b->set_server_version("15.20");
  b->set_fingerprint(kDigest);
  b->set_rows(1'204'113);
  b->set_tables(7);
  b = response.add_backups();
  b->set_backup_id("bak-prm-20261101-090000-00000001.1");
  b->set_target_id("prod-1");
  *b->mutable_taken_at() = rpc::ToProto(now - absl::Hours(24 * 22));
  b->set_bytes(812);
  b->set_files(1);
  b = response.add_backups();
  b->set_backup_id("bak-broken");
  b->set_target_id("prod-1");
  b->mutable_error()->set_code("FE0703");
  b->mutable_error()->set_message(
      "backup /var/backups/ferry/prod-1/bak-broken is damaged: manifest.json cannot be read");
  return response;
}

TEST(BackupScreen, ListsBackupsAndNamesDamagedOnes) {
  World world;
  world.controller.backups = SampleBackups(world.Now());
  EXPECT_EQ(world.Run({"backup", "list", "prod"}), kExitOk);
  ExpectGolden("backup_list", world.Screen());
  ExpectFits(world.out, 120);
  EXPECT_EQ(world.Run({"backup", "list", "prod", "-q"}), kExitOk);
  EXPECT_EQ(world.out.substr(0, 35), "bak-prm-20261123-130203-1f3a9c27.1\n");
  EXPECT_EQ(world.Run({"backup", "list", "prod", "-o", "json"}), kExitOk);
  ExpectGolden("backup_list_json", world.Screen());
  world.controller.backups = v1::ListBackupsResponse();
  EXPECT_EQ(world.Run({"backup", "list", "prod"}), kExitOk);
  ExpectGolden("backup_list_empty", world.Screen());
}

TEST(BackupScreen, SaysWhatAVerifiedBackupProves) {
  World world;
  v1::VerifyBackupResponse response;
  *response.mutable_backup() = SampleBackups(world.Now()).backups(0);
  world.controller.backup = response;
  EXPECT_EQ(world.Run({"backup", "verify", "prod", "1f3a9c27.1"}), kExitOk);
  ExpectGolden("backup_verify", world.Screen());
  *response.mutable_backup() = SampleBackups(world.Now()).backups(1);
  world.controller.backup = response;
  EXPECT_EQ(world.Run({"backup", "verify", "prod", "00000001.1"}), kExitOk);
  ExpectGolden("backup_verify_old", world.Screen());
}

}  // namespace
}  // namespace ferry::cli
