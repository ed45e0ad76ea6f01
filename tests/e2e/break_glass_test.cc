// The controller is down and a person brings a target to a version on its own host: under every rule of the
// agent's file, and on record once the controller is back.
#include <signal.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "absl/strings/str_replace.h"
#include "tests/e2e/world.h"

namespace ferry::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kFreeze[] =
    "{ name: freeze, deny: { from: \"2020-01-01 00:00\", until: \"2030-01-01 00:00\" } }";
constexpr char kReason[] = "the controller's host is down";

std::string Slurp(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

class BreakGlass : public ::testing::Test {
 protected:
  BreakGlass() : world_({.environments = {"dev"}}) {
    world_.Write("1.0.0", "CREATE TABLE effect (n int);", "DROP TABLE effect;");
    world_.Write("1.1.0", "INSERT INTO effect VALUES (1);\n\n-- ferry:up\nINSERT INTO effect VALUES (2);",
                 "DELETE FROM effect;", "SELECT count(*) = 2 FROM effect;");
  }

  // Everything runs, dev is at 1.0.0, the plan is exported, and the controller is gone.
  void LoseController() {
    world_.StartAll();
    world_.PromoteEverywhere("1.0.0");
    world_.Expect(0, {"plan", "export", "-f", Plan()});
    world_.KillController();
  }

  std::string Plan() const { return world_.dir().File("plan.json"); }

  std::unique_ptr<Process> Start(const std::string& fault = "", const std::string& plan = "") {
    const char* bin = std::getenv("FERRY_BIN_DIR");
    Process::Options options;
    options.env["FERRY_FAULT"] = fault.empty() ? std::nullopt : std::optional<std::string>(fault);
    return std::make_unique<Process>(
        std::vector<std::string>{std::string(bin == nullptr ? "build/dev/bin" : bin) + "/ferry-agent",
                                 "apply-signed", plan.empty() ? Plan() : plan, "--config",
                                 world_.dir().File("agent-dev.yaml"), "--target", "dev-1", "--reason",
                                 kReason},
        options);
  }

  Said Apply(const std::string& plan = "") {
    const std::unique_ptr<Process> process = Start("", plan);
    const std::optional<int> code = process->Wait(absl::Seconds(60));
    if (!code.has_value()) process->Kill();
    return {code.value_or(-1), process->Stdout(), process->Stderr()};
  }

  void ExpectDone(const Said& said) {
    EXPECT_EQ(said.exit_code, 0) << said.all();
    EXPECT_EQ(world_.Applied("dev"), "1.0.0,1.1.0");
    EXPECT_EQ(world_.Value("dev", "SELECT string_agg(n::text, ',' ORDER BY n) FROM effect"), "1,2");
  }

  // Until the controller has it, and then: how often.
  int TimesInHistory() {
    EXPECT_TRUE(WaitUntil([&] {
      return world_.Ferry({"history"}).out.find("break-glass") != std::string::npos;
    })) << world_.Log("controller");
    int times = 0;
    const nlohmann::json history = world_.Json({"history"});
    for (const auto& p : history["promotions"]) times += p["kind"] == "break_glass" ? 1 : 0;
    return times;
  }

  World world_;
};

TEST_F(BreakGlass, BringsATargetToTheNewestVersionAndTheControllerLearnsOfItOnce) {
  LoseController();
  const Said said = Apply();
  ExpectDone(said);
  EXPECT_THAT(said.out, AllOf(HasSubstr("backup"), HasSubstr("apply 1.1.0"), HasSubstr("verify 1.1.0")));
  EXPECT_THAT(world_.Value("dev", "SELECT reason FROM ferry.event WHERE version = '1.1.0' LIMIT 1"),
              HasSubstr(std::string(": ") + kReason));
  world_.StartController();
  world_.WaitForAgents();
  EXPECT_EQ(TimesInHistory(), 1);
  world_.KillController();
  world_.StartController();
  world_.WaitForAgents();
  EXPECT_EQ(TimesInHistory(), 1) << "a restart must not record it again";
  EXPECT_THAT(world_.Expect(0, {"status"}).out, HasSubstr("without the controller"));
  EXPECT_THAT(world_.Expect(0, {"changelog"}).out, HasSubstr("without the controller"));
  EXPECT_THAT(world_.Expect(0, {"history", "--events", "dev"}).out, HasSubstr(kReason));
  world_.Expect(0, {"audit", "verify"});
  world_.Write("1.2.0", "INSERT INTO effect VALUES (3);", "DELETE FROM effect WHERE n = 3;");
  world_.Expect(0, {"plan", "register"});
  world_.Expect(0, {"promote", "--to", "dev"});
  EXPECT_EQ(world_.Applied("dev"), "1.0.0,1.1.0,1.2.0");
}

TEST_F(BreakGlass, IsRefusedWhileTheWindowIsClosed) {
  LoseController();
  world_.SetWindow("dev", {kFreeze});
  const Said said = Apply();
  EXPECT_EQ(said.exit_code, 8) << said.all();
  EXPECT_THAT(said.err, AllOf(HasSubstr("FE0401"), HasSubstr("2030"))) << said.all();
  EXPECT_EQ(world_.Applied("dev"), "1.0.0");
}

TEST_F(BreakGlass, IsRefusedWhereTheTargetIsProtected) {
  LoseController();
  const std::string file = world_.dir().File("agent-dev.yaml");
  std::ofstream(file, std::ios::app) << "    protected: true\n";
  const Said said = Apply();
  EXPECT_EQ(said.exit_code, 4) << said.all();
  EXPECT_THAT(said.err, HasSubstr("FE0407"));
  EXPECT_EQ(world_.Applied("dev"), "1.0.0");
}

TEST_F(BreakGlass, AnEditedPlanFileIsRefused) {
  LoseController();
  const std::string edited =
      world_.dir().Write("edited.json", absl::StrReplaceAll(Slurp(Plan()), {{"VALUES (2)", "VALUES (9)"}}));
  const Said said = Apply(edited);
  EXPECT_EQ(said.exit_code, 1) << said.all();
  EXPECT_THAT(said.err, HasSubstr("FE0205"));
  EXPECT_EQ(world_.Applied("dev"), "1.0.0");
}

TEST_F(BreakGlass, KilledInTheMiddleTheSameCommandGoesOn) {
  LoseController();
  const std::unique_ptr<Process> killed = Start("apply.commit.after=kill");
  ASSERT_EQ(killed->Wait(), 128 + SIGKILL) << killed->Stdout() << killed->Stderr();
  EXPECT_EQ(world_.Applied("dev"), "1.0.0");
  EXPECT_EQ(world_.Value("dev", "SELECT count(*) FROM effect"), "1") << "the first section is committed";
  ExpectDone(Apply());
  world_.StartController();
  world_.WaitForAgents();
  EXPECT_EQ(TimesInHistory(), 1) << "the run that was killed finished nothing";
}

TEST_F(BreakGlass, WhatIsLeftUnfinishedIsOnRecordAsFailed) {
  LoseController();
  const std::unique_ptr<Process> killed = Start("apply.commit.after=kill");
  ASSERT_EQ(killed->Wait(), 128 + SIGKILL);
  world_.StartController();
  world_.WaitForAgents();
  EXPECT_EQ(TimesInHistory(), 1);
  EXPECT_EQ(world_.Json({"history"})["promotions"][0]["state"], "failed");
  world_.Expect(0, {"promote", "--to", "dev"});
  EXPECT_EQ(world_.Applied("dev"), "1.0.0,1.1.0");
}

TEST_F(BreakGlass, APlanThatNobodyRegisteredIsNamed) {
  world_.StartAll();
  world_.PromoteEverywhere();
  world_.Write("1.2.0", "CREATE TABLE b (id int);", "DROP TABLE b;");
  world_.KillController();
  world_.Expect(0, {"plan", "export", "--offline", "-f", Plan()});
  const Said said = Apply();
  EXPECT_EQ(said.exit_code, 0) << said.all();
  world_.StartController();
  world_.WaitForAgents();
  EXPECT_EQ(TimesInHistory(), 1);
  EXPECT_THAT(world_.Expect(0, {"history", "--events", "dev"}).out, HasSubstr("not registered here"));
  EXPECT_THAT(world_.Expect(0, {"status"}).out, HasSubstr("ferry plan register"));
  world_.Expect(0, {"plan", "register"});
  EXPECT_THAT(world_.Expect(0, {"status"}).out, Not(HasSubstr("ferry plan register")));
}

TEST_F(BreakGlass, APromotionThatWaitedFindsItsVersionsAppliedAndEnds) {
  world_.SetWindow("dev", {kFreeze});
  world_.StartAll();
  world_.Expect(0, {"plan", "register"});
  world_.Expect(0, {"plan", "export", "-f", Plan()});
  world_.Ferry({"promote", "--to", "dev", "--detach"});
  world_.WaitForPromotion("dev", {"waiting"});
  world_.KillController();
  world_.SetWindow("dev", {});
  ExpectDone(Apply());
  world_.StartController();
  world_.Reload("dev");
  world_.WaitForAgents();
  EXPECT_EQ(TimesInHistory(), 1);
  EXPECT_TRUE(WaitUntil([&] {
    const auto history = world_.Json({"history"});
    for (const auto& p : history["promotions"]) {
      if (p["kind"] == "promote" && p["state"] == "succeeded") return true;
    }
    return false;
  })) << world_.Expect(0, {"history"}).out;
  EXPECT_EQ(world_.Value("dev", "SELECT string_agg(n::text, ',' ORDER BY n) FROM effect"), "1,2")
      << "nothing is applied twice";
}

TEST_F(BreakGlass, IsBusyWhileTheAgentIsAtWork) {
  world_.Write("1.2.0", "SELECT pg_sleep(60);", "SELECT 1;");
  world_.StartAll();
  world_.PromoteEverywhere("1.1.0");
  world_.Expect(0, {"plan", "export", "-f", Plan()});
  world_.Ferry({"promote", "--to", "dev", "--detach"});
  ASSERT_TRUE(WaitUntil([&] {
    return world_.Value("dev",
                        "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(60)%' AND "
                        "state = 'active' AND pid <> pg_backend_pid()") == "1";
  }));
  world_.KillController();
  const Said said = Apply();
  EXPECT_EQ(said.exit_code, 5) << said.all();
  EXPECT_THAT(said.err, HasSubstr("FE0509"));
  EXPECT_EQ(world_.Applied("dev"), "1.0.0,1.1.0");
}

}  // namespace
}  // namespace ferry::test
