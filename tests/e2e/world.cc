#include "tests/e2e/world.h"

#include <signal.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "core/migration/sum.h"
#include "core/migration/values.h"

namespace ferry::test {
namespace {

std::string Bin(const std::string& program) {
  const char* folder = std::getenv("FERRY_BIN_DIR");
  return absl::StrCat(folder == nullptr ? "build/dev/bin" : folder, "/", program);
}

std::string Yaml(const PgCluster::Login& login) {
  std::vector<std::string> out;
  for (const auto& [key, value] : login) {
    if (key != "user" && key != "password") out.push_back(absl::StrCat(key, ": \"", value, "\""));
  }
  return absl::StrCat("{ ", absl::StrJoin(out, ", "), " }");
}

// A test without its programs has nothing to say.
void Ready(Process& process, const std::string& line) {
  if (process.WaitForLine(line).has_value()) return;
  std::fprintf(stderr, "a program did not start:\n%s%s\n", process.Stdout().c_str(),
               process.Stderr().c_str());
  std::abort();
}

}  // namespace

World::World(Options options)
    : options_(std::move(options)),
      cluster_(options_.cluster != nullptr ? options_.cluster : &PgCluster::Shared()),
      address_(options_.listen.empty() ? absl::StrCat("unix:", dir_.File("controller.sock"))
                                       : options_.listen) {
  std::filesystem::create_directories(plan_dir());
  std::filesystem::create_directories(dir_.File("backups"));
  dir_.Write("plan/ferry.yaml",
             absl::StrCat("project: trading\nmigrations: .\ncontroller: \"", address_, "\"\n"));
  WriteControllerFile();
  for (const std::string& environment : options_.environments) {
    databases_[environment] = cluster_->CreateDatabase();
    agent_files_[environment].backup_folder = dir_.File(absl::StrCat("backups/", environment));
    const std::string password = dir_.Write(absl::StrCat("password-", environment), "right\n");
    chmod(password.c_str(), 0600);
    WriteAgentFile(environment);
  }
}

World::~World() {
  if (::testing::Test::HasFailure()) {
    for (const std::string& environment : options_.environments) {
      if (agents_.count(environment) > 0) {
        std::fprintf(stderr, "---- agent-%s\n%s\n", environment.c_str(),
                     agents_[environment]->Stderr().c_str());
      }
    }
    if (controller_ != nullptr) std::fprintf(stderr, "---- controller\n%s\n", controller_->Stderr().c_str());
  }
}

void World::WriteControllerFile() {
  std::string pipeline;
  for (const std::string& environment : options_.environments) {
    absl::StrAppend(&pipeline, "  - environment: ", environment, "\n    targets: [", environment, "-1]\n");
  }
  dir_.Write("controller.yaml",
             absl::StrCat("name: test\nlisten: \"", address_, "\"\nstore: \"", dir_.File("controller.db"),
                          "\"\n", options_.tls, "pipeline:\n", pipeline));
}

void World::WriteAgentFile(const std::string& environment) {
  const AgentFile& file = agent_files_.at(environment);
  const PgCluster::Database& database = databases_.at(environment);
  PgCluster::Login connection =
      options_.tcp ? cluster_->LoginOf("ferry_migrate", database.name, true) : database.migrate;
  if (options_.database_port != 0) {
    connection["host"] = "127.0.0.1";
    connection["port"] = absl::StrCat(options_.database_port);
  }
  std::string logins;
  for (const char* login : {"setup", "migrate", "observe", "restore"}) {
    absl::StrAppend(&logins, "      ", login, ": { user: ferry_", login,
                    options_.tcp ? absl::StrCat(", password_file: \"", PasswordFile(environment), "\"") : "",
                    " }\n");
  }
  std::string rules;
  for (const std::string& rule : file.rules) absl::StrAppend(&rules, "        - ", rule, "\n");
  const std::string windows = absl::StrCat("    windows:\n      zone: UTC\n      reserve: ", file.reserve,
                                           rules.empty() ? "\n      rules: []\n" : "\n      rules:\n", rules);
  const std::string scratch =
      file.scratch
          ? absl::StrCat("    scratch: { connection: ", Yaml(cluster_->LoginOf("postgres", "postgres")),
                         ", user: postgres }\n")
          : "";
  dir_.Write(absl::StrCat("agent-", environment, ".yaml"),
             absl::StrCat("name: agent-", environment, "\ncontroller: \"",
                          options_.agents_dial.empty() ? address_ : options_.agents_dial, "\"\nstate: \"",
                          dir_.File(absl::StrCat("state-", environment)), "\"\n", options_.tls,
                          file.programs.empty() ? "" : "programs:\n", file.programs,
                          "targets:\n  - id: ", environment, "-1\n    environment: ", environment,
                          "\n    connection: ", Yaml(connection), "\n    logins:\n", logins,
                          "    limits: ", file.limits, "\n    backup: { folder: \"", file.backup_folder,
                          "\" }\n    restore: { hooks: ", file.hooks, " }\n", scratch, file.hotfix, windows));
}

std::unique_ptr<Process> World::Spawn(const std::string& program, const std::string& config,
                                      const std::string& fault) {
  Process::Options options;
  options.env["FERRY_FAULT"] = fault.empty() ? std::nullopt : std::optional<std::string>(fault);
  return std::make_unique<Process>(std::vector<std::string>{Bin(program), "--config", dir_.File(config)},
                                   options);
}

void World::LaunchController(const std::string& fault) {
  controller_ = Spawn("ferry-controller", "controller.yaml", fault);
}

void World::LaunchAgent(const std::string& environment, const std::string& fault) {
  agents_[environment] = Spawn("ferry-agent", absl::StrCat("agent-", environment, ".yaml"), fault);
}

void World::StartController(const std::string& fault) {
  LaunchController(fault);
  Ready(*controller_, "listens on");
}

void World::StartAgent(const std::string& environment, const std::string& fault) {
  LaunchAgent(environment, fault);
  Ready(*agents_[environment], "serves");
}

void World::StartAll() {
  StartController();
  for (const std::string& environment : options_.environments) StartAgent(environment);
  WaitForAgents();
}

void World::WaitForAgents() {
  const bool all = WaitUntil([this] {
    const Said said = Ferry({"status", "-o", "json"});
    if (said.exit_code != 0) return false;
    const nlohmann::json status = nlohmann::json::parse(said.out, nullptr, false);
    if (status.is_discarded()) return false;
    size_t ready = 0;
    for (const auto& environment : status["environments"]) {
      for (const auto& target : environment["targets"]) {
        const bool seen = target.contains("status") &&
                          (target["status"].value("reachable", false) || target["status"].contains("error"));
        if (target.value("agent_online", false) && seen) ++ready;
      }
    }
    return ready == options_.environments.size();
  });
  ASSERT_TRUE(all) << Ferry({"status", "-o", "json"}).all();
}

void World::KillController() { controller_->Kill(); }
void World::KillAgent(const std::string& environment) { agents_.at(environment)->Kill(); }

void World::SetWindow(const std::string& environment, const std::vector<std::string>& rules,
                      const std::string& reserve) {
  agent_files_.at(environment).rules = rules;
  agent_files_.at(environment).reserve = reserve;
  WriteAgentFile(environment);
}

void World::SetLimits(const std::string& environment, const std::string& limits) {
  agent_files_.at(environment).limits = limits;
  WriteAgentFile(environment);
}

void World::SetPrograms(const std::string& environment, const std::string& programs) {
  agent_files_.at(environment).programs = programs;
  WriteAgentFile(environment);
}

void World::SetBackupFolder(const std::string& environment, const std::string& folder) {
  agent_files_.at(environment).backup_folder = folder;
  WriteAgentFile(environment);
}

void World::SetScratch(const std::string& environment) {
  agent_files_.at(environment).scratch = true;
  WriteAgentFile(environment);
}

void World::SetHooks(const std::string& environment, const std::string& hooks) {
  agent_files_.at(environment).hooks = hooks;
  WriteAgentFile(environment);
}

void World::SetHotfix(const std::string& environment, const std::string& policy) {
  agent_files_.at(environment).hotfix = absl::StrCat("    hotfix: ", policy, "\n");
  WriteAgentFile(environment);
}

void World::Reload(const std::string& environment) { agent(environment).Signal(SIGHUP); }

std::string World::PasswordFile(const std::string& environment) const {
  return dir_.File(absl::StrCat("password-", environment));
}
std::string World::BackupFolder(const std::string& environment) const {
  return agent_files_.at(environment).backup_folder;
}

void World::Write(const std::string& version, const std::string& up, const std::string& down,
                  const std::string& verify, const std::string& header) {
  dir_.Write(absl::StrCat("plan/", version, "_change.sql"),
             absl::StrCat("-- migration: ", version, " change\n-- description: what ", version, " does\n",
                          header, up.rfind("-- ferry:", 0) == 0 ? "\n" : "\n-- ferry:up\n", up, "\n\n",
                          down.find("ferry:down") == std::string::npos ? "-- ferry:down\n" : "", down,
                          "\n\n-- ferry:verify\n", verify, "\n"));
  RenewSum();
}

void World::WriteRepeatable(const std::string& name, const std::string& up, const std::string& verify) {
  dir_.Write(absl::StrCat("plan/R_", name, ".sql"),
             absl::StrCat("-- repeatable: ", name, "\n-- description: what ", name, " does\n\n-- ferry:up\n",
                          up, "\n\n-- ferry:verify\n", verify, "\n"));
  RenewSum();
}

void World::WriteFile(const std::string& name, const std::string& text) {
  dir_.Write(absl::StrCat("plan/", name), text);
}

void World::RenewSum() {
  std::vector<migration::SourceFile> files;
  for (const auto& entry : std::filesystem::directory_iterator(plan_dir())) {
    if (entry.path().extension() == ".sql" || entry.path().filename() == migration::kValuesFileName)
      files.push_back({entry.path().filename(), ReadFile(entry.path())});
  }
  dir_.Write("plan/ferry.sum", migration::RenderSum(files));
}

std::unique_ptr<Process> World::StartFerry(const std::vector<std::string>& arguments) {
  std::vector<std::string> argv = {Bin("ferry")};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  Process::Options options;
  options.cwd = plan_dir();
  options.env["FERRY_CONTROLLER"] = address_;
  return std::make_unique<Process>(argv, options);
}

Said World::Ferry(const std::vector<std::string>& arguments, absl::Duration bound) {
  const std::unique_ptr<Process> process = StartFerry(arguments);
  const std::optional<int> code = process->Wait(bound);
  if (!code.has_value()) process->Kill();
  return {code.value_or(-1), process->Stdout(), process->Stderr()};
}

Said World::Expect(int exit_code, const std::vector<std::string>& arguments) {
  Said said = Ferry(arguments);
  EXPECT_EQ(said.exit_code, exit_code) << "ferry " << absl::StrJoin(arguments, " ") << "\n" << said.all();
  return said;
}

nlohmann::json World::Json(std::vector<std::string> arguments) {
  arguments.insert(arguments.end(), {"-o", "json"});
  const Said said = Expect(0, arguments);
  nlohmann::json parsed = nlohmann::json::parse(said.out, nullptr, false);
  EXPECT_FALSE(parsed.is_discarded()) << said.all();
  return parsed;
}

void World::PromoteEverywhere(const std::string& version) {
  Expect(0, {"plan", "register"});
  for (const std::string& environment : options_.environments) {
    std::vector<std::string> arguments = {"promote"};
    if (!version.empty()) arguments.push_back(version);
    arguments.insert(arguments.end(), {"--to", environment});
    Expect(0, arguments);
  }
}

void World::StartSlowBackfill() {
  Write("1.0.0", "CREATE TABLE a (id int PRIMARY KEY, b int);", "DROP TABLE a;");
  SetLimits("dev", "{ lock_timeout: 2s, lock_retries: 3, batch_pause: 10m }");
  StartAll();
  PromoteEverywhere();
  Execute("dev", "INSERT INTO a SELECT g, NULL FROM generate_series(1, 200) g");
  Write("1.1.0", "-- ferry:backfill table=a batch=50\nUPDATE a SET b = 1 WHERE b IS NULL;",
        "UPDATE a SET b = NULL;");
  Expect(0, {"plan", "register"});
  Expect(0, {"promote", "--to", "dev", "--detach"});
  ASSERT_TRUE(WaitUntil([&] { return Value("dev", "SELECT count(b) > 0 FROM a") == "t"; }));
}

std::string World::WaitForPromotion(const std::string& environment, const std::vector<std::string>& states) {
  std::string last;
  const bool reached = WaitUntil(
      [&] {
        const Said said = Ferry({"status", environment, "-o", "json"});
        const nlohmann::json status = nlohmann::json::parse(said.out, nullptr, false);
        if (said.exit_code != 0 || status.is_discarded()) return false;
        const nlohmann::json& e = status["environments"][0];
        const nlohmann::json promotion =
            e.contains("active") ? e["active"] : e.value("last", nlohmann::json::object());
        last = promotion.value("state", "none");
        for (const auto& run : promotion.value("runs", nlohmann::json::array())) {
          if (run.value("state", "") == "RUN_STATE_WAITING" || run.value("state", "") == "waiting")
            last = "waiting";
          if (run.value("state", "") == "RUN_STATE_HELD" || run.value("state", "") == "held") last = "held";
        }
        last = absl::StrReplaceAll(last, {{"PROMOTION_STATE_", ""}});
        for (char& c : last) c = static_cast<char>(std::tolower(c));
        return std::find(states.begin(), states.end(), last) != states.end();
      },
      absl::Seconds(60));
  EXPECT_TRUE(reached) << environment << " is " << last << ", not " << absl::StrJoin(states, " or ") << "\n"
                       << Ferry({"history", "--events", environment}).all();
  return last;
}

std::unique_ptr<pg::Session> World::Open(const std::string& environment) {
  auto session = pg::Session::Open({databases_.at(environment).superuser}, "test");
  EXPECT_TRUE(session.ok()) << session.status();
  if (!session.ok()) return nullptr;
  EXPECT_TRUE((*session)->Query("SET search_path = public").ok());
  return *std::move(session);
}

std::string World::Value(const std::string& environment, const std::string& sql) {
  const auto session = Open(environment);
  if (session == nullptr) return "";
  const absl::StatusOr<pg::Rows> rows = session->Query(sql);
  EXPECT_TRUE(rows.ok()) << sql << ": " << rows.status();
  return rows.ok() && !rows->empty() ? rows->at(0, 0).value_or("") : "";
}

void World::Execute(const std::string& environment, const std::string& sql) {
  const auto session = Open(environment);
  if (session == nullptr) return;
  const absl::StatusOr<pg::Rows> rows = session->Query(sql);
  EXPECT_TRUE(rows.ok()) << sql << ": " << rows.status();
}

std::string World::Applied(const std::string& environment) {
  if (Value(environment, "SELECT to_regclass('ferry.schema_version')").empty()) return "";
  return Value(environment,
               "SELECT coalesce(string_agg(version, ',' ORDER BY applied_at), '') FROM ferry.schema_version");
}

std::string World::Log(const std::string& program) const {
  if (program == "controller") return controller_->Stderr();
  return agents_.at(program.substr(6))->Stderr();
}

}  // namespace ferry::test
