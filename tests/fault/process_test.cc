// Programs that die, stop and come twice, where the kill points of tests/e2e do not reach. The effect is an
// INSERT into a table without a unique key.
#include <signal.h>

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "tests/e2e/world.h"
#include "tests/fault/proxy.h"

namespace ferry::test {
namespace {

using ::testing::HasSubstr;

constexpr char kOurs[] = "application_name LIKE 'ferry/dev-1/%' AND datname = current_database()";

class ProcessFaultTest : public ::testing::Test {
 protected:
  ProcessFaultTest() : world_({.environments = {"dev"}}) {}

  void Begin() {
    world_.Write("1.0.0", "CREATE TABLE effect (n int);\nCREATE TABLE a (id int);", "DROP TABLE effect;");
    world_.StartAll();
    world_.PromoteEverywhere();
  }
  void Change(const std::string& more = "") {
    world_.Write("1.1.0", absl::StrCat("INSERT INTO effect VALUES (1);\n", more), "DELETE FROM effect;");
    world_.Expect(0, {"plan", "register"});
  }
  bool Runs(const std::string& statement) {
    return WaitUntil([&] {
      return world_.Value("dev", absl::StrCat("SELECT count(*) FROM pg_stat_activity WHERE ", kOurs,
                                              " AND query LIKE '", statement, "%' AND state = 'active'")) ==
             "1";
    });
  }
  void PromoteUntil(const std::string& statement) {
    world_.Ferry({"promote", "--to", "dev", "--detach"});
    ASSERT_TRUE(Runs(statement));
  }
  // Stopped by the kernel: by SIGSTOP, its own or somebody's.
  bool IsStopped() {
    return WaitUntil([this] {
      const std::string stat = ReadFile(absl::StrCat("/proc/", world_.agent("dev").pid(), "/stat"));
      return stat.find(") T") != std::string::npos;
    });
  }
  void ExpectEffects(const std::string& count) {
    EXPECT_EQ(world_.Value("dev", "SELECT count(*) FROM effect"), count);
  }

