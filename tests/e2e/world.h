// A whole installation in a temporary folder: databases, one controller, an agent beside each database, and
// the CLI. Everything is the real program with a real file; a test arranges, runs `ferry` as a person would,
// and looks.
#ifndef FERRY_TESTS_E2E_WORLD_H_
#define FERRY_TESTS_E2E_WORLD_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/migration/plan.h"
#include "pg/session/session.h"
#include "tests/support/pg_cluster.h"
#include "tests/support/process.h"
#include "tests/support/temp_dir.h"
#include "tests/support/wait.h"

namespace ferry::test {

// A program that ends, and what it said.
struct Said {
  int exit_code = 0;
  std::string out, err;
  std::string all() const { return out + err; }
};

class World {
 public:
  struct Options {
    std::vector<std::string> environments = {"dev", "staging", "prod"};
    PgCluster* cluster = nullptr;  // nullptr: the shared one
    bool tcp = false;              // agents reach the database over TCP with passwords
    std::string listen;            // "" = a Unix socket
    std::string tls;               // YAML of a tls: section for both programs, or ""
    std::string agents_dial;       // where agents find the controller, when not where it listens
    int database_port = 0;         // where agents find the server on 127.0.0.1, when not on its socket
  };
  World() : World(Options()) {}
  explicit World(Options options);
  ~World();

  // ---- programs. `fault` arms a fail point: "apply.begin.after=kill".
  void StartController(const std::string& fault = "");
  void StartAgent(const std::string& environment, const std::string& fault = "");
  void StartAll();
  // The same without waiting until it has started: it may die before.
  void LaunchController(const std::string& fault = "");
  void LaunchAgent(const std::string& environment, const std::string& fault = "");
  Process& controller() { return *controller_; }
  Process& agent(const std::string& environment) { return *agents_.at(environment); }
  void KillController();
  void KillAgent(const std::string& environment);
  // Until the controller says that the agent is connected and its database was looked at.
  void WaitForAgents();

  // ---- the agent's file
  // Lines of `rules:`, each a YAML flow map; takes effect with the next start, or with Reload.
  void SetWindow(const std::string& environment, const std::vector<std::string>& rules,
                 const std::string& reserve = "0s");
  void SetLimits(const std::string& environment, const std::string& limits);
  // YAML of `programs:`, each line indented by two blanks.
  void SetPrograms(const std::string& environment, const std::string& programs);
  void SetBackupFolder(const std::string& environment, const std::string& folder);
  // `scratch:` for the target: databases of the test's own server. Takes effect with the next start.
  void SetScratch(const std::string& environment);
  // A YAML flow map: "{ quiesce: { command: [/bin/true] } }".
  void SetHooks(const std::string& environment, const std::string& hooks);
  void SetHotfix(const std::string& environment, const std::string& policy);  // "refuse", "accept"
  void Reload(const std::string& environment);                                // SIGHUP
  std::string PasswordFile(const std::string& environment) const;
  std::string BackupFolder(const std::string& environment) const;

  // ---- migrations
  // Writes VERSION_name.sql from the sections and renews ferry.sum.
  void Write(const std::string& version, const std::string& up, const std::string& down,
             const std::string& verify = "SELECT true;", const std::string& header = "");
  // Writes R_name.sql and renews ferry.sum.
  void WriteRepeatable(const std::string& name, const std::string& up,
                       const std::string& verify = "SELECT true;");
  void WriteFile(const std::string& name, const std::string& text);
  void RenewSum();
  std::string plan_dir() const { return dir_.File("plan"); }

  // ---- the CLI
  Said Ferry(const std::vector<std::string>& arguments, absl::Duration bound = absl::Seconds(60));
  // Starts it and leaves it running.
  std::unique_ptr<Process> StartFerry(const std::vector<std::string>& arguments);
  // Runs it, expects `exit_code`, returns what it said.
  Said Expect(int exit_code, const std::vector<std::string>& arguments);
  nlohmann::json Json(std::vector<std::string> arguments);
  // Registers the plan and promotes it to every environment in turn.
  void PromoteEverywhere(const std::string& version = "");
  // Starts all, and a promotion of 1.1.0 to dev that fills a.b of 200 rows in batches of 50, with ten minutes
  // between two; returns once the first is committed.
  void StartSlowBackfill();
  // Until the newest promotion of the environment is in one of these states ("succeeded", …) or waits
  // ("waiting").
  std::string WaitForPromotion(const std::string& environment, const std::vector<std::string>& states);

  // ---- the databases
  std::unique_ptr<pg::Session> Open(const std::string& environment);  // as superuser
  // The first column of the first row; "" for NULL or no row.
  std::string Value(const std::string& environment, const std::string& sql);
  void Execute(const std::string& environment, const std::string& sql);
  // The name of the environment's database.
  std::string DatabaseName(const std::string& environment) const { return databases_.at(environment).name; }
  // Rows of ferry.schema_version, oldest first: "1.0.0,1.1.0"; "" without a ledger.
  std::string Applied(const std::string& environment);

  const TempDir& dir() const { return dir_; }
  PgCluster& cluster() { return *cluster_; }
  std::string address() const { return address_; }
  std::string Log(const std::string& program) const;  // "controller", "agent-dev"

 private:
  struct AgentFile {
    std::vector<std::string> rules;
    std::string reserve = "0s";
    std::string limits = "{ lock_timeout: 2s, lock_retries: 3, batch_pause: 0s }";
    std::string backup_folder;
    std::string programs;
    bool scratch = false;
    std::string hooks = "{}";
    std::string hotfix;
  };
  void WriteControllerFile();
  void WriteAgentFile(const std::string& environment);
  std::unique_ptr<Process> Spawn(const std::string& program, const std::string& config,
                                 const std::string& fault);

  Options options_;
  TempDir dir_;
  PgCluster* cluster_;
  std::string address_;
  std::map<std::string, PgCluster::Database> databases_;
  std::map<std::string, AgentFile> agent_files_;
  std::unique_ptr<Process> controller_;
  std::map<std::string, std::unique_ptr<Process>> agents_;
};

}  // namespace ferry::test

#endif  // FERRY_TESTS_E2E_WORLD_H_
