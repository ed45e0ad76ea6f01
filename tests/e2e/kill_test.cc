// kill -9 of the agent and of the controller in every step: nothing lost, nothing applied twice, and the
// promotion ends right after a restart. The effect is an INSERT into a table without a unique key, so that a
// second one would show.
#include <signal.h>

#include "tests/e2e/world.h"

namespace ferry::test {
namespace {

void WritePlan(World& world) {
  world.Write("1.0.0",
              "CREATE TABLE effect (n int);\nCREATE TABLE a (id int PRIMARY KEY, b int);\n"
              "INSERT INTO a SELECT g, NULL FROM generate_series(1, 300) g;",
              "DROP TABLE effect;\nDROP TABLE a;");
  world.Write("1.1.0",
              "INSERT INTO effect VALUES (1);\nALTER TABLE a ADD COLUMN c int;\n\n"
              "-- ferry:backfill table=a batch=100\nUPDATE a SET b = 1 WHERE b IS NULL;\n\n"
              "-- ferry:up\nINSERT INTO effect VALUES (2);",
              "DELETE FROM effect;\nALTER TABLE a DROP COLUMN c;\nUPDATE a SET b = NULL;",
              "SELECT count(*) = 2 FROM effect;");
}

void ExpectAppliedOnce(World& world) {
  EXPECT_EQ(world.Applied("dev"), "1.0.0,1.1.0");
  EXPECT_EQ(world.Value("dev", "SELECT string_agg(n::text, ',' ORDER BY n) FROM effect"), "1,2");
  EXPECT_EQ(world.Value("dev", "SELECT count(*) FROM a WHERE b = 1"), "300");
  EXPECT_EQ(
      world.Value("dev",
                  "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'ferry/dev-1/%' AND "
                  "datname = current_database() AND state <> 'idle'"),
      "0");
  world.Expect(0, {"audit", "verify"});
}

class AgentKillTest : public ::testing::TestWithParam<std::string> {};

TEST_P(AgentKillTest, APromotionEndsAfterTheAgentIsBackAndTookEffectOnce) {
  World world({.environments = {"dev"}});
  WritePlan(world);
  world.StartController();
  world.StartAgent("dev");
  world.WaitForAgents();
  world.PromoteEverywhere("1.0.0");
  world.agent("dev").Kill();
  world.StartAgent("dev", GetParam() + "=kill");
  world.WaitForAgents();
  world.Ferry({"promote", "1.1.0", "--to", "dev", "--detach"});
  ASSERT_EQ(world.agent("dev").Wait(), 128 + SIGKILL) << GetParam() << " was never reached";
  world.StartAgent("dev");
  world.WaitForPromotion("dev", {"succeeded"});
  ExpectAppliedOnce(world);
}

INSTANTIATE_TEST_SUITE_P(Steps, AgentKillTest,
                         ::testing::Values("agent.received.after", "agent.journaled.after",
                                           "preflight.installed.after", "backup.after", "apply.begin.after",
                                           "apply.statement.after", "apply.ledger.after",
                                           "apply.commit.after", "backfill.batch.after", "verify.before",
                                           "report.journal.before", "report.journal.after",
                                           "ack.received.before"),
                         [](const auto& which) {
                           std::string name = which.param;
                           for (char& c : name) c = c == '.' ? '_' : c;
                           return name;
                         });

class ControllerKillTest : public ::testing::TestWithParam<std::string> {};

TEST_P(ControllerKillTest, APromotionEndsAfterTheControllerIsBackAndTookEffectOnce) {
  World world({.environments = {"dev"}});
  WritePlan(world);
  world.StartController();
  world.StartAgent("dev");
  world.WaitForAgents();
  world.PromoteEverywhere("1.0.0");
  world.KillController();
  world.StartController(GetParam());
  world.WaitForAgents();
  const auto asked = world.StartFerry({"promote", "1.1.0", "--to", "dev", "--detach"});
  ASSERT_EQ(world.controller().Wait(), 128 + SIGKILL) << GetParam() << " was never reached";
  world.StartController();
  world.WaitForAgents();
  world.WaitForPromotion("dev", {"succeeded"});
  ExpectAppliedOnce(world);
}

// Each durable write of a promotion with six steps: append.N is the N-th decision.
INSTANTIATE_TEST_SUITE_P(Writes, ControllerKillTest,
                         ::testing::Values("controller.created.after=kill", "controller.append.before=kill:1",
                                           "controller.append.after=kill:1",
                                           "controller.append.before=kill:2",
                                           "controller.append.after=kill:3", "controller.sent.after=kill:4",
                                           "controller.append.before=kill:6",
                                           "controller.append.after=kill:6", "controller.append.after=kill:8",
                                           "controller.append.before=kill:10"),
                         [](const auto& which) {
                           std::string name = which.param;
                           for (char& c : name)
                             c = std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
                           return name;
                         });

TEST(KillTest, ARollbackInterruptedByAKillEndsAfterARestart) {
  World world({.environments = {"dev"}});
  WritePlan(world);
  world.StartAll();
  world.PromoteEverywhere();
  world.agent("dev").Kill();
  world.StartAgent("dev", "rollback.statement.after=kill");
  world.WaitForAgents();
  world.Ferry({"rollback", "dev", "--detach"});
  ASSERT_EQ(world.agent("dev").Wait(), 128 + SIGKILL);
  EXPECT_EQ(world.Applied("dev"), "1.0.0,1.1.0") << "nothing of the rollback may remain";
  world.StartAgent("dev");
  world.WaitForPromotion("dev", {"succeeded"});
  EXPECT_EQ(world.Applied("dev"), "1.0.0");
  EXPECT_EQ(world.Value("dev", "SELECT count(*) FROM effect"), "0");
}

TEST(KillTest, AFreshAgentWithoutItsJournalFindsOutFromTheLedger) {
  World world({.environments = {"dev"}});
  WritePlan(world);
  world.StartController();
  world.StartAgent("dev");
  world.WaitForAgents();
  world.PromoteEverywhere("1.0.0");
  world.agent("dev").Kill();
  world.StartAgent("dev", "apply.commit.after=kill");
  world.WaitForAgents();
  world.Ferry({"promote", "1.1.0", "--to", "dev", "--detach"});
  ASSERT_EQ(world.agent("dev").Wait(), 128 + SIGKILL);
  for (const char* file : {"journal.db", "journal.db-wal", "journal.db-shm"}) {
    unlink((world.dir().File("state-dev/") + file).c_str());
  }
  world.StartAgent("dev");
  world.WaitForPromotion("dev", {"succeeded"});
  ExpectAppliedOnce(world);
}

}  // namespace
}  // namespace ferry::test
