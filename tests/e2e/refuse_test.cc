// Bad input: refused before anything runs, with the place and the reason, and nothing is lost.
#include <unistd.h>

#include "tests/e2e/world.h"

namespace ferry::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr char kHeader[] =
    "-- migration: 1.0.0 a\n-- description: d\n\n-- ferry:up\nCREATE TABLE a (id int);\n\n";
constexpr char kRest[] = "-- ferry:down\nDROP TABLE a;\n\n-- ferry:verify\nSELECT true;\n";

struct BadFile {
  std::string name, text, code, place;
};

class BadFileTest : public ::testing::TestWithParam<BadFile> {};

TEST_P(BadFileTest, IsRefusedWithItsPlaceBeforeAnythingIsRegistered) {
  World world({.environments = {"dev"}});
  world.StartAll();
  world.WriteFile("1.0.0_a.sql", GetParam().text);
  world.Ferry({"sum"});
  const Said lint = world.Ferry({"lint"});
  EXPECT_EQ(lint.exit_code, 1) << lint.all();
  EXPECT_THAT(lint.all(), AllOf(HasSubstr(GetParam().code), HasSubstr(GetParam().place)));
  const Said said = world.Ferry({"plan", "register"});
  EXPECT_NE(said.exit_code, 0);
  EXPECT_THAT(said.err, AllOf(HasSubstr(GetParam().code), HasSubstr(GetParam().place), HasSubstr("next:")));
  EXPECT_TRUE(world.Json({"plan", "list"})["plans"].empty());
  EXPECT_EQ(world.Applied("dev"), "");
}

INSTANTIATE_TEST_SUITE_P(
    Files, BadFileTest,
    ::testing::Values(
        BadFile{"UnknownDirective", std::string(kHeader) + "-- ferry:frobnicate\n" + kRest, "FE0102",
                "1.0.0_a.sql:7"},
        BadFile{"MissingDown", std::string(kHeader) + "-- ferry:verify\nSELECT true;\n", "FE0103",
                "1.0.0_a.sql"},
        BadFile{"DoesNotParse",
                "-- migration: 1.0.0 a\n-- description: d\n\n-- ferry:up\nCREATE TABEL a (id int);\n" +
                    std::string(kRest),
                "FE0104", "1.0.0_a.sql:5:8"},
        BadFile{"EndsTheTransaction",
                "-- migration: 1.0.0 a\n-- description: d\n\n-- ferry:up\nCREATE TABLE a ();\nCOMMIT;\n" +
                    std::string(kRest),
                "FE0105", "1.0.0_a.sql:6:1"},
        BadFile{"LiftsTheTimeouts",
                "-- migration: 1.0.0 a\n-- description: d\n\n-- ferry:up\nSET statement_timeout = 0;\n" +
                    std::string(kRest),
                "FE0105", "1.0.0_a.sql:5:1"},
        BadFile{"UnknownHeader",
                "-- migration: 1.0.0 a\n-- description: d\n-- colour: red\n\n-- ferry:up\nSELECT 1;\n" +
                    std::string(kRest),
                "FE0101", "1.0.0_a.sql:3"}),
    [](const auto& param) { return param.param.name; });

TEST(RefuseTest, AFileEditedAfterRegistrationIsNamedAndNothingChanges) {
  World world({.environments = {"dev"}});
  world.Write("1.0.0", "CREATE TABLE a (id int);", "DROP TABLE a;");
  world.StartAll();
  world.PromoteEverywhere();
  world.Write("1.0.0", "CREATE TABLE a (id int, b int);", "DROP TABLE a;");
  const Said said = world.Ferry({"plan", "register"});
  EXPECT_EQ(said.exit_code, 7);
  EXPECT_THAT(said.err, AllOf(HasSubstr("FE0202"), HasSubstr("1.0.0_change.sql"), HasSubstr("ferry new")));
  EXPECT_EQ(world.Json({"plan", "list"})["plans"].size(), 1u);
}

