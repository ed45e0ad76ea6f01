// What a database does to a run: backends and servers that go, disks that are full, commits that hang, copies
// that lack the end. The effect is an INSERT into a table without a unique key.
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "tests/e2e/world.h"
#include "tests/fault/tmpfs.h"

namespace ferry::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr char kOurs[] = "application_name LIKE 'ferry/dev-1/%' AND datname = current_database()";

class DatabaseFaultTest : public ::testing::Test {
 protected:
  // A server of its own; `conf` are lines of its configuration, `before` is what the database has before
  // anything is promoted.
  void Begin(const std::vector<std::string>& conf = {}, const std::vector<std::string>& before = {}) {
    std::vector<std::string> all = conf;
    all.emplace_back("synchronous_commit = on");
    cluster_ = PgCluster::Start({.tcp = false, .conf = all, .hba = {}});
    world_ = std::make_unique<World>(World::Options{.environments = {"dev"}, .cluster = cluster_.get()});
    cluster_->Execute(world_->DatabaseName("dev"), before);
    world_->Write("1.0.0", "CREATE TABLE effect (n int);", "DROP TABLE effect;");
    world_->StartAll();
    world_->PromoteEverywhere();
  }
  void Change(const std::string& version, const std::string& more = "") {
    world_->Write(version, absl::StrCat("INSERT INTO effect VALUES (1);\n", more), "DELETE FROM effect;");
    world_->Expect(0, {"plan", "register"});
  }
  // Promotes, and returns when the statement runs.
  void PromoteUntil(const std::string& statement) {
    world_->Ferry({"promote", "--to", "dev", "--detach"});
    ASSERT_TRUE(WaitUntil([&] {
      return Value(absl::StrCat("SELECT count(*) FROM pg_stat_activity WHERE ", kOurs, " AND query LIKE '",
                                statement, "%' AND state = 'active'")) == "1";
    }));
  }
  std::string Value(const std::string& sql) { return world_->Value("dev", sql); }
  void ExpectEffects(const std::string& count) {
    EXPECT_EQ(Value("SELECT count(*) FROM effect"), count);
    EXPECT_EQ(
        Value(absl::StrCat("SELECT count(*) FROM pg_stat_activity WHERE ", kOurs, " AND state <> 'idle'")),
        "0");
  }

  std::unique_ptr<PgCluster> cluster_;
  std::unique_ptr<World> world_;
};

TEST_F(DatabaseFaultTest, ATerminatedBackendIsAnOutageThatEndsByItself) {
  Begin();
  Change("1.1.0", "SELECT pg_sleep(1);");
  PromoteUntil("SELECT pg_sleep(1)");
  Value(absl::StrCat("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ", kOurs));
  world_->WaitForPromotion("dev", {"succeeded"});
  ExpectEffects("1");
}

TEST_F(DatabaseFaultTest, ABackendOfSomebodyElseThatCrashesTakesTheRunAlongAndItEndsByItself) {
  Begin();
  Change("1.1.0", "SELECT pg_sleep(1);");
  PromoteUntil("SELECT pg_sleep(1)");
  const auto other = world_->Open("dev");
  ASSERT_EQ(::kill(other->backend_pid(), SIGKILL), 0);
  world_->WaitForPromotion("dev", {"succeeded"});
  ExpectEffects("1");
}

// As a standby that was promoted without the last commit: the same cluster, the same history, up to a point.
TEST_F(DatabaseFaultTest, AStandbyThatLostTheLastCommitIsHeldAndWhatIsLostIsNamed) {
  Begin();
  const std::string copy = cluster_->socket_dir() + "/copy";
  cluster_->StopImmediate();
  RunProcess({"cp", "-a", cluster_->data_dir(), copy});
  cluster_->Restart();
  Change("1.1.0");
  world_->Expect(0, {"promote", "--to", "dev"});
  cluster_->StopImmediate();
  std::filesystem::remove_all(cluster_->data_dir());
  std::filesystem::rename(copy, cluster_->data_dir());
  cluster_->Restart();
  Change("1.2.0");
  const Said held = world_->Expect(6, {"promote", "--to", "dev"});
  EXPECT_THAT(held.all(), AllOf(HasSubstr("FE0507"), HasSubstr("apply 1.1.0")));
  ExpectEffects("0");
  world_->Expect(0, {"resume", "dev", "--trust-ledger"});
  ExpectEffects("2");
}

