// Holding a promotion, letting it go on, ending it; and what an agent holds by itself because nobody but a
// person can tell what is true.
#include <signal.h>

#include "tests/e2e/world.h"

namespace ferry::test {
namespace {

using ::testing::HasSubstr;

std::string Filled(World& world) { return world.Value("dev", "SELECT count(b) FROM a"); }

TEST(HeldTest, ABackfillIsHeldAtABatchAndGoesOnWhereItWas) {
  World world({.environments = {"dev"}});
  world.StartSlowBackfill();
  world.Expect(0, {"hold", "dev", "--reason", "checkout is slow"});
  world.WaitForPromotion("dev", {"held"});
  EXPECT_EQ(Filled(world), "50");
  const Said refused = world.Expect(7, {"promote", "--to", "dev"});
  EXPECT_THAT(refused.all(), HasSubstr("FE0302"));
  EXPECT_THAT(world.Expect(6, {"watch", "dev"}).all(), HasSubstr("checkout is slow"));
  // Held is held: neither a new controller nor a new agent lets it go on.
  world.KillController();
  world.KillAgent("dev");
  world.SetLimits("dev", "{ lock_timeout: 2s, lock_retries: 3, batch_pause: 0s }");
  world.StartAll();
  world.WaitForPromotion("dev", {"held"});
  EXPECT_EQ(Filled(world), "50");
  EXPECT_THAT(world.Expect(0, {"resume", "dev"}).all(), HasSubstr("checkout is slow"));
  EXPECT_EQ(Filled(world), "200");
  EXPECT_EQ(world.Applied("dev"), "1.0.0,1.1.0");
  EXPECT_THAT(world.Expect(7, {"resume", "dev"}).all(), HasSubstr("FE0308"));
}

TEST(HeldTest, AnAbortEndsItWhereItIsAndAnotherPromotionFinishesIt) {
  World world({.environments = {"dev"}});
  world.StartSlowBackfill();
  EXPECT_THAT(world.Expect(7, {"abort", "dev"}).all(), HasSubstr("FE0310"));
  world.Expect(0, {"hold", "dev"});
  world.WaitForPromotion("dev", {"held"});
  EXPECT_THAT(world.Expect(0, {"abort", "dev", "--reason", "not today"}).all(),
              HasSubstr("Nothing is undone"));
  world.WaitForPromotion("dev", {"cancelled"});
  EXPECT_EQ(Filled(world), "50");
  world.SetLimits("dev", "{ lock_timeout: 2s, lock_retries: 3, batch_pause: 0s }");
  world.Reload("dev");
  ASSERT_TRUE(world.agent("dev").WaitForLine("read again").has_value());
  world.Expect(0, {"promote", "--to", "dev"});
  EXPECT_EQ(Filled(world), "200");
}

TEST(HeldTest, AThrottledBackfillGoesAtThePaceThatWasAskedFor) {
  World world({.environments = {"dev"}});
  world.StartSlowBackfill();
  EXPECT_THAT(world.Expect(64, {"throttle", "dev", "--batch-pause", "fast"}).all(), HasSubstr("FE0901"));
  world.Expect(0, {"throttle", "dev", "--batch-pause", "1ms"});
  world.WaitForPromotion("dev", {"succeeded"});
  EXPECT_EQ(Filled(world), "200");
}

TEST(HeldTest, ADatabaseThatIsAnOlderCopyIsHeldUntilSomebodyHasLooked) {
  World world({.environments = {"dev"}});
  world.Write("1.0.0", "CREATE TABLE a (id int);", "DROP TABLE a;");
  world.StartAll();
  world.PromoteEverywhere();
  const std::string name = world.DatabaseName("dev");
  const auto run = [&](const std::string& sql) { world.cluster().Execute("postgres", {sql}); };
  const auto kick = [&] {
    run("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '" + name + "'");
  };
  world.KillAgent("dev");
  kick();
  run("CREATE DATABASE older_copy TEMPLATE " + name);
  world.StartAgent("dev");
  world.WaitForAgents();
  world.Write("1.1.0", "ALTER TABLE a ADD COLUMN b int;", "ALTER TABLE a DROP COLUMN b;");
  world.Expect(0, {"plan", "register"});
  world.Expect(0, {"promote", "--to", "dev"});
  world.KillAgent("dev");
  kick();
  run("DROP DATABASE " + name);
  run("ALTER DATABASE older_copy RENAME TO " + name);
  world.StartAgent("dev");
  world.WaitForAgents();
  const Said held = world.Expect(6, {"promote", "--to", "dev"});
  EXPECT_THAT(held.all(), HasSubstr("FE0507"));
  EXPECT_THAT(held.all(), HasSubstr("apply 1.1.0"));
  EXPECT_EQ(world.Applied("dev"), "1.0.0");
  EXPECT_EQ(world.Expect(6, {"resume", "dev"}).exit_code, 6) << "looking again finds the same";
  world.Expect(0, {"resume", "dev", "--trust-ledger"});
  EXPECT_EQ(world.Applied("dev"), "1.0.0,1.1.0");
}

TEST(HeldTest, AnAgentThatDiesAtTheSameStepAgainAndAgainIsNotKeptDying) {
  World world({.environments = {"dev"}});
  world.Write("1.0.0", "CREATE TABLE a (id int);", "DROP TABLE a;");
  world.StartController();
  world.StartAgent("dev");
  world.WaitForAgents();
  world.Expect(0, {"plan", "register"});
  world.KillAgent("dev");
  world.StartAgent("dev", "apply.begin.after=kill");
  world.WaitForAgents();
  world.Expect(0, {"promote", "--to", "dev", "--detach"});
  for (int death = 1; death <= 5; ++death) {
    ASSERT_EQ(world.agent("dev").Wait(), 128 + SIGKILL) << death;
    world.StartAgent("dev", "apply.begin.after=kill");
  }
  world.WaitForPromotion("dev", {"held"});
  EXPECT_THAT(world.Expect(6, {"watch", "dev"}).all(),
              ::testing::AllOf(HasSubstr("FE0616"), HasSubstr("ferry resume dev, or ferry abort dev")));
  EXPECT_EQ(world.Applied("dev"), "");
  world.KillAgent("dev");
  world.StartAgent("dev");
  world.WaitForAgents();
  world.Expect(0, {"resume", "dev"});
  EXPECT_EQ(world.Applied("dev"), "1.0.0");
}

}  // namespace
}  // namespace ferry::test
