// What differs between environments and between versions, with the real programs: values of environments.
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

}  // namespace
}  // namespace ferry::test
