// What differs between environments and between versions, with the real programs: values of environments,
// repeatable files, hotfixes.
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "tests/e2e/world.h"

namespace ferry::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kValues[] = "dev: { table: setting_dev, keep: 7 }\nprod: { table: setting, keep: 365 }\n";

void WriteValues(World& world, const std::string& text) {
  world.WriteFile("values.yaml", text);
  world.RenewSum();
}

TEST(ValuesTest, EachEnvironmentGetsItsOwnAndThePlanShowsThem) {
  World world({.environments = {"dev", "prod"}});
  WriteValues(world, kValues);
  world.Write("1.0.0",
              "CREATE TABLE ${table} (name text, days int DEFAULT ${keep}, text text DEFAULT '$${keep}');\n"
              "INSERT INTO ${table} (name) VALUES ('keep');",
              "DROP TABLE ${table};", "SELECT days = ${keep} FROM ${table};");
  world.StartAll();
  world.Expect(0, {"lint"});
  world.Expect(0, {"plan", "register"});
  EXPECT_THAT(
      world.Expect(0, {"plan", "prod", "--format", "sql"}).out,
      AllOf(HasSubstr("CREATE TABLE setting ("), HasSubstr("DEFAULT 365"), Not(HasSubstr("${table}"))));
  world.PromoteEverywhere();
  EXPECT_EQ(world.Value("dev", "SELECT days || ' ' || text FROM setting_dev"), "7 ${keep}");
  EXPECT_EQ(world.Value("prod", "SELECT days || ' ' || text FROM setting"), "365 ${keep}");
  EXPECT_EQ(world.Value("dev", "SELECT checksum FROM ferry.schema_version"),
            world.Value("prod", "SELECT checksum FROM ferry.schema_version"));
  world.Expect(0, {"rollback", "prod", "--yes"});
  EXPECT_EQ(world.Value("prod", "SELECT to_regclass('setting')"), "");
}

TEST(ValuesTest, AnErrorOfTheServerPointsIntoTheFile) {
  World world({.environments = {"dev"}});
  WriteValues(world, "dev: { schema: public }\n");
  world.Write("1.0.0", "CREATE TABLE ${schema}.a (id int, b nosuchtype);", "DROP TABLE ${schema}.a;");
  world.StartAll();
  world.Expect(0, {"plan", "register"});
  EXPECT_THAT(world.Expect(5, {"promote", "--to", "dev"}).all(),
              AllOf(HasSubstr("1.0.0_change.sql:5:37"), HasSubstr("CREATE TABLE public.a")));
}

TEST(ValuesTest, APlanThatLacksAValueForAnEnvironmentOfThePipelineIsNotRegistered) {
  World world({.environments = {"dev", "prod"}});
  WriteValues(world, "dev: { schema: public }\n");
  world.Write("1.0.0", "CREATE TABLE ${schema}.a (id int);", "DROP TABLE ${schema}.a;");
  world.StartAll();
  const Said said = world.Ferry({"plan", "register"});
  EXPECT_NE(said.exit_code, 0);
  EXPECT_THAT(said.err, AllOf(HasSubstr("FE0113"), HasSubstr("1.0.0_change.sql:5:14"), HasSubstr("${schema}"),
                              HasSubstr("\"prod\""), HasSubstr("next: add it to values.yaml")));
  EXPECT_TRUE(world.Json({"plan", "list"})["plans"].empty());
}

// The controller learned of the environment after the plan was registered: the agent is the one to notice.
TEST(ValuesTest, AnEnvironmentThatCameLaterIsRefusedBeforeAnythingRuns) {
  World world({.environments = {"dev", "prod"}});
  WriteValues(world, "dev: { schema: public }\n");
  world.Write("1.0.0", "CREATE TABLE ${schema}.a (id int);", "DROP TABLE ${schema}.a;");
  const std::string both = ReadFile(world.dir().File("controller.yaml"));
  world.dir().Write("controller.yaml",
                    absl::StrReplaceAll(both, {{"  - environment: prod\n    targets: [prod-1]\n", ""}}));
  world.StartController();
  world.Expect(0, {"plan", "register"});
  world.KillController();
  world.dir().Write("controller.yaml", both);
  world.StartAll();
  world.Expect(0, {"promote", "--to", "dev"});
  EXPECT_THAT(world.Expect(5, {"promote", "--to", "prod"}).all(),
              AllOf(HasSubstr("FE0113"), HasSubstr("\"prod\""), HasSubstr("target: unchanged")));
  EXPECT_EQ(world.Value("prod", "SELECT to_regclass('public.a')"), "");
}

