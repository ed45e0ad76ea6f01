// A bad network between the agent and its two peers: cut, half open, slow. The effect is an INSERT into a
// table without a unique key, so that a second one would show.
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "core/base/clock.h"
#include "pg/ledger/install.h"
#include "pg/ledger/ledger.h"
#include "tests/e2e/world.h"
#include "tests/fault/proxy.h"

namespace ferry::test {
namespace {

using ::testing::HasSubstr;

// One environment whose agent has a proxy before the controller and one before the server.
class NetworkTest : public ::testing::Test {
 protected:
  NetworkTest()
      : to_controller_("unix:" + folder_.File("controller.sock")),
        to_server_(absl::StrCat("unix:", PgCluster::Shared().socket_dir(), "/.s.PGSQL.5432")),
        world_({.environments = {"dev"},
                .listen = "unix:" + folder_.File("controller.sock"),
                .agents_dial = to_controller_.address(),
                .database_port = to_server_.port()}) {}

  void Begin() {
    world_.Write("1.0.0", "CREATE TABLE effect (n int);", "DROP TABLE effect;");
    world_.StartAll();
    world_.PromoteEverywhere();
  }
  // Registers a change with one effect; the statements that follow run in the same transaction.
  void Change(const std::string& version, const std::string& more = "") {
    world_.Write(version, absl::StrCat("INSERT INTO effect VALUES (1);\n", more), "DELETE FROM effect;");
    world_.Expect(0, {"plan", "register"});
  }
  std::string Effects() { return world_.Value("dev", "SELECT count(*) FROM effect"); }
  bool RunsStatement(const std::string& text) {
    return WaitUntil([&] {
      return world_.Value("dev",
                          absl::StrCat("SELECT count(*) FROM pg_stat_activity WHERE query LIKE '", text,
                                       "%' AND state = 'active' AND datname = current_database() AND "
                                       "pid <> pg_backend_pid()")) == "1";
    });
  }
  bool AgentIs(bool online) {
    return WaitUntil(
        [&] {
          const nlohmann::json status = world_.Json({"status"});
          return status["environments"][0]["targets"][0].value("agent_online", false) == online;
        },
        absl::Seconds(40));
  }

