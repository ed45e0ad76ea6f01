#include "tests/tidy/rules.h"

namespace ferry::tidy {

const std::vector<std::string>& TopFolders() {
  static const auto* const folders = new std::vector<std::string>{
      "core", "sqlite", "pg", "rpc", "workbench", "controller", "agent", "cli", "tests", "bench"};
  return *folders;
}

const std::vector<Family>& Families() {
  static const auto* const families = new std::vector<Family>{
      {"absl", {"absl/"}},
      {"stubs", {"*.grpc.pb.h"}},
      {"messages", {"ferry/v1/", "google/protobuf/"}},
      {"grpc", {"grpcpp/", "grpc/"}},
      {"pqxx", {"pqxx/"}},
      {"libpq", {"libpq-fe.h", "libpq-events.h", "libpq/", "postgres_ext.h", "pg_config"}},
      {"pg_query", {"pg_query.h", "pg_query/", "protobuf-c/"}},
      {"sqlite", {"sqlite3.h", "SQLiteCpp/"}},
      {"yaml", {"yaml-cpp/"}},
      {"openssl", {"openssl/"}},
      {"spdlog", {"spdlog/", "fmt/"}},
      {"json", {"nlohmann/"}},
      {"command line", {"CLI/"}},
      {"gtest", {"gtest/", "gmock/"}},
      {"files", {"fstream", "filesystem", "fcntl.h", "dirent.h", "sys/stat.h", "sys/file.h", "sys/mman.h"}},
      {"sockets", {"sys/socket.h", "sys/un.h", "netinet/", "arpa/", "netdb.h"}},
      {"poll", {"poll.h", "sys/epoll.h"}},
      {"processes", {"spawn.h", "sys/wait.h"}},
  };
  return *families;
}

const std::vector<FolderRule>& FolderRules() {
  static const auto* const rules = new std::vector<FolderRule>{
      // A new folder of core/ starts with nothing but core/base.
      {"core", {"core/base/"}, {}},
      {"core/base", {}, {"openssl"}},
      {"core/config", {"core/base/"}, {"yaml"}},
      {"core/sql", {"core/base/"}, {"pg_query"}},
      {"core/migration", {"core/base/", "core/config/", "core/sql/"}, {}},
      {"core/window", {"core/base/"}, {}},
      {"core/schema", {"core/base/"}, {}},
      {"core/diff", {"core/base/", "core/schema/"}, {}},
      {"core/drift", {"core/base/", "core/schema/", "core/diff/"}, {}},
      {"core/render", {"core/base/", "core/sql/", "core/schema/", "core/diff/"}, {}},
      {"core/hazard", {"core/base/", "core/sql/"}, {}},
      {"core/promotion", {"core/base/", "core/migration/"}, {}},
      {"core/approval", {"core/base/", "core/migration/"}, {"openssl"}},
      {"core/audit", {"core/base/"}, {}},
      {"core/report",
       {"core/base/", "core/sql/", "core/schema/", "core/diff/", "core/drift/", "core/hazard/",
        "core/migration/", "core/promotion/", "core/window/"},
       {}},

      // The owner of SQLite files (docs/decisions/0007).
      {"sqlite", {"core/"}, {"sqlite", "files"}},

      // libpqxx and libpq stay in pg/session.
      {"pg", {"pg/", "core/"}, {"files", "processes"}},
      {"pg/session", {"core/"}, {"pqxx", "libpq", "sockets", "poll"}},
      {"pg/executor", {"pg/ledger/", "pg/session/", "core/"}, {"json", "files"}},  // files: crash_program.cc
      {"pg/process", {"core/"}, {"files", "processes", "poll"}},
      {"pg/backup", {"pg/", "core/"}, {"files", "processes", "poll", "json"}},

      // gRPC and the service stubs stay in rpc/.
      {"rpc", {"rpc/", "core/"}, {"grpc", "stubs", "messages", "files"}},

      {"workbench", {"workbench/", "core/", "pg/"}, {"files", "processes"}},

      {"controller", {"controller/", "core/", "rpc/"}, {"messages", "spdlog", "command line", "files"}},
      {"controller/config", {"core/", "controller/store/"}, {"files"}},
      {"controller/store", {"core/", "pg/session/", "sqlite/"}, {"sqlite", "json", "messages", "files"}},
      {"controller/fleet", {"core/", "rpc/", "controller/store/"}, {"messages", "spdlog"}},
      {"controller/rollout",
       {"core/", "rpc/convert", "controller/store/", "controller/fleet/"},
       {"messages", "spdlog"}},
      {"controller/api",
       {"core/", "rpc/", "controller/store/", "controller/fleet/", "controller/rollout/"},
       {"messages", "spdlog"}},

      {"agent", {"agent/", "core/", "pg/", "rpc/"}, {"messages", "spdlog", "command line", "files"}},
      {"agent/policy", {"core/", "pg/session/"}, {"files"}},
      {"agent/journal", {"core/", "sqlite/"}, {"sqlite", "messages", "files"}},
      {"agent/program", {"core/", "pg/executor/", "pg/process/", "agent/policy/"}, {"files", "processes"}},
      {"agent/drift", {"core/", "pg/", "rpc/convert"}, {"messages", "spdlog", "files"}},
      {"agent/worker",
       {"core/", "pg/", "rpc/convert", "agent/policy/", "agent/journal/", "agent/program/", "agent/drift/"},
       {"messages", "spdlog", "files"}},
      {"agent/uplink",
       {"core/", "rpc/", "agent/policy/", "agent/journal/", "agent/worker/"},
       {"messages", "spdlog"}},

      {"cli",
       {"cli/", "core/", "rpc/", "workbench/"},
       {"messages", "spdlog", "command line", "json", "files", "processes"}},

      // Tests of the whole and benchmarks may see everything.
      {"tests",
       {"tests/", "core/", "sqlite/", "pg/", "rpc/", "workbench/", "controller/", "agent/", "cli/"},
       {"gtest", "grpc", "stubs", "messages", "pqxx", "libpq", "pg_query", "sqlite", "yaml", "openssl",
        "spdlog", "json", "command line", "files", "sockets", "poll", "processes"}},
      {"bench",
       {"bench/", "core/", "sqlite/", "pg/", "rpc/", "workbench/", "controller/", "agent/", "cli/", "tests/"},
       {"gtest", "grpc", "stubs", "messages", "pqxx", "libpq", "pg_query", "sqlite", "yaml", "openssl",
        "spdlog", "json", "command line", "files", "sockets", "poll", "processes"}},
  };
  return *rules;
}

const FolderRule& TestCodeRule() {
  static const auto* const rule =
      new FolderRule{"", {"tests/support/"}, {"gtest", "json", "files", "sockets", "poll", "processes"}};
  return *rule;
}

const std::vector<WordRule>& WordRules() {
  static const auto* const rules = new std::vector<WordRule>{
      {"clock", {"absl::Now"}, true, Where::kCode, false, "core/base/", "take a ferry::Clock"},
      {"clock",
       {"system_clock", "gettimeofday", "CLOCK_REALTIME"},
       false,
       Where::kCode,
       false,
       "core/base/",
       "take a ferry::Clock"},
      {"string_view",
       {"std::string_view"},
       false,
       Where::kCode,
       true,
       "",
       "interfaces take absl::string_view"},
      {"shell", {"system", "popen"}, true, Where::kCode, false, "", "spawn with an argument vector"},
      {"sleep",
       {"sleep_for", "sleep_until", "usleep", "nanosleep", "sleep", "absl::SleepFor"},
       true,
       Where::kCode,
       false,
       "",
       "wait on a condition with a bound"},
      {"unfinished", {"TODO", "FIXME"}, false, Where::kComments, false, "", "finish it or leave it out"},
      {"mutex",
       {"std::mutex", "std::recursive_mutex", "std::shared_mutex", "std::timed_mutex",
        "std::condition_variable", "std::condition_variable_any", "absl::Mutex", "absl::CondVar",
        "pthread_mutex_t"},
       false,
       Where::kCode,
       false,
       "core/base/mutex.h",
       "use ferry::Mutex and ferry::CondVar"},
  };
  return *rules;
}

const std::vector<Exception>& Exceptions() {
  static const auto* const exceptions = new std::vector<Exception>{};
  return *exceptions;
}

}  // namespace ferry::tidy
