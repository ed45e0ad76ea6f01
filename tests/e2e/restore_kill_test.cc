// kill -9 of the agent, of the controller and of backends in every part of a restore: it ends by itself after
// a restart, the names are exchanged once, and no row that was committed before the backup is missing.
#include <signal.h>

#include "absl/strings/str_cat.h"
#include "tests/e2e/world.h"

namespace ferry::test {
namespace {

std::string Arrange(World& world) {
  world.Write("1.0.0", "CREATE TABLE a (id int PRIMARY KEY);", "DROP TABLE a;");
  world.Write("1.1.0", "CREATE TABLE b (id int);", "DROP TABLE b;");
  world.StartController();
  world.StartAgent("dev");
  world.WaitForAgents();
  world.PromoteEverywhere("1.0.0");
  world.Execute("dev", "INSERT INTO a SELECT generate_series(1, 500)");
  world.Expect(0, {"promote", "1.1.0", "--to", "dev"});
  world.Execute("dev", "INSERT INTO a VALUES (501)");
  return world.Json({"backup", "list", "dev"})["backups"][0].value("backup_id", "");
}

void ExpectRestoredOnce(World& world) {
  world.WaitForPromotion("dev", {"succeeded"});
  EXPECT_EQ(world.Applied("dev"), "1.0.0");
  EXPECT_EQ(world.Value("dev", "SELECT count(*) FROM a"), "500");
  EXPECT_EQ(world.Value("dev", "SELECT count(*) FROM ferry.event WHERE kind = 'restored'"), "1");
  const std::string like = absl::StrCat("SELECT count(*) FROM pg_database WHERE starts_with(datname, '",
                                        world.DatabaseName("dev"), "__");
  EXPECT_EQ(world.Value("dev", like + "restore')"), "0");
  EXPECT_EQ(world.Value("dev", like + "before')"), "1");
  world.Expect(0, {"promote", "--to", "dev"});
  EXPECT_EQ(world.Applied("dev"), "1.0.0,1.1.0");
  world.Expect(0, {"audit", "verify"});
}

std::string Word(std::string name) {
  for (char& c : name) c = std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  return name;
}

class RestoreAgentKillTest : public ::testing::TestWithParam<std::string> {};

TEST_P(RestoreAgentKillTest, ItEndsAfterTheAgentIsBack) {
  World world({.environments = {"dev"}});
  world.SetHooks("dev", "{ quiesce: { command: [/bin/true] }, resume: { command: [/bin/true] } }");
  const std::string backup = Arrange(world);
  world.KillAgent("dev");
  world.StartAgent("dev", GetParam() + "=kill");
  world.WaitForAgents();
  world.Ferry({"restore", "dev", backup, "--yes", "--detach"});
  ASSERT_EQ(world.agent("dev").Wait(), 128 + SIGKILL) << GetParam() << " was never reached";
  world.StartAgent("dev");
  ExpectRestoredOnce(world);
}

INSTANTIATE_TEST_SUITE_P(Steps, RestoreAgentKillTest,
                         ::testing::Values("restore.created.after", "restore.loaded.after",
                                           "restore.verified.after", "swap.quiesced.after",
                                           "swap.ledger.after", "swap.renamed.before", "swap.renamed.after",
                                           "swap.resumed.before"),
                         [](const auto& which) { return Word(which.param); });

class RestoreControllerKillTest : public ::testing::TestWithParam<std::string> {};

TEST_P(RestoreControllerKillTest, ItEndsAfterTheControllerIsBack) {
  World world({.environments = {"dev"}});
  const std::string backup = Arrange(world);
  world.KillController();
  world.StartController(GetParam());
  world.WaitForAgents();
  const auto asked = world.StartFerry({"restore", "dev", backup, "--yes", "--detach"});
  ASSERT_EQ(world.controller().Wait(), 128 + SIGKILL) << GetParam() << " was never reached";
  world.StartController();
  world.WaitForAgents();
  ExpectRestoredOnce(world);
}

// Three steps: preflight, restore, swap.
INSTANTIATE_TEST_SUITE_P(Writes, RestoreControllerKillTest,
                         ::testing::Values("controller.created.after=kill", "controller.append.after=kill:2",
                                           "controller.sent.after=kill:2", "controller.append.before=kill:3",
                                           "controller.sent.after=kill:3", "controller.append.before=kill:4"),
                         [](const auto& which) { return Word(which.param); });

TEST(RestoreBackendKillTest, ABackendThatIsKilledWhilePgRestoreRunsFailsItAndTheNextOneSucceeds) {
  World world({.environments = {"dev"}});
  const std::string backup = Arrange(world);
  world.StartFerry({"restore", "dev", backup, "--yes", "--detach"})->Wait();
  const std::string kill = absl::StrCat(
      "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = 'ferry_restore' AND "
      "datname LIKE '",
      world.DatabaseName("dev"), "\\_\\_restore%'");
  WaitUntil([&] { return world.Value("dev", kill) != "0" || world.Applied("dev") == "1.0.0"; },
            absl::Seconds(20));
  const std::string state = world.WaitForPromotion("dev", {"succeeded", "failed"});
  if (state == "failed") world.Expect(0, {"restore", "dev", backup, "--yes"});
  ExpectRestoredOnce(world);
}

}  // namespace
}  // namespace ferry::test