TEST(RefuseTest, AFileThatDoesNotMatchItsSumIsNamed) {
  World world({.environments = {"dev"}});
  world.Write("1.0.0", "CREATE TABLE a (id int);", "DROP TABLE a;");
  const std::string text = ReadFile(world.plan_dir() + "/1.0.0_change.sql");
  world.WriteFile("1.0.0_change.sql", text + "\n-- one more line\n");
  world.StartAll();
  const Said said = world.Ferry({"plan", "register"});
  EXPECT_NE(said.exit_code, 0);
  EXPECT_THAT(said.err, AllOf(HasSubstr("FE0110"), HasSubstr("1.0.0_change.sql"), HasSubstr("ferry sum")));
}

TEST(RefuseTest, TwoFilesWithOneVersionAreBothNamed) {
  World world({.environments = {"dev"}});
  world.Write("1.0.0", "CREATE TABLE a (id int);", "DROP TABLE a;");
  std::string text = ReadFile(world.plan_dir() + "/1.0.0_change.sql");
  text.replace(text.find("1.0.0 change"), 12, "1.0.0 other");
  world.WriteFile("1.0.0_other.sql", text);
  world.RenewSum();
  const Said said = world.Ferry({"lint"});
  EXPECT_EQ(said.exit_code, 1);
  EXPECT_THAT(said.all(),
              AllOf(HasSubstr("FE0109"), HasSubstr("1.0.0_change.sql"), HasSubstr("1.0.0_other.sql")));
}

TEST(RefuseTest, AVerifyQueryThatReturnsTwoRowsIsRefusedBeforeAnythingRuns) {
  World world({.environments = {"dev"}});
  world.Write("1.0.0", "CREATE TABLE a (id int);", "DROP TABLE a;",
              "SELECT true FROM pg_catalog.pg_class LIMIT 2;");
  world.StartAll();
  world.Expect(0, {"plan", "register"});
  const Said said = world.Ferry({"promote", "--to", "dev"});
  EXPECT_EQ(said.exit_code, 5) << said.all();
  EXPECT_THAT(said.all(), AllOf(HasSubstr("FE0802"), HasSubstr("1.0.0_change.sql:"), HasSubstr("next:")));
  EXPECT_EQ(world.Value("dev", "SELECT to_regclass('public.a')"), "");
  EXPECT_EQ(world.Applied("dev"), "");
}

TEST(RefuseTest, AMigrationThatFailsHalfWayLeavesNothingBehind) {
  World world({.environments = {"dev", "staging"}});
  world.Write("1.0.0", "CREATE TABLE a (id int);", "DROP TABLE a;");
  world.StartAll();
  world.PromoteEverywhere();
  world.Write("1.1.0", "CREATE TABLE b (id int);\nALTER TABLE a ADD CONSTRAINT positive CHECK (id > 0);",
              "ALTER TABLE a DROP CONSTRAINT positive;\nDROP TABLE b;");
  world.Execute("staging", "INSERT INTO a VALUES (-1)");
  world.Expect(0, {"plan", "register"});
  world.Expect(0, {"promote", "--to", "dev"});
  const Said failed = world.Expect(5, {"promote", "--to", "staging"});
  EXPECT_THAT(failed.all(), AllOf(HasSubstr("FE0601"), HasSubstr("23514"), HasSubstr("1.1.0_change.sql:"),
                                  HasSubstr("next:")));
  EXPECT_THAT(failed.all(), ::testing::Not(HasSubstr("Failing row"))) << "row data must stay in the database";
  EXPECT_EQ(world.Value("staging", "SELECT to_regclass('public.b')"), "");
  EXPECT_EQ(world.Applied("staging"), "1.0.0");
  world.Execute("staging", "DELETE FROM a");
  world.Expect(0, {"promote", "--to", "staging"});
  EXPECT_EQ(world.Applied("staging"), "1.0.0,1.1.0");
}

