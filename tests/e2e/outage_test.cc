// The database is away, refuses us, is locked by somebody, or the backup has no room: said with the next
// command, and over by itself when the cause is.
#include <sys/stat.h>

#include <atomic>
#include <thread>

#include "absl/strings/str_cat.h"
#include "tests/e2e/world.h"

namespace ferry::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

void WriteOne(World& world) { world.Write("1.0.0", "CREATE TABLE a (id int);", "DROP TABLE a;"); }

TEST(OutageTest, APromotionWaitsForADatabaseThatIsDownAndEndsWhenItIsBack) {
  const std::unique_ptr<PgCluster> cluster =
      PgCluster::Start({.tcp = false, .conf = {"synchronous_commit = on"}, .hba = {}});
  World world({.environments = {"dev"}, .cluster = cluster.get()});
  WriteOne(world);
  world.StartAll();
  world.Expect(0, {"plan", "register"});
  cluster->StopImmediate();
  world.Ferry({"promote", "--to", "dev", "--detach"});
  world.WaitForPromotion("dev", {"waiting"});
  EXPECT_THAT(world.Expect(0, {"status"}).out, HasSubstr("ferry watch"));
  cluster->Restart();
  world.WaitForPromotion("dev", {"succeeded"});
  EXPECT_EQ(world.Applied("dev"), "1.0.0");
}

TEST(OutageTest, ADatabaseThatCrashesInTheMiddleOfABackfillLosesNothing) {
  const std::unique_ptr<PgCluster> cluster =
      PgCluster::Start({.tcp = false, .conf = {"synchronous_commit = on"}, .hba = {}});
  World world({.environments = {"dev"}, .cluster = cluster.get()});
  world.Write("1.0.0", "CREATE TABLE a (id int PRIMARY KEY, b int);", "DROP TABLE a;");
  world.SetLimits("dev", "{ lock_timeout: 2s, lock_retries: 3, batch_pause: 1s }");
  world.StartAll();
  world.PromoteEverywhere();
  world.Execute("dev", "INSERT INTO a SELECT g, NULL FROM generate_series(1, 600) g");
  world.Execute("dev", "CHECKPOINT");
  world.Write("1.1.0", "-- ferry:backfill table=a batch=100\nUPDATE a SET b = 1 WHERE b IS NULL;",
              "SELECT 1;", "SELECT count(*) = 0 FROM a WHERE b IS NULL;");
  world.Expect(0, {"plan", "register"});
  world.Expect(0, {"promote", "--to", "dev", "--detach"});
  ASSERT_TRUE(WaitUntil([&] { return world.Value("dev", "SELECT count(b) > 0 FROM a") == "t"; }));
  cluster->StopImmediate();
  world.WaitForPromotion("dev", {"waiting"});
  cluster->Restart();
  world.WaitForPromotion("dev", {"succeeded"});
  EXPECT_EQ(world.Value("dev", "SELECT count(*) FROM a WHERE b = 1"), "600");
}

TEST(OutageTest, AWrongPasswordIsNamedAndARightOneIsTakenWithoutARestart) {
  const std::unique_ptr<PgCluster> cluster =
      PgCluster::Start({.tcp = true,
                        .conf = {},
                        .hba = {"host all ferry_setup,ferry_migrate,ferry_observe 127.0.0.1/32 "
                                "scram-sha-256"}});
  World world({.environments = {"dev"}, .cluster = cluster.get(), .tcp = true});
  for (const char* role : {"ferry_setup", "ferry_migrate", "ferry_observe"}) {
    world.Execute("dev", absl::StrCat("ALTER ROLE ", role, " PASSWORD 'right'"));
  }
  WriteOne(world);
  world.dir().Write("password-dev", "wrong\n");
  chmod(world.PasswordFile("dev").c_str(), 0600);
  world.StartAll();
  world.Expect(0, {"plan", "register"});
  const Said said = world.Ferry({"promote", "--to", "dev", "--timeout", "5s"});
  EXPECT_EQ(said.exit_code, 124);
  EXPECT_THAT(said.all(), HasSubstr("FE0502"));
  EXPECT_THAT(said.all(), ::testing::Not(HasSubstr("wrong\n")));
  world.dir().Write("password-dev", "right\n");
  world.WaitForPromotion("dev", {"succeeded"});
  EXPECT_EQ(world.Applied("dev"), "1.0.0");
  EXPECT_THAT(world.Log("agent-dev"), ::testing::Not(HasSubstr("right"))) << "a password must not be logged";
}

