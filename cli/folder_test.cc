// Commands that work on a folder of migrations, and where settings come from.
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "cli/exit_code.h"
#include "cli/testing/samples.h"
#include "cli/testing/world.h"

namespace ferry::cli {
namespace {

constexpr char kInit[] = R"(-- migration: 1.0.0 init
-- description: the first tables
-- breaking: no

-- ferry:up
CREATE TABLE prices (id bigint PRIMARY KEY, close numeric(10,2));

-- ferry:down
DROP TABLE prices;
)";

constexpr char kBroken[] = R"(-- migration: 1.1.0 add_volume
-- description: volume
-- breaking: no

-- ferry:up
ALTER TABEL prices ADD COLUMN volume bigint;

-- ferry:down
ALTER TABLE prices DROP COLUMN volume;
)";

void MakeProject(World& world) {
  world.Write("ferry.yaml", "project: trading\nmigrations: sql\ncontroller: unix:/run/ferry.sock\n");
  world.Write("sql/1.0.0_init.sql", kInit);
}

TEST(Init, WritesAProjectAndRefusesToOverwriteIt) {
  World world;
  EXPECT_EQ(world.Run({"init", "trading"}), kExitOk) << world.err;
  ExpectGolden("init", world.Screen());
  ExpectGolden("init_ferry_yaml", world.Read("trading/ferry.yaml"));
  EXPECT_FALSE(world.Read("trading/ferry.sum").empty());
  EXPECT_EQ(world.Run({"init", "trading"}), kExitFailed);
  EXPECT_NE(world.err.find("exists, and is left as it is"), std::string::npos) << world.err;
  EXPECT_EQ(world.Run({"init", "other", "--project", "books"}), kExitOk);
  EXPECT_EQ(world.Read("other/ferry.yaml").find("project: books"),
            world.Read("other/ferry.yaml").find("project:"));
}

TEST(Project, FromInitToARegisteredPlan) {
  World world;
  EXPECT_EQ(world.Run({"init", "--project", "trading"}), kExitOk);
  EXPECT_EQ(world.Run({"new", "add volume"}), kExitOk) << world.err;
  EXPECT_EQ(world.out, world.folder + "/1.0.0_add_volume.sql\n");
  EXPECT_EQ(world.err, "  next: edit it, then ferry sum\n");
  EXPECT_NE(world.Read("1.0.0_add_volume.sql").find("-- author: ana"), std::string::npos);
  world.Write("1.0.0_add_volume.sql", std::string(kInit).replace(20, 4, "add_volume"));
  EXPECT_EQ(world.Run({"sum", "--check"}), kExitFailed);
  EXPECT_EQ(world.Run({"sum"}), kExitOk) << world.err;
  EXPECT_EQ(world.Run({"sum", "--check"}), kExitOk) << world.err;
  EXPECT_EQ(world.Run({"lint"}), kExitOk) << world.out << world.err;
  EXPECT_EQ(world.out, "ok: 1 migration, no problem\n");
}

TEST(New, NeedsAProjectOrAFolderAndAGoodName) {
  World world;
  EXPECT_EQ(world.Run({"new", "x"}), kExitConfig);
  EXPECT_NE(world.err.find("next: ferry init"), std::string::npos);
  std::filesystem::create_directories(world.folder + "/sql");
  EXPECT_EQ(world.Run({"new", "x", "--dir", "sql"}), kExitOk) << world.err;
  EXPECT_EQ(world.Run({"new", "a/b", "--dir", "sql"}), kExitUsage);
}

TEST(Lint, ShowsEveryProblemWithItsLine) {
  World world;
  MakeProject(world);
  world.Write("sql/1.1.0_add_volume.sql", kBroken);
  EXPECT_EQ(world.Run({"sum"}), kExitOk) << world.err;
  EXPECT_EQ(world.Run({"lint"}), kExitFailed);
  ExpectGolden("lint", world.Screen());
  world.UseTerminal(100);
  EXPECT_EQ(world.Run({"lint", "sql"}), kExitFailed);
  ExpectGolden("lint_tty", world.Screen());
  EXPECT_EQ(world.Run({"lint", "sql/1.0.0_init.sql"}), kExitOk) << world.out;
  EXPECT_EQ(world.Run({"lint", "sql/1.1.0_add_volume.sql"}), kExitFailed);
  EXPECT_EQ(world.Run({"lint", "nowhere"}), kExitFailed);
  EXPECT_NE(world.err.find("\"nowhere\""), std::string::npos);
  EXPECT_EQ(world.Run({"lint", "-o", "json"}), kExitFailed);
  const nlohmann::json json = nlohmann::json::parse(world.out);
  EXPECT_EQ(json["schema"], "ferry/lint/v1");
  EXPECT_EQ(json["problems"][0]["code"], "FE0104");
  EXPECT_EQ(json["problems"][0]["line"], 6);
}

