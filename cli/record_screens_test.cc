// What is on record, as screens: one migration, the changelog, the checklist. Golden files in cli/testdata.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cli/exit_code.h"
#include "cli/testing/samples.h"
#include "cli/testing/world.h"
#include "core/migration/example.h"
#include "core/migration/plan.h"
#include "rpc/convert.h"

namespace ferry::cli {
namespace {

using ::testing::HasSubstr;

// The sample pipeline with a plan of real files: dev and staging at 1.1.0, prod at 1.0.0.
void UseRecords(World& world) {
  const std::vector<migration::SourceFile> files = {
      migration::Small("1.0.0", "init", "-- author: ana\n-- date: 2026-11-20\n-- reviewed-by: bob\n"),
      {migration::kExampleFile, migration::kExample}};
  const absl::StatusOr<migration::Plan> plan = migration::BuildPlan(files);
  ASSERT_TRUE(plan.ok()) << plan.status();
  v1::GetPlanResponse response;
  v1::PlanInfo& info = *response.mutable_info();
  info.set_digest(plan->digest);
  info.set_name("trading");
  info.set_registered_by("ana@laptop");
  *info.mutable_registered_at() = rpc::ToProto(world.Now() - absl::Hours(2));
  for (const migration::Migration& m : plan->migrations) {
    *info.add_migrations() = rpc::ToProto(m);
    v1::MigrationFile* file = response.mutable_content()->add_files();
    file->set_name(m.file);
    file->set_content(m.canonical);
  }
  v1::ListPlansResponse plans;
  *plans.add_plans() = info;
  v1::GetStatusResponse status = SampleStatus(world.Now());
  *status.mutable_plan() = info;
  for (v1::EnvironmentStatus& e : *status.mutable_environments()) {
    for (const char* version : {"1.0.0", "1.1.0"}) {
      if (e.name() == "prod" && version == std::string("1.1.0")) continue;
      v1::AppliedMigration* a = e.mutable_targets(0)->mutable_status()->add_applied();
      a->set_version(version);
      a->set_promotion_id("prm-20261123-125000-0000000a");
      a->set_baseline(e.name() == "prod");
      *a->mutable_applied_at() = rpc::ToProto(world.Now() - absl::Minutes(12));
    }
  }
  v1::ListHistoryResponse history;
  for (const char* name : {"staging", "dev"}) {
    v1::PromotionInfo p = SucceededPromotion(world.Now() - absl::Hours(1));
    p.set_promotion_id(std::string("prm-20261123-120000-") + name);
    p.set_environment(name);
    p.mutable_runs(0)->set_target_id(std::string(name) + "-1");
    *history.add_promotions() = p;
  }
  world.controller.plan = response;
  world.controller.plans = plans;
  world.controller.status = status;
  world.controller.history = history;
}

TEST(ShowScreen, SaysWhatAMigrationDoesAndWhereItIs) {
  World world;
  UseRecords(world);
  EXPECT_EQ(world.Run({"show", "1.1.0"}), kExitOk) << world.err;
  ExpectGolden("show", world.Screen());
  ExpectFits(world.out, 100);
  EXPECT_EQ(world.Run({"show", "1.1.0", "--sql"}), kExitOk);
  EXPECT_EQ(world.out, migration::kExample);
  EXPECT_EQ(world.Run({"show", "1.1.0", "-o", "json"}), kExitOk);
  const nlohmann::json json = nlohmann::json::parse(world.out);
  EXPECT_EQ(json["schema"], "ferry/migration/v1");
  EXPECT_EQ(json["up"].size(), 2U);
  EXPECT_EQ(json["targets"][2]["applied"], false);
  EXPECT_EQ(world.Run({"show", "9.0.0"}), kExitFailed);
  EXPECT_THAT(world.err, HasSubstr("no registered plan has version \"9.0.0\""));
}

TEST(ShowScreen, RefusesBytesThatAreNotThoseOfTheDigest) {
  World world;
  UseRecords(world);
  std::string* content = world.controller.plan->mutable_content()->mutable_files(0)->mutable_content();
  *content += "\n-- a comment\n";
  EXPECT_EQ(world.Run({"show", "1.1.0"}), kExitPrecondition);
  EXPECT_THAT(world.err, HasSubstr("FE0205"));
}

TEST(ChangelogScreen, IsMarkdownOrJson) {
  World world;
  UseRecords(world);
  EXPECT_EQ(world.Run({"changelog"}), kExitOk) << world.err;
  ExpectGolden("changelog", world.Screen());
  EXPECT_EQ(world.Run({"changelog", "--since", "1.0.0", "-o", "json"}), kExitOk);
  const nlohmann::json json = nlohmann::json::parse(world.out);
  EXPECT_EQ(json["schema"], "ferry/changelog/v1");
  EXPECT_EQ(json["migrations"].size(), 1U);
  EXPECT_EQ(world.Run({"changelog", "--since", "9.0.0"}), kExitFailed);
}

TEST(StatusScreen, SaysWhatHappenedWithoutTheController) {
  World world;
  UseRecords(world);
  v1::GetStatusResponse status = *world.controller.status;
  v1::PromotionInfo* last = status.mutable_environments(1)->mutable_last();
  last->set_promotion_id("bg-20261123-120000-0000000c");
  last->set_kind(v1::PROMOTION_KIND_BREAK_GLASS);
  last->set_requested_by("root@db1");
  last->set_reason("the controller's host is down");
  world.controller.status = status;
  EXPECT_EQ(world.Run({"status"}), kExitOk);
  ExpectGolden("status_break_glass", world.Screen());
  ExpectFits(world.out, 100);
  status.mutable_environments(1)->set_next("ferry plan register");
  world.controller.status = status;
  EXPECT_EQ(world.Run({"status"}), kExitOk);
  EXPECT_THAT(world.out, HasSubstr("ferry plan register"));
}

TEST(ChecklistScreen, HasTenPointsEachOpenOneWithItsCommand) {
  World world;
  UseRecords(world);
  v1::TestWindowResponse window;
  v1::WindowVerdict* verdict = window.add_verdicts();
  verdict->set_target_id("prod-1");
  verdict->set_reason("no window is open");
  *verdict->mutable_opens() = rpc::ToProto(world.Now() + absl::Hours(8));
  world.controller.window = window;
  EXPECT_EQ(world.Run({"checklist", "prod"}), kExitOk) << world.err;
  ExpectGolden("checklist_piped", world.Screen());
  ExpectFits(world.out, 100);
  EXPECT_EQ(world.Run({"checklist", "prod", "--exit-code", "-o", "json"}), kExitDifferent);
  const nlohmann::json json = nlohmann::json::parse(world.out);
  EXPECT_EQ(json["points"].size(), 10U);
  EXPECT_EQ(json["points"][3]["state"], "open");
  world.UseTerminal(100);
  EXPECT_EQ(world.Run({"checklist", "prod", "1.1.0"}), kExitOk);
  ExpectGolden("checklist_tty", world.Screen());
  EXPECT_EQ(world.Run({"checklist", "nowhere"}), kExitFailed);
}

TEST(ChecklistScreen, IsAboutTheNewestPromotionWhenNothingIsPending) {
  World world;
  UseRecords(world);
  world.controller.window = v1::TestWindowResponse();
  EXPECT_EQ(world.Run({"checklist", "staging"}), kExitOk) << world.err;
  ExpectGolden("checklist_ended", world.Screen());
}

}  // namespace
}  // namespace ferry::cli
