// The checker itself, on made-up trees.
#include "tests/tidy/check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "tests/tidy/includes.h"

namespace ferry::tidy {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class MadeUpTree : public testing::Test {
 protected:
  MadeUpTree() {
    std::string name = (std::filesystem::temp_directory_path() / "ferry-tidy-XXXXXX").string();
    root_ = mkdtemp(name.data());
  }
  ~MadeUpTree() override { std::filesystem::remove_all(root_); }

  void Write(const std::string& file, const std::string& text) const {
    const std::filesystem::path path = std::filesystem::path(root_) / file;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
  }

  std::vector<std::string> Found(const std::vector<Exception>& exceptions = {}) const {
    std::vector<std::string> found;
    for (const Finding& finding : CheckTree(root_, exceptions).findings) found.push_back(ToString(finding));
    return found;
  }

  std::string root_;
};

std::string Lines(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) absl::StrAppend(&text, "\n");
  return text;
}

TEST_F(MadeUpTree, OneViolationOfEachKindIsNamedByFileAndLine) {
  Write("core/sql/a.cc", "#include \"core/base/error.h\"\n#include <pqxx/pqxx>\n");
  Write("core/window/b.cc", "\nauto now = absl::Now();\n");
  Write("core/window/c.cc", "auto now = std::chrono::system_clock::now();\n");
  Write("cli/d.h", "void F(std::string_view text);\n");
  Write("agent/e.cc", "int x = system(\"ls\");\nFILE* f = popen (\"ls\", \"r\");\n");
  Write("tests/e2e/f_test.cc", "absl::SleepFor(d);\nstd::this_thread::sleep_for(d);\nusleep(3);\n");
  Write("rpc/g.cc", "int x;  // TODO: later\n/* FIXME */\n");
  Write("controller/h.h", "std::mutex mutex_;\nint x_ ABSL_GUARDED_BY(mutex_);\n");
  Write("controller/i.h", "class X {\n  mutable Mutex mutex_;\n  int x_;\n};\n");
  Write("pg/j.h", Lines(251));
  Write("pg/k.cc", Lines(601));
  Write("pg/l_test.cc", Lines(701));
  Write("agent/main.cc", Lines(201));
  EXPECT_THAT(
      Found(),
      ElementsAre("agent/e.cc:1: [shell] system: spawn with an argument vector",
                  "agent/e.cc:2: [shell] popen: spawn with an argument vector",
                  "agent/main.cc:201: [size] 201 lines, at most 200 are allowed",
                  "cli/d.h:1: [string_view] std::string_view: interfaces take absl::string_view",
                  "controller/h.h:1: [mutex] std::mutex: use ferry::Mutex and ferry::CondVar",
                  "controller/i.h:2: [guarded] a Mutex, but nothing in this file is ABSL_GUARDED_BY it",
                  "core/sql/a.cc:2: [include] core/sql/ may not include pqxx/pqxx (pqxx)",
                  "core/window/b.cc:2: [clock] absl::Now: take a ferry::Clock",
                  "core/window/c.cc:1: [clock] system_clock: take a ferry::Clock",
                  "pg/j.h:251: [size] 251 lines, at most 250 are allowed",
                  "pg/k.cc:601: [size] 601 lines, at most 600 are allowed",
                  "pg/l_test.cc:701: [size] 701 lines, at most 700 are allowed",
                  "rpc/g.cc:1: [unfinished] TODO: finish it or leave it out",
                  "rpc/g.cc:2: [unfinished] FIXME: finish it or leave it out",
                  "tests/e2e/f_test.cc:1: [sleep] absl::SleepFor: wait on a condition with a bound",
                  "tests/e2e/f_test.cc:2: [sleep] sleep_for: wait on a condition with a bound",
                  "tests/e2e/f_test.cc:3: [sleep] usleep: wait on a condition with a bound"));
}

TEST_F(MadeUpTree, WhatIsAllowedIsNotFound) {
  Write("core/base/clock.cc", "return absl::Now();\n");
  Write("core/base/mutex.h", "std::mutex mutex_;\n");
  Write("core/sql/a.cc",
        "// #include <pqxx/pqxx>\nf(\"std::mutex TODO system(1)\");\nfilesystem(1); my_system(2); "
        "x.system(3); x->sleep(4);\n");
  Write("agent/b.h", "Mutex mutex_;\nint x_ ABSL_GUARDED_BY(mutex_);\n");
  Write("agent/c.cc", "std::string_view text;\n// system(1) and absl::Now() in words\n");
  Write("pg/d.h", Lines(250));
  Write("pg/e.cc", Lines(600));
  Write("pg/f_test.cc", Lines(700));
  Write("cli/main.cc", Lines(200));
  Write("build/core/g.cc", "// TODO\n");
  Write("core/build-dev/g.cc", "// TODO\n");
  Write("core/.cache/g.cc", "// TODO\n");
  Write("core/sql/testdata/g.sql", "-- TODO\n");
  EXPECT_THAT(Found(), IsEmpty());
}

