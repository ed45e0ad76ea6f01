// A database that was made by hand comes under Schemaferry: versions are recorded, nothing is run.
#include <signal.h>

#include "tests/e2e/world.h"

namespace ferry::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr char kPrices[] = "CREATE TABLE prices (id bigint PRIMARY KEY, close numeric NOT NULL)";
constexpr char kIndex[] = "CREATE INDEX prices_close ON prices (close)";

void WritePlan(World& world) {
  world.Write("1.0.0", std::string(kPrices) + ";", "DROP TABLE prices;",
              "SELECT count(*) = 1 FROM pg_tables WHERE tablename = 'prices';");
  world.Write("1.1.0", std::string(kIndex) + ";", "DROP INDEX prices_close;");
  world.Write("1.2.0", "ALTER TABLE prices ADD COLUMN note text;", "ALTER TABLE prices DROP COLUMN note;");
}

void MakeByHand(World& world) {
  world.Execute("dev", kPrices);
  world.Execute("dev", kIndex);
  world.Execute("dev", "ALTER TABLE prices OWNER TO ferry_migrate");
  world.Execute("dev", "INSERT INTO prices VALUES (1, 2)");
}

std::string Events(World& world) {
  return world.Value("dev",
                     "SELECT string_agg(kind || ' ' || version, ', ' ORDER BY id) FROM ferry.event"
                     " WHERE kind <> 'backup'");
}

std::string ScratchDatabases(World& world) {
  return world.Value("dev", "SELECT count(*) FROM pg_database WHERE datname LIKE 'ferry\\_scratch\\_%'");
}

TEST(BaselineTest, ADatabaseMadeByHandIsRecordedAndGoesOnFromThere) {
  World world({.environments = {"dev"}});
  WritePlan(world);
  world.SetScratch("dev");
  world.StartAll();
  MakeByHand(world);
  world.Expect(0, {"plan", "register"});
  const Said said = world.Expect(0, {"baseline", "dev", "--at", "1.1.0", "--reason", "made by hand in 2019"});
  EXPECT_THAT(said.out, AllOf(HasSubstr("2 versions recorded, nothing was run"), HasSubstr("dev at 1.1.0")));
  EXPECT_EQ(world.Applied("dev"), "1.0.0,1.1.0");
  EXPECT_EQ(Events(world), "baseline 1.0.0, baseline 1.1.0");
  EXPECT_EQ(world.Value("dev", "SELECT DISTINCT reason FROM ferry.event WHERE kind = 'baseline'"),
            "made by hand in 2019");
  EXPECT_EQ(world.Value("dev", "SELECT count(*) FROM prices"), "1");
  EXPECT_THAT(world.Expect(0, {"status"}).out, HasSubstr("1.1.0 (baseline)"));
  EXPECT_THAT(world.Expect(0, {"history"}).out, HasSubstr("baseline dev at 1.1.0"));

  world.Expect(0, {"promote", "--to", "dev"});
  EXPECT_EQ(Events(world), "baseline 1.0.0, baseline 1.1.0, segment 1.2.0, applied 1.2.0");
  EXPECT_EQ(world.Value("dev", "SELECT count(note) FROM prices"), "0");
  world.Expect(0, {"audit", "verify"});
  EXPECT_EQ(ScratchDatabases(world), "0");
}

TEST(BaselineTest, ADifferenceIsShownAndNothingIsRecorded) {
  World world({.environments = {"dev"}});
  WritePlan(world);
  world.SetScratch("dev");
  world.StartAll();
  MakeByHand(world);
  world.Execute("dev", "ALTER TABLE prices ADD COLUMN forgotten int");
  world.Expect(0, {"plan", "register"});
  const Said said = world.Expect(2, {"baseline", "dev", "--at", "1.1.0"});
  EXPECT_THAT(said.out, AllOf(HasSubstr("forgotten"), HasSubstr("plan:1.1.0")));
  EXPECT_THAT(said.err, HasSubstr("nothing was recorded"));
  EXPECT_EQ(world.Applied("dev"), "");
  EXPECT_THAT(world.Expect(0, {"history"}).out, HasSubstr("no promotion yet"));
  EXPECT_EQ(ScratchDatabases(world), "0");
}

// The controller's comparison is a courtesy: the agent compares again.
TEST(BaselineTest, TheAgentItselfRefusesADatabaseThatIsNotWhatThePlanMakes) {
  World world({.environments = {"dev"}});
  WritePlan(world);
  world.SetScratch("dev");
  world.StartAll();
  MakeByHand(world);
  world.Expect(0, {"plan", "register"});
  world.agent("dev").Kill();
  world.StartAgent("dev", "baseline.compared.after=kill");  // where the first try ends
  world.WaitForAgents();
  const auto asked = world.StartFerry({"baseline", "dev", "--at", "1.1.0"});
  ASSERT_EQ(world.agent("dev").Wait(), 128 + SIGKILL);
  world.Execute("dev", "ALTER TABLE prices ADD COLUMN sneaked_in int");
  world.StartAgent("dev");
  EXPECT_EQ(world.WaitForPromotion("dev", {"failed"}), "failed");
  EXPECT_EQ(asked->Wait(), 7) << asked->Stdout() << asked->Stderr();
  EXPECT_THAT(asked->Stdout() + asked->Stderr(), AllOf(HasSubstr("FE0512"), HasSubstr("sneaked_in")));
  EXPECT_EQ(world.Applied("dev"), "");
}