TEST_F(DatabaseFaultTest, ACommitThatHangsOnAStandbyWhichIsNotThereIsNotDoneAgain) {
  Begin({"wal_level = replica", "max_wal_senders = 2"});
  Change("1.1.0", "SELECT pg_sleep(1);");
  PromoteUntil("SELECT pg_sleep(1)");
  cluster_->Execute("postgres", {"SET synchronous_commit = local", "SELECT 1"});
  cluster_->Execute("postgres", {"ALTER SYSTEM SET synchronous_standby_names = 'ghost'"});
  cluster_->Execute("postgres", {"SELECT pg_reload_conf()"});
  const auto hangs = [&] {
    return Value(absl::StrCat("SELECT count(*) > 0 FROM pg_stat_activity WHERE ", kOurs,
                              " AND wait_event = 'SyncRep'")) == "t";
  };
  ASSERT_TRUE(WaitUntil(hangs));
  world_->KillAgent("dev");
  world_->StartAgent("dev");
  // It ends the old backend, which is committed from then on; its own words hang on the same standby.
  ASSERT_TRUE(WaitUntil([&] { return Value("SELECT count(*) FROM effect") == "1"; }));
  cluster_->Execute("postgres", {"ALTER SYSTEM SET synchronous_standby_names = ''"});
  cluster_->Execute("postgres", {"SELECT pg_reload_conf()"});
  world_->WaitForPromotion("dev", {"succeeded"});
  ExpectEffects("1");
}

TEST_F(DatabaseFaultTest, AStandbyIsRefusedBeforeAnythingIsDone) {
  Begin({"wal_level = replica"});
  Change("1.1.0");
  cluster_->StopImmediate();
  const std::string mark = cluster_->data_dir() + "/standby.signal";
  RunProcess({"cp", "-a", cluster_->data_dir() + "/PG_VERSION", mark});
  cluster_->Restart();
  const Said said = world_->Expect(5, {"promote", "--to", "dev"});
  EXPECT_THAT(said.all(), AllOf(HasSubstr("FE0504"), HasSubstr("primary")));
  cluster_->StopImmediate();
  std::filesystem::remove(mark);
  cluster_->Restart();
  world_->Expect(0, {"promote", "--to", "dev"});
  ExpectEffects("1");
}

TEST_F(DatabaseFaultTest, AFullDiskFailsTheStatementAndLeavesNothing) {
  const TempDir folder;
  const std::unique_ptr<Tmpfs> small = Tmpfs::Mount(folder.File("small"), 4096);
  ASSERT_NE(small, nullptr) << "these tests run as root, which may mount a tmpfs";
  ::chmod(folder.path().c_str(), 0755);
  std::filesystem::create_directory(small->folder() + "/space");
  RunProcess({"chown", "postgres", small->folder() + "/space"});
  Begin();
  cluster_->Execute("postgres",
                    {absl::StrCat("CREATE TABLESPACE small LOCATION '", small->folder(), "/space'"),
                     "GRANT CREATE ON TABLESPACE small TO ferry_migrate"});
  Change("1.1.0",
         "CREATE TABLE big (t text) TABLESPACE small;\n"
         "INSERT INTO big SELECT repeat(md5(g::text), 20) FROM generate_series(1, 20000) g;");
  const Said full = world_->Expect(5, {"promote", "--to", "dev"});
  EXPECT_THAT(full.all(), AllOf(HasSubstr("FE0601"), HasSubstr("53100"), HasSubstr("next:")));
  ExpectEffects("0");
  EXPECT_EQ(Value("SELECT to_regclass('big')"), "");
  ASSERT_EQ(RunProcess({"mount", "-o", "remount,size=64m", small->folder()}).exit_code, 0);
  world_->Expect(0, {"promote", "--to", "dev"});
  ExpectEffects("1");
  world_->Execute("dev", "DROP TABLE big");
  cluster_->Execute("postgres", {"DROP TABLESPACE small"});
}