TEST_F(MadeUpTree, AnExceptionTakesItsFindingsAwayAndIsItselfFoundWhenItDoesNot) {
  Write("pg/long.cc", Lines(601) + "// TODO\n");
  EXPECT_THAT(Found({{"pg/long.cc", "size", "generated table"}}),
              ElementsAre("pg/long.cc:602: [unfinished] TODO: finish it or leave it out"));
  EXPECT_THAT(
      Found({{"pg/long.cc", "size", "x"}, {"pg/long.cc", "unfinished", "x"}, {"pg/gone.cc", "size", "x"}}),
      ElementsAre("pg/gone.cc:1: [exception] nothing breaks [size] here any more: take it out of the list"));
}

struct Include {
  const char* file;
  const char* header;
  bool allowed;
};

TEST(IncludeTest, FollowsTheLinkTable) {
  const std::vector<Include> includes = {
      // core: no sockets, files, databases or messages; its folders only downwards.
      {"core/promotion/a.cc", "core/base/error.h", true},
      {"core/promotion/a.cc", "core/promotion/b.h", true},
      {"core/promotion/a.cc", "core/migration/plan.h", true},
      {"core/promotion/a.cc", "core/sql/parser.h", false},
      {"core/base/a.cc", "openssl/evp.h", true},
      {"core/base/a.cc", "core/sql/parser.h", false},
      {"core/sql/a.cc", "pg_query/pg_query.pb-c.h", true},
      {"core/sql/a.cc", "core/migration/plan.h", false},
      {"core/migration/a.cc", "pg_query.h", false},
      {"core/migration/a.cc", "core/sql/parser.h", true},
      {"core/config/a.cc", "yaml-cpp/yaml.h", true},
      {"core/schema/a.cc", "core/diff/diff.h", false},
      {"core/diff/a.cc", "core/schema/object.h", true},
      {"core/diff/a.cc", "core/report/table.h", false},
      {"core/report/a.cc", "core/diff/diff.h", true},
      {"core/window/a.cc", "core/migration/plan.h", false},
      {"core/something_new/a.cc", "core/base/error.h", true},
      {"core/something_new/a.cc", "core/sql/parser.h", false},
      {"core/window/a.cc", "libpq-fe.h", false},
      {"core/window/a.cc", "grpcpp/grpcpp.h", false},
      {"core/window/a.cc", "google/protobuf/message.h", false},
      {"core/window/a.cc", "ferry/v1/agent.pb.h", false},
      {"core/window/a.cc", "sqlite3.h", false},
      {"core/window/a.cc", "yaml-cpp/yaml.h", false},
      {"core/window/a.cc", "spdlog/spdlog.h", false},
      {"core/window/a.cc", "nlohmann/json.hpp", false},
      {"core/window/a.cc", "sys/socket.h", false},
      {"core/window/a.cc", "netinet/in.h", false},
      {"core/window/a.cc", "poll.h", false},
      {"core/window/a.cc", "spawn.h", false},
      {"core/window/a.cc", "fstream", false},
      {"core/window/a.cc", "filesystem", false},
      {"core/window/a.cc", "gtest/gtest.h", false},
      {"core/window/a_test.cc", "gtest/gtest.h", true},
      {"core/window/a_test.cc", "fstream", true},
      {"core/window/a_test.cc", "core/migration/plan.h", false},
      {"core/window/a_test.cc", "pqxx/pqxx", false},
      {"core/window/a.cc", "absl/time/time.h", true},
      {"core/window/a.cc", "vector", true},
      {"sqlite/a.cc", "SQLiteCpp/SQLiteCpp.h", true},
      {"sqlite/a.cc", "pg/session/session.h", false},
      {"agent/journal/a.cc", "sqlite/database.h", true},
      {"controller/store/a.cc", "sqlite/database.h", true},
      {"controller/rollout/a.cc", "sqlite/database.h", false},
      // pg and rpc never see each other.
      {"pg/session/a.cc", "pqxx/connection", true},
      {"pg/session/a.cc", "libpq-fe.h", true},
      {"pg/session/a.cc", "pg/executor/run.h", false},
      {"pg/executor/a.cc", "libpq-fe.h", false},
      {"pg/executor/a.cc", "pg/ledger/ledger.h", true},
      {"pg/executor/a.cc", "rpc/convert.h", false},
      {"pg/executor/a.cc", "ferry/v1/agent.pb.h", false},
      {"pg/executor/a.cc", "tests/support/pg_cluster.h", false},
      {"pg/executor/a_test.cc", "tests/support/pg_cluster.h", true},
      {"pg/executor/a_fixture.h", "gtest/gtest.h", true},
      {"rpc/a.cc", "grpcpp/server.h", true},
      {"rpc/a.cc", "ferry/v1/agent.grpc.pb.h", true},
      {"rpc/a.cc", "pg/session/session.h", false},
      // controller, agent and cli never see each other, and gRPC only through rpc.
      {"controller/api/a.cc", "grpcpp/server.h", false},
      {"controller/api/a.cc", "ferry/v1/agent.grpc.pb.h", false},
      {"controller/api/a.cc", "ferry/v1/agent.pb.h", true},
      {"controller/api/a.cc", "rpc/server.h", true},
      {"controller/api/a.cc", "agent/worker/gate.h", false},
      {"controller/api/a.cc", "cli/context.h", false},
      {"controller/api/a.cc", "pg/session/session.h", false},
      {"controller/store/a.cc", "pg/session/session.h", true},
      {"controller/store/a.cc", "pg/ledger/ledger.h", false},
      {"controller/store/a.cc", "sqlite3.h", true},
      {"controller/store/a.cc", "rpc/convert.h", false},
      {"controller/store/conformance.h", "gtest/gtest.h", true},
      {"controller/rollout/a.cc", "sqlite3.h", false},
      {"controller/rollout/a.cc", "rpc/agent_gateway.h", false},
      {"agent/journal/a.cc", "sqlite3.h", true},
      {"agent/journal/a.cc", "pg/session/session.h", false},
      {"agent/worker/a.cc", "sqlite3.h", false},
      {"agent/worker/a.cc", "pg/executor/run.h", true},
      {"agent/worker/a.cc", "rpc/convert.h", true},
      {"agent/worker/a.cc", "rpc/agent_connection.h", false},
      {"agent/worker/a.cc", "controller/store/store.h", false},
      {"agent/uplink/a.cc", "rpc/agent_connection.h", true},
      {"agent/uplink/a.cc", "pg/session/session.h", false},
      {"agent/main.cc", "CLI/CLI.hpp", true},
      {"agent/main.cc", "agent/worker/gate.h", true},
      {"agent/main.cc", "pqxx/pqxx", false},
      {"cli/print/a.cc", "cli/context.h", true},
      {"cli/a.cc", "workbench/scratch.h", true},
      {"cli/a.cc", "pg/session/session.h", false},
      {"cli/a.cc", "controller/store/store.h", false},
      {"workbench/a.cc", "pg/catalog/read.h", true},
      {"workbench/a.cc", "rpc/convert.h", false},
      // Tests of the whole and benchmarks see everything; what nobody knows is refused everywhere.
      {"tests/e2e/a.cc", "controller/store/store.h", true},
      {"bench/a.cc", "tests/support/pg_cluster.h", true},
      {"tests/e2e/a.cc", "boost/asio.hpp", false},
      {"elsewhere/a.cc", "vector", false},
  };
  for (const Include& include : includes) {
    EXPECT_EQ(!WhyNotIncluded(include.file, include.header).has_value(), include.allowed)
        << include.file << " includes " << include.header;
  }
}

TEST(IncludeTest, ReadsDirectivesHoweverTheyAreWritten) {
  EXPECT_EQ(IncludedHeader("#include <vector>", "#include <vector>"), "vector");
  EXPECT_EQ(IncludedHeader("  #  include \"a/b.h\"  // x", "  #  include             "), "a/b.h");
  EXPECT_EQ(IncludedHeader("// #include <vector>", "                    "), std::nullopt);
  EXPECT_EQ(IncludedHeader("#define X \"include\"", "#define X          "), std::nullopt);
  EXPECT_EQ(IncludedHeader("#include MACRO", "#include MACRO"), std::nullopt);
}

}  // namespace
}  // namespace ferry::tidy
