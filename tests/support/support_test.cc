#include <sys/resource.h>

#include <filesystem>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pg/session/session.h"
#include "tests/support/pg_cluster.h"
#include "tests/support/process.h"
#include "tests/support/status_matchers.h"
#include "tests/support/wait.h"

namespace ferry::test {
namespace {

using ::testing::HasSubstr;

TEST(TempDir, IsPrivateAndGoesAway) {
  std::string path;
  {
    const TempDir dir;
    path = dir.path();
    EXPECT_EQ(ReadFile(dir.Write("a/b.txt", "text")), "text");
    EXPECT_EQ(std::filesystem::status(path).permissions(), std::filesystem::perms::owner_all);
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(Process, CapturesOutputExitCodeAndEnvironment) {
  Process::Options options;
  options.env["FERRY_GREETING"] = "hello";
  options.stdin_text = "from stdin";
  const Finished printed = RunProcess({"printenv", "FERRY_GREETING"}, options);
  EXPECT_EQ(printed.exit_code, 0);
  EXPECT_EQ(printed.out, "hello\n");
  EXPECT_EQ(RunProcess({"cat"}, options).out, "from stdin");
  const Finished failed = RunProcess({"ls", "/no/such/folder"});
  EXPECT_NE(failed.exit_code, 0);
  EXPECT_THAT(failed.err, HasSubstr("/no/such/folder"));
  EXPECT_EQ(RunProcess({"/no/such/program"}).exit_code, 127);
}

TEST(Process, IsKilledAndWaitedFor) {
  Process sleeper({"sleep", "600"});
  EXPECT_TRUE(sleeper.Running());
  EXPECT_EQ(sleeper.Wait(absl::Milliseconds(20)), std::nullopt);
  sleeper.Kill();
  EXPECT_EQ(sleeper.Wait(), 137);
}

TEST(Process, WaitsForALine) {
  Process talker({"printf", "one\\ntwo ready\\n"});
  EXPECT_EQ(talker.WaitForLine("ready"), "two ready");
  EXPECT_EQ(talker.WaitForLine("never"), std::nullopt);
}

TEST(PgCluster, GivesEachAgentLoginItsRightsAndNoMore) {
  const PgCluster::Database database = PgCluster::Shared().CreateDatabase();
  ASSERT_OK_AND_ASSIGN(const auto setup, pg::Session::Open({database.setup}, "test"));
  ASSERT_OK_AND_ASSIGN(const auto migrate, pg::Session::Open({database.migrate}, "test"));
  ASSERT_OK_AND_ASSIGN(const auto observe, pg::Session::Open({database.observe}, "test"));
  EXPECT_OK(setup->Query("CREATE SCHEMA ferry"));
  EXPECT_OK(migrate->Query("CREATE TABLE public.t (id int)"));
  EXPECT_THAT(migrate->Query("CREATE SCHEMA other"), StatusIsCode(ErrorCode::kPrivilege));
  EXPECT_OK(observe->Query("SELECT * FROM public.t"));
  EXPECT_THAT(observe->Query("INSERT INTO public.t VALUES (1)"), StatusIsCode(ErrorCode::kPrivilege));
  ASSERT_OK_AND_ASSIGN(
      const pg::Rows roles,
      setup->Query("SELECT 1 FROM pg_catalog.pg_roles WHERE rolname ^@ 'ferry_'"
                   " AND rolname <> 'ferry_restore' AND (rolsuper OR rolcreaterole OR rolcreatedb)"));
  EXPECT_TRUE(roles.empty());
}

TEST(PgCluster, KeepsItsDataOverACrash) {
  const auto cluster = PgCluster::Start();
  const PgCluster::Database database = cluster->CreateDatabase();
  cluster->Execute(database.name, {"CREATE TABLE public.t AS SELECT 1 AS id", "CHECKPOINT"});
  cluster->StopImmediate();
  EXPECT_THAT(pg::Session::Open({database.migrate}, "test"), StatusIsCode(ErrorCode::kDatabaseUnreachable));
  cluster->Restart();
  ASSERT_OK_AND_ASSIGN(const auto session, pg::Session::Open({database.observe}, "test"));
  EXPECT_OK(session->Query("SELECT * FROM public.t"));
}

// What a crashed test must not leave behind: the test process dies, and so does its server.
TEST(PgClusterDeathTest, TheServerDiesWithTheTest) {
  const TempDir dir;
  const std::string note = dir.File("socket_dir");
  EXPECT_DEATH(
      {
        const auto cluster = PgCluster::Start();
        dir.Write("socket_dir", cluster->socket_dir());
        abort();
      },
      "");
  const std::string socket_dir = ReadFile(note);
  EXPECT_TRUE(WaitUntil([&] { return !std::filesystem::exists(socket_dir + "/data/postmaster.pid"); }));
  std::filesystem::remove_all(socket_dir);
}

}  // namespace
}  // namespace ferry::test