TEST(OutageTest, ALockHeldByAnotherSessionIsGivenUpWithItsHolderNamedAndNothingChanged) {
  World world({.environments = {"dev"}});
  WriteOne(world);
  world.SetLimits("dev", "{ lock_timeout: 200ms, lock_retries: 1, lock_wait: 1s, batch_pause: 0s }");
  world.StartAll();
  world.PromoteEverywhere();
  world.Write("1.1.0", "CREATE TABLE b (id int);\nALTER TABLE a ADD COLUMN c int;",
              "ALTER TABLE a DROP COLUMN c;\nDROP TABLE b;");
  world.Expect(0, {"plan", "register"});
  const auto holder = world.Open("dev");
  ASSERT_TRUE(holder->Begin().ok());
  ASSERT_TRUE(holder->Query("LOCK TABLE public.a IN ACCESS SHARE MODE").ok());
  const Said failed = world.Expect(5, {"promote", "--to", "dev"});
  EXPECT_THAT(failed.all(),
              AllOf(HasSubstr("FE0602"), HasSubstr(absl::StrCat(holder->backend_pid())), HasSubstr("next:")));
  EXPECT_EQ(world.Value("dev", "SELECT to_regclass('public.b')"), "");
  holder->Rollback();
  world.Expect(0, {"promote", "--to", "dev"});
  EXPECT_EQ(world.Applied("dev"), "1.0.0,1.1.0");
}

TEST(OutageTest, AStatementThatKeepsTheApplicationWaitingIsCancelledAndSaysWho) {
  World world({.environments = {"dev"}});
  WriteOne(world);
  world.SetLimits("dev", "{ lock_timeout: 30s, lock_retries: 0, blocked_time: 300ms, batch_pause: 0s }");
  world.StartAll();
  world.PromoteEverywhere();
  world.Write("1.1.0", "ALTER TABLE a ADD COLUMN c int;\nSELECT pg_advisory_xact_lock(42);",
              "ALTER TABLE a DROP COLUMN c;");
  world.Expect(0, {"plan", "register"});
  const auto holder = world.Open("dev");
  ASSERT_TRUE(holder->Query("SELECT pg_advisory_lock(42)").ok());
  std::atomic<bool> stop = false;
  std::thread application([&stop, session = world.Open("dev")] {
    while (!stop) EXPECT_TRUE(session->Query("SELECT count(*) FROM public.a").ok());
  });
  const Said failed = world.Expect(5, {"promote", "--to", "dev"});
  stop = true;
  application.join();
  EXPECT_THAT(failed.all(), AllOf(HasSubstr("FE0613"), HasSubstr("1 session waited for it, pid "),
                                  HasSubstr("the limit is blocked_time 300ms"), HasSubstr("next:")));
  EXPECT_EQ(world.Applied("dev"), "1.0.0");
  ASSERT_TRUE(holder->Query("SELECT pg_advisory_unlock(42)").ok());
  world.Expect(0, {"promote", "--to", "dev"});
  EXPECT_EQ(world.Applied("dev"), "1.0.0,1.1.0");
}

TEST(OutageTest, WithoutRoomForTheBackupNothingIsApplied) {
  World world({.environments = {"dev"}});
  WriteOne(world);
  const std::string file = world.dir().Write("not-a-folder", "x");
  world.SetBackupFolder("dev", file);
  world.StartAll();
  world.Expect(0, {"plan", "register"});
  const Said failed = world.Expect(5, {"promote", "--to", "dev"});
  EXPECT_THAT(failed.all(), AllOf(HasSubstr("FE0702"), HasSubstr("next:")));
  EXPECT_EQ(world.Applied("dev"), "");
  world.SetBackupFolder("dev", world.dir().File("backups/dev"));
  world.Reload("dev");
  ASSERT_TRUE(world.agent("dev").WaitForLine("read again").has_value());
  world.Expect(0, {"promote", "--to", "dev"});
}

TEST(OutageTest, AnAgentThatIsAwayIsNamedAndThePromotionGoesOnWhenItComes) {
  World world({.environments = {"dev"}});
  WriteOne(world);
  world.StartAll();
  world.Expect(0, {"plan", "register"});
  world.KillAgent("dev");
  ASSERT_TRUE(WaitUntil([&] {
    const auto status = world.Json({"status"});
    return !status["environments"][0]["targets"][0].value("agent_online", false);
  }));
  const Said said = world.Ferry({"promote", "--to", "dev", "--timeout", "2s"});
  EXPECT_EQ(said.exit_code, 124);
  EXPECT_THAT(said.all(), HasSubstr("agent-dev"));
  world.StartAgent("dev");
  world.WaitForPromotion("dev", {"succeeded"});
}

}  // namespace
}  // namespace ferry::test