TEST(Sum, SaysWhichFileWasEdited) {
  World world;
  MakeProject(world);
  EXPECT_EQ(world.Run({"sum"}), kExitOk);
  world.Write("sql/1.0.0_init.sql", std::string(kInit) + "\n-- more\n");
  EXPECT_EQ(world.Run({"sum", "--check"}), kExitFailed);
  EXPECT_NE(world.err.find("1.0.0_init.sql"), std::string::npos) << world.err;
  EXPECT_EQ(world.Run({"sum"}), kExitOk);
  EXPECT_NE(world.err.find("note: "), std::string::npos) << world.err;
  EXPECT_EQ(world.Run({"sum"}), kExitOk);
  EXPECT_NE(world.err.find("was right already"), std::string::npos) << world.err;
}

TEST(Register, ChecksFirstAndSendsEveryByte) {
  World world;
  MakeProject(world);
  EXPECT_EQ(world.Run({"plan", "register"}), kExitFailed);
  EXPECT_NE(world.err.find("FE0110"), std::string::npos) << world.err;
  EXPECT_TRUE(world.controller.requests.empty());
  EXPECT_EQ(world.Run({"sum"}), kExitOk);
  world.controller.register_plan = Error(ErrorCode::kPlanConflict, "\"1.0.0_init.sql\" was edited");
  EXPECT_EQ(world.Run({"plan", "register"}), kExitPrecondition);
  EXPECT_EQ(world.controller.address, "unix:/run/ferry.sock");
  const std::string request = world.controller.requests.back();
  EXPECT_NE(request.find("name: \"trading\""), std::string::npos) << request;
  EXPECT_NE(request.find("requested_by: \"ana@laptop\""), std::string::npos) << request;
  EXPECT_NE(request.find("CREATE TABLE prices"), std::string::npos) << request;
}

TEST(Register, PrintsTheDigestAndTheVersions) {
  World world;
  MakeProject(world);
  EXPECT_EQ(world.Run({"sum"}), kExitOk);
  const FakeController::Answer<v1::RegisterPlanResponse> refused = Error(ErrorCode::kPlanConflict, "x");
  world.controller.register_plan = refused;
  EXPECT_EQ(world.Run({"plan", "register"}), kExitPrecondition);
  const std::string request = world.controller.requests.back();
  const size_t at = request.find("digest: \"") + 9;
  v1::RegisterPlanResponse response;
  *response.mutable_plan() = SamplePlan(world.Now());
  response.mutable_plan()->set_digest(request.substr(at, 64));
  response.set_created(true);
  world.controller.register_plan = response;
  EXPECT_EQ(world.Run({"plan", "register", "sql"}), kExitOk) << world.err;
  EXPECT_NE(world.out.find(request.substr(at, 64)), std::string::npos);
  EXPECT_NE(world.out.find("1.1.0"), std::string::npos);
  response.mutable_plan()->set_digest(kDigest);
  world.controller.register_plan = response;
  EXPECT_EQ(world.Run({"plan", "register"}), kExitPrecondition);
}

TEST(Settings, AddressComesFromFlagEnvironmentProjectUserThenDefault) {
  World world;
  world.controller.status = SampleStatus(world.Now());
  const auto address = [&](const std::vector<std::string>& words) {
    EXPECT_EQ(world.Run(words), kExitOk) << world.err;
    return world.controller.address;
  };
  EXPECT_EQ(address({"status"}), "127.0.0.1:7420");
  world.Write("home/.config/ferry/config.yaml", "controller: user.example:1\n");
  EXPECT_EQ(address({"status"}), "user.example:1");
  world.Write("ferry.yaml",
              "project: trading\ncontroller: project.example:2\n"
              "tls: { certificate: c.pem, key: k.pem, ca: /ca.pem }\n");
  EXPECT_EQ(address({"status"}), "project.example:2");
  EXPECT_EQ(world.controller.tls.certificate, world.folder + "/c.pem");
  EXPECT_EQ(world.controller.tls.ca, "/ca.pem");
  world.environment["FERRY_CONTROLLER"] = "env.example:3";
  EXPECT_EQ(address({"status"}), "env.example:3");
  EXPECT_EQ(address({"status", "--controller", "flag.example:4"}), "flag.example:4");
  EXPECT_EQ(address({"status", "--tls-cert", "a", "--tls-key", "b", "--tls-ca", "c"}), "env.example:3");
  EXPECT_EQ(world.controller.tls.key, "b");
}

TEST(Settings, AnUnknownKeyIsRefusedWithItsPlace) {
  World world;
  world.Write("ferry.yaml", "project: trading\ncontroler: a:1\n");
  EXPECT_EQ(world.Run({"status"}), kExitConfig);
  EXPECT_NE(world.err.find("ferry.yaml:2:1"), std::string::npos) << world.err;
  EXPECT_TRUE(world.controller.requests.empty());
}

}  // namespace
}  // namespace ferry::cli