  World world_;
};

TEST_F(ProcessFaultTest, AnAgentThatIsBackAtOnceEndsItsOldBackendBeforeItLooks) {
  Begin();
  Change("SELECT pg_sleep(2);");
  PromoteUntil("SELECT pg_sleep(2)");
  world_.KillAgent("dev");
  world_.StartAgent("dev");
  world_.WaitForPromotion("dev", {"succeeded"});
  ExpectEffects("1");
  EXPECT_EQ(world_.Value("dev", absl::StrCat("SELECT count(*) FROM pg_stat_activity WHERE ", kOurs)), "0");
}

// Whoever a concurrent build would wait for is waited for outside it; kills inside one are the campaign's.
TEST_F(ProcessFaultTest, KilledWhileAConcurrentBuildWaitsForItsTurnItLeavesAValidIndex) {
  Begin();
  const auto blocker = world_.Open("dev");
  for (const bool writes : {true, false}) {
    const std::string version = writes ? "1.1.0" : "1.2.0";
    const std::string index = writes ? "i1" : "i2";
    world_.Write(version,
                 absl::StrCat("CREATE INDEX CONCURRENTLY ", index,
                              " ON a (id);\n"
                              "INSERT INTO effect VALUES (1);"),
                 absl::StrCat("DROP INDEX CONCURRENTLY ", index, ";"));
    world_.Expect(0, {"plan", "register"});
    ASSERT_TRUE(blocker->Query("BEGIN ISOLATION LEVEL REPEATABLE READ").ok());
    ASSERT_TRUE(
        blocker->Query(writes ? "INSERT INTO public.a VALUES (1)" : "SELECT 1 FROM public.effect").ok());
    world_.Ferry({"promote", "--to", "dev", "--detach"});
    ASSERT_TRUE(world_.agent("dev").WaitForLine(absl::StrCat("apply ", version, " attempt")).has_value());
    world_.KillAgent("dev");
    world_.StartAgent("dev");
    blocker->Rollback();
    world_.WaitForPromotion("dev", {"succeeded"});
    EXPECT_EQ(world_.Value("dev", absl::StrCat("SELECT indisvalid FROM pg_index WHERE indexrelid = '", index,
                                               "'::regclass")),
              "t");
    EXPECT_EQ(world_.Value("dev", "SELECT count(*) FROM pg_index WHERE NOT indisvalid"), "0");
  }
  ExpectEffects("2");
}

TEST_F(ProcessFaultTest, ACliThatDiesRightAfterItsRequestHasStartedOnePromotion) {
  Begin();
  Change("SELECT pg_sleep(1);");
  const auto promote = world_.StartFerry({"promote", "--to", "dev"});
  ASSERT_TRUE(Runs("SELECT pg_sleep(1)"));
  promote->Kill();
  EXPECT_THAT(world_.Expect(7, {"promote", "--to", "dev"}).all(), HasSubstr("FE0302"));
  world_.WaitForPromotion("dev", {"succeeded"});
  EXPECT_EQ(world_.Json({"history", "dev"})["promotions"].size(), 2u) << "1.0.0 and 1.1.0";
  ExpectEffects("1");
}

TEST_F(ProcessFaultTest, SigtermInTheMiddleLetsTheStatementEndAndLeavesNothingOpen) {
  Begin();
  Change("SELECT pg_sleep(1);");
  PromoteUntil("SELECT pg_sleep(1)");
  world_.agent("dev").Signal(SIGTERM);
  EXPECT_EQ(world_.agent("dev").Wait(absl::Seconds(25)), 0);
  EXPECT_TRUE(WaitUntil([&] {
    return world_.Value("dev",
                        "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'ferry%' AND "
                        "datname = current_database()") == "0";
  }));
  const std::string effects = world_.Value("dev", "SELECT count(*) FROM effect");
  EXPECT_EQ(world_.Applied("dev") == "1.0.0,1.1.0", effects == "1") << "all of it or nothing";
  world_.StartAgent("dev");
  world_.WaitForPromotion("dev", {"succeeded"});
  ExpectEffects("1");
}

// Frozen inside its transaction; meanwhile somebody newer has the target. What it then wants to commit is
// refused by the database.
TEST_F(ProcessFaultTest, AnAgentThatWasFrozenWhileANewerControllerTookOverCannotCommit) {
  Begin();
  Change("CREATE TABLE made (id int);");
  world_.KillAgent("dev");
  world_.StartAgent("dev", "apply.begin.after=stop");
  world_.WaitForAgents();
  world_.Ferry({"promote", "--to", "dev", "--detach"});
  ASSERT_TRUE(IsStopped());
  world_.Execute("dev", "UPDATE ferry.fence SET epoch = 99");
  world_.agent("dev").Signal(SIGCONT);
  world_.WaitForPromotion("dev", {"failed", "waiting", "held"});
  EXPECT_THAT(world_.Ferry({"history", "--events", "dev"}).all(), HasSubstr("FE0604"));
  EXPECT_EQ(world_.Value("dev", "SELECT to_regclass('made')"), "");
  ExpectEffects("0");
}

TEST_F(ProcessFaultTest, AnAgentThatIsFrozenForAWhileGoesOnWhereItWas) {
  Begin();
  Change("SELECT pg_sleep(1);");
  PromoteUntil("SELECT pg_sleep(1)");
  world_.agent("dev").Signal(SIGSTOP);
  ASSERT_TRUE(IsStopped());
  // The controller notices, and sends the step again to whoever comes.
  ASSERT_TRUE(WaitUntil(
      [&] { return !world_.Json({"status"})["environments"][0]["targets"][0].value("agent_online", true); },
      absl::Seconds(40)));
  world_.agent("dev").Signal(SIGCONT);
  world_.WaitForPromotion("dev", {"succeeded"});
  ExpectEffects("1");
}

// A copy of the state folder started beside the first: same name, same journal. One of them has the line to
// the controller, one of them has the target's lock, and every effect comes once.
TEST_F(ProcessFaultTest, ASecondAgentWithACopiedStateFolderDoesNothingTwice) {
  Begin();
  Change("SELECT pg_sleep(1);");
  const std::string state = world_.dir().File("state-dev"), copy = world_.dir().File("state-copy");
  std::filesystem::copy(state, copy, std::filesystem::copy_options::recursive);
  const std::string file = world_.dir().Write(
      "agent-copy.yaml", absl::StrReplaceAll(ReadFile(world_.dir().File("agent-dev.yaml")), {{state, copy}}));
  PromoteUntil("SELECT pg_sleep(1)");
  Process second({absl::StrCat(std::getenv("FERRY_BIN_DIR"), "/ferry-agent"), "--config", file});
  ASSERT_TRUE(second.WaitForLine("serves").has_value()) << second.Stderr();
  world_.WaitForPromotion("dev", {"succeeded", "held", "failed"});
  second.Kill();
  world_.Ferry({"resume", "dev"});
  world_.Ferry({"promote", "--to", "dev"});
  EXPECT_EQ(world_.Applied("dev"), "1.0.0,1.1.0");
  ExpectEffects("1");
  world_.Expect(0, {"audit", "verify"});
}

}  // namespace
}  // namespace ferry::test