TEST(BaselineTest, WithoutAScratchServerItSaysHowToGiveOne) {
  World world({.environments = {"dev"}});
  WritePlan(world);
  world.StartAll();
  MakeByHand(world);
  world.Expect(0, {"plan", "register"});
  const Said said = world.Ferry({"baseline", "dev", "--at", "1.1.0"});
  EXPECT_NE(said.exit_code, 0);
  EXPECT_THAT(said.err, AllOf(HasSubstr("FE0513"), HasSubstr("scratch: {"), HasSubstr("agent's file")));
  EXPECT_EQ(world.Applied("dev"), "");
}

TEST(BaselineTest, AnEnvironmentThatIsFurtherAlreadyIsLeftAlone) {
  World world({.environments = {"dev"}});
  WritePlan(world);
  world.SetScratch("dev");
  world.StartAll();
  world.PromoteEverywhere("1.0.0");
  const std::string events = Events(world);
  world.Expect(2, {"baseline", "dev", "--at", "1.1.0"});  // the index is not there
  world.Execute("dev", kIndex);
  world.Expect(0, {"baseline", "dev", "--at", "1.1.0"});
  EXPECT_EQ(Events(world), events + ", baseline 1.1.0");
  world.Expect(0, {"baseline", "dev", "--at", "1.1.0"});
  EXPECT_EQ(Events(world), events + ", baseline 1.1.0") << "asking again records nothing twice";
}

class BaselineKillTest : public ::testing::TestWithParam<std::string> {};

TEST_P(BaselineKillTest, ABaselineEndsAfterTheAgentIsBackAndIsRecordedOnce) {
  World world({.environments = {"dev"}});
  WritePlan(world);
  world.SetScratch("dev");
  world.StartController();
  world.StartAgent("dev", GetParam() + "=kill");
  world.WaitForAgents();
  MakeByHand(world);
  world.Expect(0, {"plan", "register"});
  const auto asked = world.StartFerry({"baseline", "dev", "--at", "1.1.0"});
  ASSERT_EQ(world.agent("dev").Wait(), 128 + SIGKILL) << GetParam() << " was never reached";
  world.StartAgent("dev");
  EXPECT_EQ(asked->Wait(absl::Seconds(60)), 0) << asked->Stdout() << asked->Stderr();
  EXPECT_EQ(Events(world), "baseline 1.0.0, baseline 1.1.0");
  EXPECT_EQ(world.Applied("dev"), "1.0.0,1.1.0");
  world.Expect(0, {"audit", "verify"});
}

INSTANTIATE_TEST_SUITE_P(Steps, BaselineKillTest,
                         ::testing::Values("baseline.compared.after", "baseline.recorded.before",
                                           "baseline.recorded.after", "report.journal.after"),
                         [](const auto& which) {
                           std::string name = which.param;
                           for (char& c : name) c = c == '.' ? '_' : c;
                           return name;
                         });

class BaselineControllerKillTest : public ::testing::TestWithParam<std::string> {};

TEST_P(BaselineControllerKillTest, ABaselineEndsAfterTheControllerIsBack) {
  World world({.environments = {"dev"}});
  WritePlan(world);
  world.SetScratch("dev");
  world.StartController(GetParam());
  world.StartAgent("dev");
  world.WaitForAgents();
  MakeByHand(world);
  world.Expect(0, {"plan", "register"});
  const auto asked = world.StartFerry({"baseline", "dev", "--at", "1.1.0"});
  ASSERT_EQ(world.controller().Wait(), 128 + SIGKILL) << GetParam() << " was never reached";
  world.StartController();
  world.WaitForAgents();
  EXPECT_EQ(world.WaitForPromotion("dev", {"succeeded"}), "succeeded");
  EXPECT_EQ(Events(world), "baseline 1.0.0, baseline 1.1.0");
}

INSTANTIATE_TEST_SUITE_P(Writes, BaselineControllerKillTest,
                         ::testing::Values("controller.created.after=kill", "controller.sent.after=kill:2",
                                           "controller.append.before=kill:4"),
                         [](const auto& which) {
                           std::string name = which.param;
                           for (char& c : name)
                             c = std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
                           return name;
                         });

// The backend that records is ended in the middle.
TEST(BaselineTest, ABackendThatIsEndedBeforeItCommitsRecordsNothingAndARetryCompletes) {
  World world({.environments = {"dev"}});
  WritePlan(world);
  world.SetScratch("dev");
  world.StartAll();
  world.PromoteEverywhere("1.0.0");
  world.Execute("dev", kIndex);
  const auto holder = world.Open("dev");  // the recording waits inside its transaction
  ASSERT_TRUE(holder->Begin().ok());
  ASSERT_TRUE(holder->Query("SELECT FROM ferry.head FOR UPDATE").ok());
  const auto asked = world.StartFerry({"baseline", "dev", "--at", "1.1.0"});
  const std::string waiting =
      "FROM pg_stat_activity WHERE application_name LIKE 'ferry/dev-1/%' AND datname = current_database() AND"
      " query LIKE 'INSERT INTO ferry.event%' AND wait_event_type = 'Lock'";
  ASSERT_TRUE(WaitUntil([&] { return world.Value("dev", "SELECT count(*) " + waiting) == "1"; }));
  world.Execute("dev", "SELECT pg_terminate_backend(pid) " + waiting);
  holder->Rollback();
  EXPECT_EQ(asked->Wait(absl::Seconds(60)), 0) << asked->Stdout() << asked->Stderr();
  EXPECT_EQ(Events(world), "segment 1.0.0, applied 1.0.0, baseline 1.1.0");
}

}  // namespace
}  // namespace ferry::test
