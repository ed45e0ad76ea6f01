// Who may speak with whom, and what a person at the terminal sees when something goes away.
#include <signal.h>

#include "tests/e2e/world.h"

namespace ferry::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr char kFreeze[] =
    "{ name: freeze, deny: { from: \"2020-01-01 00:00\", until: \"2090-01-01 00:00\" } }";

TEST(SessionTest, CtrlCDetachesSaysSoAndThePromotionGoesOn) {
  World world({.environments = {"dev"}});
  world.Write("1.0.0", "CREATE TABLE a (id int);", "DROP TABLE a;");
  world.SetWindow("dev", {kFreeze});
  world.StartAll();
  world.Expect(0, {"plan", "register"});
  const auto promote = world.StartFerry({"promote", "--to", "dev"});
  ASSERT_TRUE(promote->WaitForLine("freeze").has_value()) << promote->Stdout() << promote->Stderr();
  promote->Signal(SIGINT);
  EXPECT_EQ(promote->Wait(), 130);
  EXPECT_THAT(promote->Stdout() + promote->Stderr(), HasSubstr("ferry watch"));
  const auto watch = world.StartFerry({"watch", "dev"});
  world.SetWindow("dev", {});
  world.Reload("dev");
  EXPECT_EQ(watch->Wait(), 0) << watch->Stderr();
  EXPECT_EQ(world.Applied("dev"), "1.0.0");
}

TEST(SessionTest, WatchingSurvivesARestartOfTheController) {
  World world({.environments = {"dev"}});
  world.Write("1.0.0", "CREATE TABLE a (id int);", "DROP TABLE a;");
  world.SetWindow("dev", {kFreeze});
  world.StartAll();
  world.Expect(0, {"plan", "register"});
  const auto promote = world.StartFerry({"promote", "--to", "dev"});
  ASSERT_TRUE(promote->WaitForLine("freeze").has_value());
  world.KillController();
  world.StartController();
  world.WaitForAgents();
  world.SetWindow("dev", {});
  world.Reload("dev");
  EXPECT_EQ(promote->Wait(), 0) << promote->Stdout() << promote->Stderr();
}

TEST(SessionTest, AControllerStopsOnSigtermWhileAgentsAndWatchersAreConnected) {
  World world({.environments = {"dev"}});
  world.Write("1.0.0", "CREATE TABLE a (id int);", "DROP TABLE a;");
  world.SetWindow("dev", {kFreeze});
  world.StartAll();
  world.Expect(0, {"plan", "register"});
  const auto promote = world.StartFerry({"promote", "--to", "dev"});
  ASSERT_TRUE(promote->WaitForLine("freeze").has_value());
  world.controller().Signal(SIGTERM);
  EXPECT_EQ(world.controller().Wait(absl::Seconds(10)), 0);
  world.agent("dev").Signal(SIGTERM);
  EXPECT_EQ(world.agent("dev").Wait(absl::Seconds(10)), 0);
}

TEST(SessionTest, ASecondControllerOnTheSameStoreIsRefused) {
  World world({.environments = {"dev"}});
  world.StartController();
  Process second({std::string(std::getenv("FERRY_BIN_DIR")) + "/ferry-controller", "--config",
                  world.dir().File("controller.yaml")});
  EXPECT_EQ(second.Wait(), 1);
  EXPECT_THAT(second.Stderr(), AllOf(HasSubstr("FE0906"), HasSubstr("next:")));
}

TEST(SessionTest, ASecondAgentOnTheSameStateIsRefused) {
  World world({.environments = {"dev"}});
  world.StartAll();
  Process second({std::string(std::getenv("FERRY_BIN_DIR")) + "/ferry-agent", "--config",
                  world.dir().File("agent-dev.yaml")});
  EXPECT_EQ(second.Wait(), 1);
  EXPECT_THAT(second.Stderr(), AllOf(HasSubstr("FE0906"), HasSubstr("next:")));
}

TEST(SessionTest, TwoPromotionsOfOneEnvironmentAtOnceAreOneTooMany) {
  World world({.environments = {"dev"}});
  world.Write("1.0.0", "CREATE TABLE a (id int);", "DROP TABLE a;");
  world.SetWindow("dev", {kFreeze});
  world.StartAll();
  world.Expect(0, {"plan", "register"});
  world.Ferry({"promote", "--to", "dev", "--detach"});
  const Said second = world.Expect(7, {"promote", "--to", "dev"});
  EXPECT_THAT(second.err, AllOf(HasSubstr("FE0302"), HasSubstr("ferry watch")));
}

TEST(SessionTest, WithoutAControllerEveryCommandSaysWhatToDo) {
  World world({.environments = {"dev"}});
  for (const std::vector<std::string>& command :
       {std::vector<std::string>{"status"}, {"history"}, {"diff", "a", "b"}}) {
    const Said said = world.Ferry(command);
    EXPECT_EQ(said.exit_code, 1) << said.all();
    EXPECT_THAT(said.err, AllOf(HasSubstr("FE0903"), HasSubstr("next:")));
  }
}

TEST(SessionTest, HealthCheckingAndReflectionAreOn) {
  World world({.environments = {"dev"}, .listen = "127.0.0.1:0"});
  world.StartController();
  const std::string log = world.Log("controller");
  const size_t at = log.find("listens on ") + 11;
  const std::string address = log.substr(at, log.find(',', at) - at);
  // An empty HealthCheckRequest is five zero bytes; SERVING answers 08 01.
  const std::string body = world.dir().Write("health", std::string(5, '\0'));
  const Finished health = RunProcess({"curl", "-s", "--http2-prior-knowledge", "-H",
                                      "content-type: application/grpc", "-H", "te: trailers", "--data-binary",
                                      "@" + body, "http://" + address + "/grpc.health.v1.Health/Check"});
  EXPECT_EQ(health.out, std::string("\0\0\0\0\2\x08\x01", 7)) << health.err;
}

}  // namespace
}  // namespace ferry::test
