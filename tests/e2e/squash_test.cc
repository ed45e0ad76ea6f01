// Old history becomes one file: targets that have lived through it go on, fresh ones run the file, and both
// are the same.
#include "tests/e2e/world.h"

namespace ferry::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

std::string ScratchUrl(World& world) {
  std::string text;
  for (const auto& [keyword, value] : world.cluster().LoginOf("postgres", "postgres")) {
    text += keyword + "='" + value + "' ";
  }
  return text;
}

void WriteOldPlan(World& world) {
  world.Write("1.0.0", "CREATE TABLE prices (id bigint PRIMARY KEY, close numeric);", "DROP TABLE prices;");
  world.Write("1.1.0", "ALTER TABLE prices ADD COLUMN note text;\nINSERT INTO prices VALUES (1, 2, 'seed');",
              "ALTER TABLE prices DROP COLUMN note;");
  world.Write("1.2.0", "CREATE INDEX CONCURRENTLY by_close ON prices (close);", "DROP INDEX by_close;");
}

void Squash(World& world) { world.Expect(0, {"squash", "--up-to", "1.2.0", "--scratch", ScratchUrl(world)}); }

TEST(SquashTest, TargetsWithTheHistoryGoOnAndAFreshOneRunsTheSquash) {
  World world;
  WriteOldPlan(world);
  world.StartAll();
  world.Expect(0, {"plan", "register"});
  world.Expect(0, {"promote", "--to", "dev"});
  world.Expect(0, {"promote", "--to", "staging"});
  Squash(world);
  world.Write("1.3.0", "CREATE TABLE later (id int PRIMARY KEY);", "DROP TABLE later;", "SELECT true;",
              "-- requires: 1.0.0\n");
  world.Expect(0, {"plan", "register"});
  EXPECT_THAT(world.Expect(0, {"plan", "dev"}).out, HasSubstr("1.3.0"));
  for (const char* environment : {"dev", "staging", "prod"})
    world.Expect(0, {"promote", "--to", environment});
  EXPECT_EQ(world.Applied("dev"), "1.0.0,1.1.0,1.2.0,1.3.0");
  EXPECT_EQ(world.Applied("staging"), "1.0.0,1.1.0,1.2.0,1.3.0");
  EXPECT_EQ(world.Applied("prod"), "1.2.0,1.3.0");
  EXPECT_EQ(world.Value("prod", "SELECT note FROM prices"), "seed");
  world.Expect(0, {"diff", "dev", "prod", "--exit-code"});
  world.Expect(0, {"promote", "--to", "dev"});  // there already: verifies

  // Back by one, not into what was squashed.
  world.Expect(0, {"rollback", "dev"});
  EXPECT_EQ(world.Applied("dev"), "1.0.0,1.1.0,1.2.0");
  const Said refused = world.Expect(7, {"rollback", "dev", "--to", "1.0.0"});
  EXPECT_THAT(refused.all(), AllOf(HasSubstr("FE0306"), HasSubstr("squashed")));
  world.Expect(7, {"rollback", "prod", "--to", "0"});
  EXPECT_EQ(world.Applied("dev"), "1.0.0,1.1.0,1.2.0");
  EXPECT_EQ(world.Applied("prod"), "1.2.0,1.3.0");
  world.Expect(0, {"audit", "verify"});
}

TEST(SquashTest, ATargetHalfWayIsToldToFinishTheOldPlanFirst) {
  World world({.environments = {"dev"}});
  WriteOldPlan(world);
  world.StartAll();
  world.PromoteEverywhere("1.1.0");
  const std::string old = world.Json({"plan", "list"})["plans"][0]["digest"];
  Squash(world);
  world.Expect(0, {"plan", "register"});
  const Said refused = world.Expect(7, {"promote", "--to", "dev"});
  EXPECT_THAT(refused.all(),
              AllOf(HasSubstr("FE0507"), HasSubstr("promote the plan before the squash first")));
  EXPECT_EQ(world.Applied("dev"), "1.0.0,1.1.0");
  world.Expect(0, {"promote", "1.2.0", "--to", "dev", "--plan", old});
  world.Expect(0, {"promote", "--to", "dev"});
  EXPECT_EQ(world.Applied("dev"), "1.0.0,1.1.0,1.2.0");
}

TEST(SquashTest, ASquashOfOtherBytesThanThoseRegisteredIsAChangedMigration) {
  World world({.environments = {"dev"}});
  WriteOldPlan(world);
  world.StartAll();
  world.PromoteEverywhere();
  world.Write("1.1.0", "ALTER TABLE prices ADD COLUMN other text;", "ALTER TABLE prices DROP COLUMN other;");
  Squash(world);
  const Said refused = world.Expect(7, {"plan", "register"});
  EXPECT_THAT(refused.err, AllOf(HasSubstr("FE0202"), HasSubstr("1.1.0"), HasSubstr("other bytes")));
}

}  // namespace
}  // namespace ferry::test
