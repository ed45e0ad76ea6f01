#include "controller/config/config.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "core/base/error.h"

namespace ferry::config {
namespace {

constexpr char kGood[] = R"(name: controller
listen: 127.0.0.1:7420
store: controller.db
log_level: debug
tls: { certificate: c.pem, key: /etc/k.pem, ca: ca.pem }
pipeline:
  - environment: dev
    targets: [dev-1]
  - environment: prod
    targets: [prod-1, prod-2]
)";

class ControllerConfigTest : public testing::Test {
 protected:
  ControllerConfigTest() {
    std::string name = testing::TempDir() + "/ferry-config-XXXXXX";
    if (mkdtemp(name.data()) == nullptr) abort();
    folder_ = name;
  }
  ~ControllerConfigTest() override { std::filesystem::remove_all(folder_); }

  absl::StatusOr<ControllerConfig> Load(const std::string& text) const {
    std::ofstream(folder_ + "/controller.yaml") << text;
    return LoadControllerConfig(folder_ + "/controller.yaml");
  }
  // Of the good file with `from` replaced by `to`: "7:3 message".
  std::string Complaint(const std::string& from, const std::string& to) const {
    EXPECT_TRUE(absl::StrContains(kGood, from)) << from;
    const absl::Status status = Load(absl::StrReplaceAll(kGood, {{from, to}})).status();
    const ErrorDetail d = DetailOf(status);
    EXPECT_EQ(d.code, ErrorCode::kConfig) << to << ": " << status;
    EXPECT_EQ(d.file, folder_ + "/controller.yaml");
    return absl::StrCat(d.line, ":", d.column, " ", status.message());
  }

  std::string folder_;
};

TEST_F(ControllerConfigTest, TheWholeFileIsRead) {
  const auto config = Load(kGood);
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->name, "controller");
  EXPECT_EQ(config->listen, "127.0.0.1:7420");
  EXPECT_EQ(config->store, folder_ + "/controller.db");
  EXPECT_EQ(config->log_level, "debug");
  EXPECT_EQ(config->tls.certificate, folder_ + "/c.pem");
  EXPECT_EQ(config->tls.key, "/etc/k.pem");
  ASSERT_EQ(config->pipeline.size(), 2U);
  EXPECT_EQ(config->pipeline[0].name, "dev");
  EXPECT_EQ(config->pipeline[1].targets, (std::vector<std::string>{"prod-1", "prod-2"}));
}

TEST_F(ControllerConfigTest, EveryComplaintSaysWhere) {
  EXPECT_EQ(Complaint("store:", "stor:"),
            "3:1 key \"stor\" is not known here; known are: name, listen, store, log_level, tls, pipeline");
  EXPECT_EQ(Complaint("listen: 127.0.0.1:7420\n", ""), "1:1 key \"listen\" is missing");
  EXPECT_EQ(Complaint("log_level: debug", "log_level: loud"),
            "4:12 \"log_level\" must be debug, info, warn or error, found \"loud\"");
  EXPECT_EQ(Complaint(", ca: ca.pem", ""), "5:6 key \"ca\" is missing");
  EXPECT_EQ(Complaint("targets: [dev-1]", "tragets: [dev-1]"),
            "8:5 key \"tragets\" is not known here; known are: environment, targets");
  EXPECT_EQ(Complaint("targets: [dev-1]", "targets: []"),
            "8:14 environment \"dev\" needs at least one target");
  EXPECT_EQ(Complaint("targets: [dev-1]", "targets: dev-1"),
            "8:14 \"targets\" must be a list, found a single value");
  EXPECT_EQ(Complaint("[prod-1, prod-2]", "[prod-1, dev-1]"),
            "10:23 target \"dev-1\" stands under \"dev\" already");
  EXPECT_EQ(Complaint("[prod-1, prod-2]", "[prod-1, prod-1]"),
            "10:23 target \"prod-1\" stands under \"prod\" already");
  EXPECT_EQ(Complaint("[prod-1, prod-2]", "[\"a,b\"]"), "10:15 \"a,b\" cannot be the id of a target");
  EXPECT_EQ(Complaint("environment: prod", "environment: dev"), "9:18 environment \"dev\" is there twice");
}

TEST_F(ControllerConfigTest, WordsOfTheCommandLineCannotNameAnEnvironment) {
  for (const char* name : {"register", "list", "Prod", "1prod"}) {
    EXPECT_TRUE(
        absl::StartsWith(Complaint("environment: prod", absl::StrCat("environment: ", name)), "9:18 "))
        << name;
  }
}

TEST_F(ControllerConfigTest, AControllerWithoutAPipelineIsRefused) {
  const absl::Status status = Load("name: c\nlisten: unix:/run/c.sock\nstore: s.db\n").status();
  EXPECT_TRUE(HasCode(status, ErrorCode::kConfig));
  EXPECT_TRUE(absl::StrContains(status.message(), "at least one environment")) << status;
}

TEST_F(ControllerConfigTest, AFileThatIsNotThereIsSaidToBeSo) {
  EXPECT_TRUE(HasCode(LoadControllerConfig(folder_ + "/none.yaml").status(), ErrorCode::kFileSystem));
  EXPECT_TRUE(HasCode(LoadControllerConfig(folder_).status(), ErrorCode::kFileSystem));
}

}  // namespace
}  // namespace ferry::config