TEST(ValuesTest, AValueThatChangedInTheMiddleOfAMigrationIsNoticed) {
  World world({.environments = {"dev"}});
  WriteValues(world, "dev: { schema: public }\n");
  world.Write("1.0.0", "CREATE TABLE ${schema}.a (id int);\n-- ferry:up\nSELECT 1 / count(*) FROM a;",
              "DROP TABLE ${schema}.a;");
  world.StartAll();
  world.Expect(0, {"plan", "register"});
  world.Expect(6, {"promote", "--to", "dev"});
  WriteValues(world, "dev: { schema: other }\n");
  world.Expect(0, {"plan", "register"});
  EXPECT_THAT(world.Expect(6, {"promote", "--to", "dev"}).all(), HasSubstr("FE0507"));
  WriteValues(world, "dev: { schema: public } # as before\n");
  world.Execute("dev", "INSERT INTO a VALUES (1)");
  world.Expect(0, {"plan", "register"});
  world.Expect(0, {"promote", "--to", "dev"});
  EXPECT_EQ(world.Applied("dev"), "1.0.0");
}

void WriteTable(World& world) {
  world.Write("1.0.0", "CREATE TABLE prices (id int, close int);\nINSERT INTO prices VALUES (1, 10);",
              "DROP TABLE prices CASCADE;");
}

void WriteView(World& world, const std::string& factor) {
  world.WriteRepeatable(
      "views",
      absl::StrCat("CREATE OR REPLACE VIEW doubled AS SELECT id, close * ", factor, " AS twice FROM prices;"),
      "SELECT count(*) = 1 FROM pg_views WHERE viewname = 'doubled';");
}

constexpr char kTwice[] = "SELECT twice FROM doubled";
constexpr char kTimesApplied[] =
    "SELECT count(*) FROM ferry.event WHERE version = 'R_views' AND kind = 'applied'";

TEST(RepeatableTest, AViewRunsAgainWhenItsTextHasChangedAndNeverOtherwise) {
  World world({.environments = {"dev", "prod"}});
  WriteTable(world);
  WriteView(world, "2");
  world.StartAll();
  world.PromoteEverywhere();
  EXPECT_EQ(world.Applied("prod"), "1.0.0,R_views");
  EXPECT_EQ(world.Value("prod", kTwice), "20");

  WriteView(world, "3");
  world.Expect(0, {"plan", "register"});
  EXPECT_THAT(world.Expect(0, {"status"}).out, HasSubstr("R_views"));
  EXPECT_THAT(world.Expect(2, {"plan", "dev", "--exit-code"}).out, HasSubstr("R_views"));
  EXPECT_THAT(world.Expect(7, {"promote", "--to", "prod"}).err,
              AllOf(HasSubstr("FE0304"), HasSubstr("R_views"), HasSubstr("ferry promote 1.0.0 --to dev")));
  EXPECT_THAT(world.Expect(0, {"promote", "--to", "dev"}).out,
              AllOf(HasSubstr("backup"), HasSubstr("apply R_views"), HasSubstr("verify R_views"),
                    Not(HasSubstr("apply 1.0.0"))));
  EXPECT_EQ(world.Value("dev", kTwice), "30");
  world.Expect(0, {"promote", "--to", "prod"});
  EXPECT_EQ(world.Value("prod", kTwice), "30");

  world.Expect(0, {"promote", "--to", "dev"});
  EXPECT_EQ(world.Value("dev", kTimesApplied), "2");
  EXPECT_THAT(world.Json({"status"})["environments"][0].value("pending", nlohmann::json::array()),
              ::testing::IsEmpty());
  EXPECT_EQ(world.Json({"status"})["environments"][0]["targets"][0]["current_version"], "1.0.0");
  world.Expect(0, {"diff", "dev", "prod", "--exit-code"});

  // Back to the first text: that is another change, and runs.
  WriteView(world, "2");
  world.Write("1.1.0", "CREATE TABLE more (id int);", "DROP TABLE more;");
  world.PromoteEverywhere();
  EXPECT_EQ(world.Applied("prod"), "1.0.0,1.1.0,R_views");
  EXPECT_EQ(world.Value("prod", kTwice), "20");
  world.Expect(0, {"rollback", "prod", "--yes"});
  EXPECT_EQ(world.Applied("prod"), "1.0.0,R_views");
  EXPECT_EQ(world.Value("prod", kTwice), "20");
}

TEST(RepeatableTest, AFileThatWasTakenAwayLeavesWhatItMade) {
  World world({.environments = {"dev"}});
  WriteTable(world);
  WriteView(world, "2");
  world.StartAll();
  world.PromoteEverywhere();
  ASSERT_EQ(unlink((world.plan_dir() + "/R_views.sql").c_str()), 0);
  world.Write("1.1.0", "CREATE TABLE more (id int);", "DROP TABLE more;");
  world.PromoteEverywhere();
  EXPECT_EQ(world.Applied("dev"), "1.0.0,R_views,1.1.0");
  EXPECT_EQ(world.Value("dev", kTwice), "20");
}

TEST(RepeatableTest, OneThatFailsLeavesWhatWasThereBefore) {
  World world({.environments = {"dev"}});
  WriteTable(world);
  WriteView(world, "2");
  world.StartAll();
  world.PromoteEverywhere();
  world.WriteRepeatable("views", "DROP VIEW doubled;\nCREATE VIEW doubled AS SELECT nosuch FROM prices;");
  world.Expect(0, {"plan", "register"});
  EXPECT_THAT(world.Expect(5, {"promote", "--to", "dev"}).all(),
              AllOf(HasSubstr("FE0601"), HasSubstr("R_views.sql:6:"), HasSubstr("as it was")));
  EXPECT_EQ(world.Value("dev", kTwice), "20");
  EXPECT_EQ(world.Value("dev", kTimesApplied), "1");
  WriteView(world, "3");
  world.PromoteEverywhere();
  EXPECT_EQ(world.Value("dev", kTwice), "30");
}

