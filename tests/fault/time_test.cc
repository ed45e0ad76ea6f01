// Clocks that are wrong, windows that close at the worst moment, certificates that end.
#include <signal.h>

#include <cstdlib>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "core/base/clock.h"
#include "pg/executor/executor_fixture.h"
#include "tests/e2e/world.h"

namespace ferry::test {
namespace {

using ::testing::HasSubstr;

std::string Instant(absl::Time at) { return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", at, absl::UTCTimeZone()); }

// Frozen between the ledger's row and COMMIT until the window has closed: the database refuses the commit by
// its own clock.
TEST(FrozenTest, AnAgentFrozenBeforeCommitUntilTheWindowHasClosedCommitsNothing) {
  World world({.environments = {"dev"}});
  world.Write("1.0.0", "CREATE TABLE a (id int);", "DROP TABLE a;");
  world.StartAll();
  world.PromoteEverywhere();
  world.Write("1.1.0", "CREATE TABLE made (id int);", "DROP TABLE made;");
  world.Expect(0, {"plan", "register"});
  world.KillAgent("dev");
  const absl::Time closes = SystemClock().Now() + absl::Seconds(8);
  world.SetWindow("dev", {absl::StrCat("{ name: short, allow: { from: \"2020-01-01T00:00:00Z\", until: \"",
                                       Instant(closes), "\" } }")});
  world.StartAgent("dev", "apply.ledger.after=stop");
  world.WaitForAgents();
  world.Ferry({"promote", "--to", "dev", "--detach"});
  ASSERT_TRUE(WaitUntil([&] {
    return ReadFile(absl::StrCat("/proc/", world.agent("dev").pid(), "/stat")).find(") T") !=
           std::string::npos;
  })) << world.Ferry({"history", "--events", "dev"}).all();
  ASSERT_TRUE(WaitUntil([&] {
    return world.Value("dev", absl::StrCat("SELECT clock_timestamp() > to_timestamp(",
                                           absl::ToUnixSeconds(closes) + 1, ")")) == "t";
  }));
  world.agent("dev").Signal(SIGCONT);
  world.WaitForPromotion("dev", {"waiting"});
  EXPECT_EQ(world.Value("dev", "SELECT to_regclass('made')"), "");
  EXPECT_EQ(world.Applied("dev"), "1.0.0");
  world.SetWindow("dev", {});
  world.Reload("dev");
  world.WaitForPromotion("dev", {"succeeded"});
  EXPECT_EQ(world.Applied("dev"), "1.0.0,1.1.0");
}

// Wall time steps back by an hour at every look; durations come from the other clock.
class SteppingClock final : public Clock {
 public:
  absl::Time Now() const override { return SystemClock().Now() - absl::Hours(++steps_); }
  absl::Duration Elapsed() const override { return SystemClock().Elapsed(); }

 private:
  mutable int steps_ = 0;
};

class StepBackTest : public executor::ExecutorTest {};

TEST_F(StepBackTest, AClockThatStepsBackInTheMiddleChangesNoDuration) {
  const SteppingClock clock;
  limits_.clock = &clock;
  Run(*migrate_, "CREATE TABLE public.t (id int PRIMARY KEY, v int)");
  Run(*migrate_, "INSERT INTO public.t SELECT generate_series(1, 30)");
  const auto applied = Apply(Make("1.0.0",
                                  "-- ferry:backfill table=public.t batch=10\n"
                                  "UPDATE public.t SET v = 1 WHERE v IS NULL;\n"));
  ASSERT_OK(applied);
  EXPECT_GE(applied->duration, absl::ZeroDuration());
  EXPECT_LT(applied->duration, absl::Minutes(1));
  EXPECT_EQ(Cell(*migrate_, "SELECT count(*) FROM public.t WHERE v = 1"), "30");
  EXPECT_EQ(Cell(*setup_, "SELECT count(*) FROM ferry.event WHERE duration_ms < 0 OR duration_ms > 60000"),
            "0");
}

class CertificateTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const Finished made =
        RunProcess({std::string(std::getenv("FERRY_SOURCE_DIR")) + "/deploy/make-certificates", dir_.path(),
                    "long=localhost,127.0.0.1"});
    ASSERT_EQ(made.exit_code, 0) << made.out << made.err;
    dir_.Write("index.txt", "");
    dir_.Write("ca.cnf",
               absl::StrCat("[ca]\ndefault_ca = d\n[d]\ndatabase = ", dir_.File("index.txt"),
                            "\nnew_certs_dir = ", dir_.path(), "\ncertificate = ", dir_.File("ca.crt"),
                            "\nprivate_key = ", dir_.File("ca.key"),
                            "\nrand_serial = yes\nunique_subject = no\ndefault_md = sha256\npolicy = p\n"
                            "x509_extensions = e\n[p]\ncommonName = supplied\n[e]\n"
                            "subjectAltName = DNS:localhost,IP:127.0.0.1\n"
                            "extendedKeyUsage = serverAuth,clientAuth\n"));
  }
  // Makes used.crt and used.key, good until `end`.
  void Sign(absl::Time end) {
    const std::string date = absl::FormatTime("%Y%m%d%H%M%SZ", end, absl::UTCTimeZone());
    std::filesystem::copy_file(dir_.File("long.key"), dir_.File("used.key"),
                               std::filesystem::copy_options::overwrite_existing);
    Finished done = RunProcess({"openssl", "req", "-new", "-key", dir_.File("used.key"), "-subj", "/CN=used",
                                "-out", dir_.File("used.csr")});
    ASSERT_EQ(done.exit_code, 0) << done.err;
    done = RunProcess({"openssl", "ca", "-batch", "-notext", "-config", dir_.File("ca.cnf"), "-enddate", date,
                       "-in", dir_.File("used.csr"), "-out", dir_.File("used.crt")});
    ASSERT_EQ(done.exit_code, 0) << done.err;
  }
  std::string Section() const {
    return absl::StrCat("tls: { certificate: \"", dir_.File("used.crt"), "\", key: \"", dir_.File("used.key"),
                        "\", ca: \"", dir_.File("ca.crt"), "\" }\n");
  }
  std::vector<std::string> With(std::vector<std::string> arguments) const {
    const std::vector<std::string> tls = {"--tls-cert", dir_.File("used.crt"),
                                          "--tls-key",  dir_.File("used.key"),
                                          "--tls-ca",   dir_.File("ca.crt")};
    arguments.insert(arguments.end(), tls.begin(), tls.end());
    return arguments;
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

TEST_F(CertificateTest, OneThatEndsInTheMiddleStopsNoStepThatRunsAndLetsNothingNewBegin) {
  const absl::Time end = SystemClock().Now() + absl::Seconds(12);
  Sign(end);
  World world({.environments = {"dev"}, .listen = FreeAddress(), .tls = Section()});
  world.Write("1.0.0", "CREATE TABLE effect (n int);\nINSERT INTO effect VALUES (1);\nSELECT pg_sleep(14);",
              "DROP TABLE effect;");
  world.StartController();
  world.StartAgent("dev");
  ASSERT_TRUE(world.agent("dev").WaitForLine("welcomes us").has_value());
  world.Expect(0, With({"plan", "register"}));
  world.Expect(0, With({"promote", "--to", "dev", "--detach"}));
  ASSERT_TRUE(WaitUntil([&] { return world.Applied("dev") == "1.0.0"; }, absl::Minutes(1)));
  ASSERT_GT(SystemClock().Now(), end);
  world.KillAgent("dev");
  world.StartAgent("dev");
  ASSERT_TRUE(world.agent("dev").WaitForLine("dialling again").has_value());
  EXPECT_EQ(world.Ferry(With({"status"})).exit_code, 1);
  Sign(SystemClock().Now() + absl::Hours(1));
  world.KillController();
  world.KillAgent("dev");
  world.StartController();
  world.StartAgent("dev");
  const bool ended = WaitUntil([&] {
    return world.Ferry(With({"status", "dev", "-o", "json"})).out.find("SUCCEEDED") != std::string::npos ||
           world.Ferry(With({"status", "dev", "-o", "json"})).out.find("succeeded") != std::string::npos;
  });
  EXPECT_TRUE(ended) << world.Ferry(With({"history", "--events", "dev"})).all();
  EXPECT_EQ(world.Value("dev", "SELECT count(*) FROM effect"), "1");
}

}  // namespace
}  // namespace ferry::test