  TempDir folder_;
  Proxy to_controller_, to_server_;
  World world_;
};

TEST_F(NetworkTest, AStreamThatIsCutAfterAnyNumberOfBytesGoesOn) {
  Begin();
  int effects = 0;
  for (const int64_t bytes : {1, 300, 900, 1500, 2500, 4000, 6000}) {
    Change(absl::StrCat("1.", ++effects, ".0"));
    to_controller_.CutAfter(bytes);
    world_.Expect(0, {"promote", "--to", "dev"});
    EXPECT_EQ(Effects(), absl::StrCat(effects)) << "cut after " << bytes;
  }
  EXPECT_GT(to_controller_.cuts(), 0);
  world_.Expect(0, {"audit", "verify"});
}

TEST_F(NetworkTest, AHalfOpenStreamIsNoticedWithinThirtySecondsByBothSides) {
  Begin();
  Change("1.1.0");
  const absl::Duration frozen = SystemClock().Elapsed();
  to_controller_.Freeze(Proxy::Way::kBoth);
  EXPECT_TRUE(AgentIs(false));
  EXPECT_TRUE(world_.agent("dev").WaitForLine("dialling again").has_value());
  EXPECT_LT(SystemClock().Elapsed() - frozen, absl::Seconds(30));
  to_controller_.Cut();
  to_controller_.Thaw();
  world_.Expect(0, {"promote", "--to", "dev"});
  EXPECT_EQ(Effects(), "1");
}

// The running transaction ends by the agent's own word; the next step needs the controller.
TEST_F(NetworkTest, WhatRunsWhenOneWayIsLostIsFinishedAndReportedLater) {
  Begin();
  int effects = 0;
  for (const Proxy::Way way : {Proxy::Way::kToServer, Proxy::Way::kToClient}) {
    const std::string version = absl::StrCat("1.", ++effects, ".0");
    Change(version, "SELECT pg_sleep(1);");
    world_.Ferry({"promote", "--to", "dev", "--detach"});
    ASSERT_TRUE(RunsStatement("SELECT pg_sleep(1)"));
    to_controller_.Freeze(way);
    EXPECT_TRUE(WaitUntil([&] { return Effects() == absl::StrCat(effects); }));
    to_controller_.Thaw();
    world_.WaitForPromotion("dev", {"succeeded"});
    EXPECT_EQ(Effects(), absl::StrCat(effects));
  }
}

TEST_F(NetworkTest, WithoutTheControllerNothingIsBegun) {
  Begin();
  Change("1.1.0");
  to_controller_.Refuse(true);
  to_controller_.Cut();
  EXPECT_TRUE(AgentIs(false));
  EXPECT_EQ(world_.Ferry({"promote", "--to", "dev", "--timeout", "2s"}).exit_code, 124);
  EXPECT_EQ(Effects(), "0");
  to_controller_.Refuse(false);
  world_.WaitForPromotion("dev", {"succeeded"});
  EXPECT_EQ(Effects(), "1");
}

TEST_F(NetworkTest, AControllerThatIsAwayInTheMiddleHearsTheOutcomeEvenAfterTheWindow) {
  Begin();
  Change("1.1.0", "SELECT pg_sleep(1);");
  world_.Ferry({"promote", "--to", "dev", "--detach"});
  ASSERT_TRUE(RunsStatement("SELECT pg_sleep(1)"));
  world_.KillController();
  ASSERT_TRUE(WaitUntil([&] { return Effects() == "1"; }));
  world_.SetWindow("dev",
                   {"{ name: freeze, deny: { from: \"2020-01-01 00:00\", until: \"2090-01-01 00:00\" } }"});
  world_.Reload("dev");
  ASSERT_TRUE(world_.agent("dev").WaitForLine("read again").has_value());
  world_.StartController();
  world_.WaitForAgents();
  EXPECT_TRUE(WaitUntil([&] {
    return world_.Ferry({"history", "--events", "dev"}).out.find("apply 1.1.0 done") != std::string::npos;
  })) << world_.Ferry({"history", "--events", "dev"}).all();
  world_.SetWindow("dev", {});
  world_.Reload("dev");
  world_.WaitForPromotion("dev", {"succeeded"});
  EXPECT_EQ(Effects(), "1");
}

TEST_F(NetworkTest, TheServersAnswerIsLostBeforeAndAfterCommit) {
  Begin();
  int effects = 0;
  for (const char* const lost : {"INSERT INTO effect", "INTO ferry.event", "COMMIT"}) {
    Change(absl::StrCat("1.", ++effects, ".0"));
    to_server_.DropReplyTo(lost, "INSERT INTO effect");
    world_.Expect(0, {"promote", "--to", "dev"});
    EXPECT_EQ(Effects(), absl::StrCat(effects)) << lost;
    EXPECT_EQ(to_server_.dropped(), effects) << lost << " was never sent";
  }
}

TEST_F(NetworkTest, AServerThatIsHalfOpenForAWhileIsWaitedFor) {
  Begin();
  Change("1.1.0", "SELECT pg_sleep(1);");
  world_.Ferry({"promote", "--to", "dev", "--detach"});
  ASSERT_TRUE(RunsStatement("SELECT pg_sleep(1)"));
  to_server_.Freeze(Proxy::Way::kBoth);
  ASSERT_TRUE(WaitUntil([&] {
    return world_.Value("dev",
                        "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND datname = "
                        "current_database() AND pid <> pg_backend_pid()") == "0";
  }));
  to_server_.Thaw();
  world_.WaitForPromotion("dev", {"succeeded"});
  EXPECT_EQ(Effects(), "1");
}

TEST_F(NetworkTest, LinksPausedOneByOneAndReleasedInAnotherOrderLoseNothing) {
  Begin();
  Change("1.1.0", "SELECT pg_sleep(1);");
  world_.Ferry({"promote", "--to", "dev", "--detach"});
  ASSERT_TRUE(RunsStatement("SELECT pg_sleep(1)"));
  to_server_.Freeze(Proxy::Way::kToClient);
  to_controller_.Freeze(Proxy::Way::kToServer);
  to_server_.Freeze(Proxy::Way::kBoth);
  to_controller_.Freeze(Proxy::Way::kBoth);
  ASSERT_TRUE(WaitUntil([&] {
    return world_.Value("dev",
                        "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND datname = "
                        "current_database() AND pid <> pg_backend_pid()") == "0";
  }));
  to_controller_.Thaw();
  to_server_.Thaw();
  world_.WaitForPromotion("dev", {"succeeded"});
  EXPECT_EQ(Effects(), "1");
}

// One megabit a second, and a schema that needs many seconds of it.
TEST_F(NetworkTest, ASlowLinkCarriesALargeSchemaInPieces) {
  Begin();
  world_.Execute(
      "dev",
      "DO $$ BEGIN FOR i IN 1..200 LOOP EXECUTE format('CREATE FUNCTION big%s() RETURNS text "
      "LANGUAGE sql AS %L', i, 'SELECT ''' || repeat(md5(i::text), 250) || ''''); END LOOP; END $$");
  to_controller_.Limit(125'000);
  const absl::Duration began = SystemClock().Elapsed();
  std::string url;
  for (const auto& [key, value] : world_.cluster().LoginOf("postgres", world_.DatabaseName("dev"))) {
    absl::StrAppend(&url, key, "='", value, "' ");
  }
  const Said said = world_.Ferry({"diff", "dev", url}, absl::Minutes(2));
  EXPECT_EQ(said.exit_code, 0) << said.all();
  EXPECT_GT(SystemClock().Elapsed() - began, absl::Seconds(5)) << "it was not slow";
  EXPECT_TRUE(AgentIs(true));
  EXPECT_THAT(world_.Log("agent-dev"), ::testing::Not(HasSubstr("dialling again")));
}

TEST_F(NetworkTest, APlanThatIsTooLargeIsRefusedWhenItIsRegistered) {
  Begin();
  const std::string statement = absl::StrCat("SELECT length('", std::string(12 << 20, 'x'), "');\n");
  world_.Write("1.1.0", absl::StrCat(statement, statement, statement), "DELETE FROM effect;");
  const Said said = world_.Ferry({"plan", "register"});
  EXPECT_NE(said.exit_code, 0);
  EXPECT_THAT(said.err, ::testing::AllOf(HasSubstr("FE0203"), HasSubstr("next:")));
}

// The executor alone, whose connection ends a little later each time, at every place in turn.
TEST(CutSweepTest, AConnectionThatEndsAfterAnyNumberOfBytesTakesEffectOnce) {
  PgCluster& cluster = PgCluster::Shared();
  const PgCluster::Database database = cluster.CreateDatabase();
  const auto setup = pg::Session::Open({database.setup}, "test");
  ASSERT_TRUE(setup.ok() && ledger::Install(**setup, "ferry_migrate", "ferry_observe").ok());
  cluster.Execute(database.name,
                  {"CREATE TABLE public.effect (n int)", "ALTER TABLE public.effect OWNER TO ferry_migrate"});
  const TempDir folder;
  const std::string file = folder.Write(
      "1.0.0_cut.sql",
      "-- migration: 1.0.0 cut\n-- description: cut\n\n-- ferry:up\nINSERT INTO public.effect VALUES (1);\n"
      "CREATE TABLE public.t (id int PRIMARY KEY, v int);\nINSERT INTO public.t SELECT generate_series(1, "
      "20);\n\n"
      "-- ferry:backfill table=public.t batch=10\nUPDATE public.t SET v = 1 WHERE v IS NULL;\n\n"
      "-- ferry:up\nCREATE INDEX CONCURRENTLY t_v ON public.t (v);\nINSERT INTO public.effect VALUES (2);\n\n"
      "-- ferry:down irreversible reason=test\n");
  Proxy proxy(absl::StrCat("unix:", cluster.socket_dir(), "/.s.PGSQL.", cluster.port()));
  int lives = 0, code = 1;
  for (int64_t bytes = 150; code != 0; bytes += 331) {
    ASSERT_LT(++lives, 400);
    proxy.CutAfter(bytes);
    const Finished finished = RunProcess({absl::StrCat(std::getenv("FERRY_BIN_DIR"), "/ferry_executor_crash"),
                                          "127.0.0.1", absl::StrCat(proxy.port()), database.name,
                                          "ferry_migrate", "up", absl::StrCat(lives), file});
    code = finished.exit_code;
    ASSERT_TRUE(code == 0 || code == 1) << code << finished.err;
  }
  EXPECT_GT(proxy.cuts(), 10);
  const auto look = pg::Session::Open({database.superuser}, "test");
  ASSERT_TRUE(look.ok());
  const auto effects = (*look)->Query("SELECT string_agg(n::text, ',' ORDER BY n) FROM public.effect");
  ASSERT_TRUE(effects.ok());
  EXPECT_EQ(effects->at(0, 0), "1,2");
  EXPECT_TRUE(ledger::VerifyChain(**look).ok());
}

}  // namespace
}  // namespace ferry::test
