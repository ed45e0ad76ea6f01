// Without TLS only loopback and Unix sockets; with it, both sides show a certificate of the same CA.
#include "tests/e2e/world.h"

namespace ferry::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

std::string Source(const std::string& path) {
  return std::string(std::getenv("FERRY_SOURCE_DIR")) + "/" + path;
}

class TlsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const Finished made =
        RunProcess({Source("deploy/make-certificates"), dir_.path(), "ferry=localhost,127.0.0.1"});
    ASSERT_EQ(made.exit_code, 0) << made.out << made.err;
  }
  std::string Section() const {
    return "tls: { certificate: \"" + dir_.File("ferry.crt") + "\", key: \"" + dir_.File("ferry.key") +
           "\", ca: \"" + dir_.File("ca.crt") + "\" }\n";
  }
  TempDir dir_;
};

// A port that was free a moment ago.
std::string FreeAddress() {
  World probe({.environments = {"dev"}, .listen = "127.0.0.1:0"});
  probe.StartController();
  const std::string log = probe.Log("controller");
  const size_t at = log.find("listens on ") + 11;
  return log.substr(at, log.find(',', at) - at);
}

TEST_F(TlsTest, WithCertificatesEverybodySpeaksMutualTls) {
  World world({.environments = {"dev"}, .listen = FreeAddress(), .tls = Section()});
  world.Write("1.0.0", "CREATE TABLE a (id int);", "DROP TABLE a;");
  world.StartController();
  world.StartAgent("dev");
  const std::vector<std::string> tls = {"--tls-cert", dir_.File("ferry.crt"),
                                        "--tls-key",  dir_.File("ferry.key"),
                                        "--tls-ca",   dir_.File("ca.crt")};
  const auto with_tls = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), tls.begin(), tls.end());
    return world.Ferry(arguments);
  };
  ASSERT_TRUE(WaitUntil([&] {
    return with_tls({"agent", "list"}).out.find("agent-dev") != std::string::npos;
  }));
  EXPECT_EQ(with_tls({"plan", "register"}).exit_code, 0);
  EXPECT_EQ(with_tls({"promote", "--to", "dev"}).exit_code, 0);
  EXPECT_EQ(world.Applied("dev"), "1.0.0");
  const Said plain = world.Ferry({"status"});
  EXPECT_EQ(plain.exit_code, 1);
  EXPECT_THAT(plain.err, HasSubstr("FE0903"));
}

TEST(AddressTest, AnotherAddressWithoutTlsIsRefusedByEveryProgram) {
  World controller({.environments = {"dev"}, .listen = "0.0.0.0:7420"});
  const std::string bin = std::getenv("FERRY_BIN_DIR");
  const Finished first =
      RunProcess({bin + "/ferry-controller", "--config", controller.dir().File("controller.yaml")});
  EXPECT_EQ(first.exit_code, 1);
  EXPECT_THAT(first.err, AllOf(HasSubstr("FE0904"), HasSubstr("next:")));
  const Finished second =
      RunProcess({bin + "/ferry-agent", "--config", controller.dir().File("agent-dev.yaml")});
  EXPECT_EQ(second.exit_code, 1);
  EXPECT_THAT(second.err, HasSubstr("FE0904"));
  EXPECT_THAT(controller.Ferry({"status"}).err, HasSubstr("FE0904"));
}

}  // namespace
}  // namespace ferry::test