TEST_F(DatabaseFaultTest, AServerThatPanicsForWantOfRoomForItsLogLosesNothing) {
  Begin({"wal_level = replica"});  // with minimal, what fills a new table is not logged
  const TempDir folder;
  ::chmod(folder.path().c_str(), 0755);
  const std::unique_ptr<Tmpfs> small =
      Tmpfs::Mount(folder.File("wal"), 262144);  // once freed, room for all that the change logs
  ASSERT_NE(small, nullptr) << "these tests run as root, which may mount a tmpfs";
  cluster_->StopImmediate();
  const std::string wal = cluster_->data_dir() + "/pg_wal", moved = small->folder() + "/pg_wal";
  ASSERT_EQ(RunProcess({"cp", "-a", wal, moved}).exit_code, 0);
  std::filesystem::remove_all(wal);
  std::filesystem::create_directory_symlink(moved, wal);
  cluster_->Restart();
  small->Fill();
  Change("1.1.0",
         "CREATE TABLE big AS SELECT repeat(md5(g::text), 20) AS t FROM generate_series(1, 120000) g;");
  world_->Ferry({"promote", "--to", "dev", "--detach"});
  // Held where the server still said why it went: the statement would end it once more. Else it is an outage.
  const std::string state = world_->WaitForPromotion("dev", {"held", "waiting"});
  small->Free();
  cluster_->Restart();
  if (state == "held") world_->Expect(0, {"resume", "dev", "-y"});
  world_->WaitForPromotion("dev", {"succeeded"});
  ExpectEffects("1");
  cluster_->StopImmediate();  // before its log's file system goes
}

TEST_F(DatabaseFaultTest, WithoutAFreeConnectionItWaits) {
  Begin({"max_connections = 12"});
  Change("1.1.0");
  std::vector<std::unique_ptr<pg::Session>> taken;
  const auto take = [&] {
    auto session = pg::Session::Open({cluster_->LoginOf("ferry_setup", world_->DatabaseName("dev"))}, "app");
    if (session.ok()) taken.push_back(*std::move(session));
    return session.ok();
  };
  while (take()) {
  }
  world_->Ferry({"promote", "--to", "dev", "--detach"});
  world_->WaitForPromotion("dev", {"waiting"});
  taken.clear();
  world_->WaitForPromotion("dev", {"succeeded"});
  ExpectEffects("1");
}

TEST_F(DatabaseFaultTest, ADatabaseThatRefusesDdlIsNamedAndNothingRemains) {
  Begin(
      {},
      {"CREATE FUNCTION public.no() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN IF"
       " current_setting(''app.weekday'', true) = ''friday'' THEN RAISE EXCEPTION ''no DDL on Fridays''; END"
       " IF; END'",
       "CREATE EVENT TRIGGER no ON ddl_command_start EXECUTE FUNCTION public.no()"});
  Change("1.1.0", "CREATE TABLE b (id int);");
  const std::string alter =
      absl::StrCat("ALTER ROLE ferry_migrate IN DATABASE ", world_->DatabaseName("dev"));
  cluster_->Execute("postgres", {absl::StrCat(alter, " SET app.weekday = 'friday'")});
  const Said said = world_->Expect(5, {"promote", "--to", "dev"});
  EXPECT_THAT(said.all(), AllOf(HasSubstr("FE0601"), HasSubstr("no DDL on Fridays"), HasSubstr("next:")));
  ExpectEffects("0");
  cluster_->Execute("postgres", {absl::StrCat(alter, " RESET app.weekday")});
  world_->Expect(0, {"promote", "--to", "dev"});
  ExpectEffects("1");
}