TEST(RefuseTest, AVersionThatStoppedHalfWayNeedsAPersonAndIsNotForgottenUnderAnotherOne) {
  World world({.environments = {"dev"}});
  world.Write("1.0.0", "CREATE TABLE a (id int PRIMARY KEY, b int);\nINSERT INTO a VALUES (1, 0);",
              "DROP TABLE a;");
  world.StartAll();
  world.PromoteEverywhere();
  world.Write("1.1.0",
              "ALTER TABLE a ADD COLUMN c int;\n\n"
              "-- ferry:backfill table=a batch=10\nUPDATE a SET c = 1 / b WHERE c IS NULL;",
              "ALTER TABLE a DROP COLUMN c;");
  world.Expect(0, {"plan", "register"});
  const Said stopped = world.Expect(6, {"promote", "--to", "dev"});
  EXPECT_THAT(stopped.all(), AllOf(HasSubstr("FE0601"), HasSubstr("22012"), HasSubstr("next:")));
  EXPECT_EQ(world.Applied("dev"), "1.0.0") << "a version counts as applied with its last segment";

  ASSERT_EQ(unlink((world.plan_dir() + "/1.1.0_change.sql").c_str()), 0);
  world.Write("1.2.0", "CREATE TABLE other (id int);", "DROP TABLE other;");
  world.Expect(0, {"plan", "register"});
  const Said refused = world.Ferry({"promote", "--to", "dev"});
  EXPECT_NE(refused.exit_code, 0);
  EXPECT_THAT(refused.all(), AllOf(HasSubstr("FE0507"), HasSubstr("1.1.0")));
  EXPECT_EQ(world.Value("dev", "SELECT to_regclass('public.other')"), "");
}

TEST(RefuseTest, TheOrderOfThePipelineIsKept) {
  World world({.environments = {"dev", "staging"}});
  world.Write("1.0.0", "CREATE TABLE a (id int);", "DROP TABLE a;");
  world.StartAll();
  world.Expect(0, {"plan", "register"});
  const Said said = world.Expect(7, {"promote", "--to", "staging"});
  EXPECT_THAT(said.err, AllOf(HasSubstr("FE0304"), HasSubstr("ferry promote 1.0.0 --to dev")));
  EXPECT_THAT(world.Ferry({"promote", "--to", "qa"}).err, HasSubstr("FE0301"));
  EXPECT_THAT(world.Ferry({"promote", "9.9.9", "--to", "dev"}).err, HasSubstr("FE0204"));
}

TEST(RefuseTest, AnIrreversibleMigrationIsNotRolledBack) {
  World world({.environments = {"dev"}});
  world.Write("1.0.0", "CREATE TABLE a (id int);", "-- ferry:down irreversible reason=drops-data");
  world.StartAll();
  world.PromoteEverywhere();
  const Said said = world.Ferry({"rollback", "dev"});
  EXPECT_NE(said.exit_code, 0);
  EXPECT_THAT(said.all(), HasSubstr("FE0306"));
  EXPECT_EQ(world.Applied("dev"), "1.0.0");
}

TEST(RefuseTest, ALedgerThatDisagreesWithThePlanStopsThePromotion) {
  World world({.environments = {"dev"}});
  world.Write("1.0.0", "CREATE TABLE a (id int);", "DROP TABLE a;");
  world.StartAll();
  world.PromoteEverywhere();
  world.Execute("dev", "UPDATE ferry.schema_version SET checksum = repeat('0', 64)");
  world.Write("1.1.0", "CREATE TABLE b (id int);", "DROP TABLE b;");
  world.Expect(0, {"plan", "register"});
  const Said said = world.Ferry({"promote", "--to", "dev"});
  EXPECT_NE(said.exit_code, 0);
  EXPECT_THAT(said.all(), HasSubstr("FE0507"));
  EXPECT_EQ(world.Value("dev", "SELECT to_regclass('public.b')"), "");
}

}  // namespace
}  // namespace ferry::test