class RepeatableKillTest : public ::testing::TestWithParam<const char*> {};

TEST_P(RepeatableKillTest, AKilledAgentAppliesItOnce) {
  World world({.environments = {"dev"}});
  WriteTable(world);
  WriteView(world, "2");
  world.StartAll();
  world.PromoteEverywhere();
  world.KillAgent("dev");
  world.StartAgent("dev", absl::StrCat(GetParam(), "=kill"));
  world.WaitForAgents();
  WriteView(world, "3");
  world.Expect(0, {"plan", "register"});
  world.Ferry({"promote", "--to", "dev", "--detach"});
  ASSERT_TRUE(world.agent("dev").Wait().has_value());
  world.StartAgent("dev");
  world.WaitForPromotion("dev", {"succeeded"});
  EXPECT_EQ(world.Value("dev", kTimesApplied), "2");
  EXPECT_EQ(world.Value("dev", kTwice), "30");
}

INSTANTIATE_TEST_SUITE_P(Commit, RepeatableKillTest,
                         ::testing::Values("apply.ledger.after", "apply.commit.after",
                                           "report.journal.before"),
                         [](const auto& param) {
                           return absl::StrReplaceAll(param.param, {{".", "_"}});
                         });

// dev and prod are at 1.2.0; then comes 1.1.0.
void ArriveLate(World& world) {
  world.Write("1.0.0", "CREATE TABLE a (id int);", "DROP TABLE a;");
  world.Write("1.2.0", "CREATE TABLE c (id int);", "DROP TABLE c;");
  world.StartAll();
  world.PromoteEverywhere();
  world.Write("1.1.0", "CREATE TABLE b (id int);", "DROP TABLE b;", "SELECT true;", "-- requires: 1.0.0\n");
  world.Expect(0, {"plan", "register"});
}

TEST(HotfixTest, IsRefusedWithoutAReasonAndWhereTheAgentsFileDoesNotAcceptIt) {
  World world({.environments = {"dev"}});
  ArriveLate(world);
  const Said plain = world.Expect(7, {"promote", "--to", "dev"});
  EXPECT_THAT(plain.all(),
              AllOf(HasSubstr("FE0307"), HasSubstr("ferry promote 1.1.0 --to dev --hotfix \"why\"")));
  const Said refused = world.Expect(7, {"promote", "1.1.0", "--to", "dev", "--hotfix", "orders stop"});
  EXPECT_THAT(refused.all(), AllOf(HasSubstr("FE0307"), HasSubstr("`hotfix: accept` for target dev-1")));
  EXPECT_EQ(world.Applied("dev"), "1.0.0,1.2.0");
  EXPECT_EQ(world.Value("dev", "SELECT to_regclass('b')"), "");
  EXPECT_THAT(world.Expect(0, {"plan", "dev"}).out,
              AllOf(HasSubstr("out of order"), HasSubstr("hotfix: refuse")));
  // The agent's own file alone is no reason.
  world.SetHotfix("dev", "accept");
  world.Reload("dev");
  EXPECT_THAT(world.Expect(7, {"promote", "--to", "dev"}).all(), HasSubstr("FE0307"));
}

TEST(HotfixTest, RunsWithAReasonThatIsRecordedAndIsTheFirstToBeUndone) {
  World world({.environments = {"dev", "prod"}});
  for (const char* environment : {"dev", "prod"}) world.SetHotfix(environment, "accept");
  ArriveLate(world);
  for (const char* environment : {"dev", "prod"}) {
    EXPECT_THAT(world.Expect(0, {"promote", "1.1.0", "--to", environment, "--hotfix", "orders stop"}).all(),
                HasSubstr("out of order: orders stop"));
    EXPECT_EQ(world.Applied(environment), "1.0.0,1.2.0,1.1.0");
    EXPECT_EQ(world.Value(environment,
                          "SELECT reason FROM ferry.event WHERE version = '1.1.0' AND kind = "
                          "'applied'"),
              "orders stop");
  }
  EXPECT_THAT(world.Expect(0, {"history", "prod"}).out, HasSubstr("because: orders stop"));
  EXPECT_EQ(world.Json({"status"})["environments"][1]["targets"][0]["current_version"], "1.2.0");
  world.Expect(0, {"rollback", "prod", "--yes"});
  EXPECT_EQ(world.Applied("prod"), "1.0.0,1.2.0");
  EXPECT_THAT(world.Expect(0, {"status", "prod"}).out, HasSubstr("--hotfix"));
  world.Expect(0, {"rollback", "dev", "--to", "1.0.0", "--yes"});
  EXPECT_EQ(world.Applied("dev"), "1.0.0");
}

}  // namespace
}  // namespace ferry::test
