// The main job: a migration goes from dev over staging to prod and back, with the real programs.
#include "tests/e2e/world.h"

namespace ferry::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

void WriteTwoVersions(World& world) {
  world.Write("1.0.0", "CREATE TABLE prices (id bigint PRIMARY KEY, close numeric);", "DROP TABLE prices;",
              "SELECT count(*) = 1 FROM pg_tables WHERE tablename = 'prices';");
  world.Write("1.1.0",
              "ALTER TABLE prices ADD COLUMN adjusted_close numeric;\n\n"
              "-- ferry:backfill table=prices batch=100\n"
              "UPDATE prices SET adjusted_close = close WHERE adjusted_close IS NULL AND close IS NOT NULL;",
              "ALTER TABLE prices DROP COLUMN adjusted_close;",
              "SELECT count(*) = 0 FROM prices WHERE adjusted_close IS NULL AND close IS NOT NULL;");
}

TEST(PromoteTest, AMigrationGoesFromDevOverStagingToProdAndBack) {
  World world;
  WriteTwoVersions(world);
  world.StartAll();
  world.PromoteEverywhere("1.0.0");
  for (const char* environment : {"dev", "staging", "prod"}) {
    EXPECT_EQ(world.Applied(environment), "1.0.0") << environment;
    world.Execute(environment, "INSERT INTO prices SELECT g, g FROM generate_series(1, 1050) g");
  }
  EXPECT_THAT(world.Expect(0, {"status"}).out, HasSubstr("1.1.0"));

  const Said promoted = world.Expect(0, {"promote", "1.1.0", "--to", "dev"});
  EXPECT_THAT(promoted.out, AllOf(HasSubstr("backup"), HasSubstr("apply 1.1.0"), HasSubstr("verify 1.1.0")));
  EXPECT_EQ(world.Value("dev", "SELECT count(*) FROM prices WHERE adjusted_close = close"), "1050");
  EXPECT_THAT(world.Expect(2, {"diff", "dev", "prod", "--exit-code"}).out, HasSubstr("adjusted_close"));

  world.Expect(0, {"promote", "--to", "staging"});
  world.Expect(0, {"promote", "--to", "prod"});
  world.Expect(0, {"diff", "dev", "staging", "prod", "--exit-code"});

  EXPECT_EQ(world.Value("prod",
                        "SELECT version || ' ' || description || ' ' || agent FROM ferry.schema_version "
                        "WHERE length(plan_digest) = 64 AND length(checksum) = 64 AND backup_id LIKE 'bak-%' "
                        "AND duration IS NOT NULL AND applied_at <= now() AND version = '1.1.0'"),
            "1.1.0 what 1.1.0 does agent-prod");

  world.Expect(0, {"rollback", "dev"});
  EXPECT_EQ(world.Applied("dev"), "1.0.0");
  EXPECT_THAT(world.Expect(2, {"diff", "dev", "prod", "--exit-code"}).out, HasSubstr("adjusted_close"));
  world.Expect(0, {"promote", "--to", "dev"});
  world.Expect(0, {"diff", "dev", "prod", "--exit-code"});

  const Said history = world.Expect(0, {"history"});
  EXPECT_THAT(history.out, AllOf(HasSubstr("rollback"), HasSubstr("prod")));
  world.Expect(0, {"audit", "verify"});
}

TEST(PromoteTest, AskingAgainVerifiesAndChangesNothing) {
  World world({.environments = {"dev"}});
  WriteTwoVersions(world);
  world.StartAll();
  world.PromoteEverywhere();
  const std::string events = world.Value("dev", "SELECT count(*) FROM ferry.event WHERE kind <> 'backup'");
  world.Expect(0, {"promote", "--to", "dev"});
  EXPECT_EQ(world.Value("dev", "SELECT count(*) FROM ferry.event WHERE kind <> 'backup'"), events);
}

TEST(PromoteTest, PlanShowsExactlyWhatWouldRunAndRunsNothing) {
  World world({.environments = {"dev"}});
  WriteTwoVersions(world);
  world.StartAll();
  world.Expect(0, {"plan", "register"});
  const Said sql = world.Expect(0, {"plan", "dev", "--format", "sql"});
  EXPECT_THAT(sql.out, AllOf(HasSubstr("CREATE TABLE prices"), HasSubstr("COMMIT"), HasSubstr("lock_timeout"),
                             HasSubstr("ADD COLUMN adjusted_close")));
  EXPECT_THAT(world.Expect(0, {"plan", "dev"}).out, AllOf(HasSubstr("1.0.0"), HasSubstr("1.1.0")));
  EXPECT_EQ(world.Applied("dev"), "");
  world.Expect(2, {"plan", "dev", "--exit-code"});
}

TEST(PromoteTest, JsonForScriptsIsJsonAndPipedOutputHasNoEscapes) {
  World world({.environments = {"dev"}});
  WriteTwoVersions(world);
  world.StartAll();
  world.PromoteEverywhere("1.0.0");
  EXPECT_EQ(world.Json({"status"})["schema"], "ferry/status/v1");
  EXPECT_EQ(world.Json({"history"})["schema"], "ferry/history/v1");
  EXPECT_EQ(world.Json({"agent", "list"})["agents"][0]["agent_id"], "agent-dev");
  for (const std::vector<std::string>& command :
       {std::vector<std::string>{"status"}, {"history"}, {"agent", "list"}, {"plan", "list"}}) {
    EXPECT_THAT(world.Expect(0, command).out, Not(HasSubstr("\x1b")));
  }
}

TEST(PromoteTest, ARollbackBeforeTheFirstVersionLeavesAnEmptySchema) {
  World world({.environments = {"dev"}});
  WriteTwoVersions(world);
  world.StartAll();
  world.PromoteEverywhere();
  world.Expect(0, {"rollback", "dev", "--to", "0"});
  EXPECT_EQ(world.Applied("dev"), "");
  EXPECT_EQ(world.Value("dev", "SELECT to_regclass('public.prices')"), "");
}

}  // namespace
}  // namespace ferry::test