TEST(PasswordTest, APasswordThatIsRotatedInTheMiddleIsReadAgain) {
  const std::unique_ptr<PgCluster> cluster = PgCluster::Start(
      {.tcp = true,
       .conf = {},
       .hba = {"host all ferry_setup,ferry_migrate,ferry_observe 127.0.0.1/32 scram-sha-256"}});
  World world({.environments = {"dev"}, .cluster = cluster.get(), .tcp = true});
  const auto rotate = [&](const std::string& password) {
    for (const char* role : {"ferry_setup", "ferry_migrate", "ferry_observe"}) {
      world.Execute("dev", absl::StrCat("ALTER ROLE ", role, " PASSWORD '", password, "'"));
    }
  };
  rotate("right");
  world.Write("1.0.0", "CREATE TABLE effect (n int);\nINSERT INTO effect VALUES (1);\nSELECT pg_sleep(1);",
              "DROP TABLE effect;");
  world.StartAll();
  world.Expect(0, {"plan", "register"});
  world.Ferry({"promote", "--to", "dev", "--detach"});
  ASSERT_TRUE(WaitUntil([&] {
    return world.Value("dev", absl::StrCat("SELECT count(*) FROM pg_stat_activity WHERE ", kOurs,
                                           " AND query LIKE 'SELECT pg_sleep%'")) == "1";
  }));
  rotate("newer");
  world.Execute("dev", absl::StrCat("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = "
                                    "current_database() AND application_name LIKE 'ferry%'"));
  ASSERT_TRUE(WaitUntil([&] { return world.Ferry({"status"}).all().find("FE0502") != std::string::npos; }))
      << world.Ferry({"status"}).all();
  world.dir().Write("password-dev", "newer\n");
  world.WaitForPromotion("dev", {"succeeded"});
  EXPECT_EQ(world.Value("dev", "SELECT count(*) FROM effect"), "1");
}

// A pooler that gives each transaction another backend would take locks and settings away between two.
TEST(PoolerTest, ATransactionPoolerIsRefusedBeforeAnythingIsDone) {
  ASSERT_TRUE(std::filesystem::exists("/usr/sbin/pgbouncer")) << "scripts/test installs pgbouncer";
  PgCluster& cluster = PgCluster::Shared();
  const TempDir folder;
  ::chmod(folder.path().c_str(), 0755);
  World probe({.environments = {"dev"}, .listen = "127.0.0.1:0"});  // a port that was free a moment ago
  probe.StartController();
  const std::string log = probe.Log("controller");
  const size_t at = log.find("127.0.0.1:") + 10;
  int port = 0;
  ASSERT_TRUE(absl::SimpleAtoi(log.substr(at, log.find(',', at) - at), &port)) << log;
  probe.KillController();
  World world({.environments = {"dev"}, .database_port = port});
  const std::string users =
      folder.Write("users", "\"ferry_setup\" \"\"\n\"ferry_migrate\" \"\"\n\"ferry_observe\" \"\"\n");
  const std::string ini = folder.Write(
      "pgbouncer.ini",
      absl::StrCat("[databases]\n* = host=", cluster.socket_dir(), " port=", cluster.port(),
                   "\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = ", port, "\nunix_socket_dir =\n",
                   "auth_type = trust\nauth_file = ", users, "\npool_mode = transaction\n",
                   "ignore_startup_parameters = extra_float_digits, options, search_path\n"));
  ::chmod(users.c_str(), 0644);
  ::chmod(ini.c_str(), 0644);
  Process::Options options;
  if (::geteuid() == 0) options.user = "postgres";  // it refuses to run as root
  options.cwd = "/";
  Process pooler({"/usr/sbin/pgbouncer", ini}, options);
  ASSERT_TRUE(pooler.WaitForLine("process up").has_value()) << pooler.Stdout() << pooler.Stderr();
  world.Write("1.0.0", "CREATE TABLE a (id int);", "DROP TABLE a;");
  world.StartAll();
  world.Expect(0, {"plan", "register"});
  const Said said = world.Expect(5, {"promote", "--to", "dev"});
  EXPECT_THAT(said.all(), AllOf(HasSubstr("FE0505"), HasSubstr("own host and port")));
  EXPECT_EQ(world.Applied("dev"), "");
  EXPECT_EQ(world.Value("dev", "SELECT to_regclass('public.a')"), "");
}

}  // namespace
}  // namespace ferry::test
