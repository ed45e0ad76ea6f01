// ferry-agent: beside the databases. Builds everything, waits for signals, takes it down in order.
#include <signal.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <thread>

#include "agent/apply_signed_main.h"
#include "agent/expect_schema_main.h"
#include "agent/journal/journal.h"
#include "agent/policy/policy.h"
#include "agent/uplink/uplink.h"
#include "agent/watch_ddl_main.h"
#include "agent/worker/current_policy.h"
#include "agent/worker/worker.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/version.h"

namespace ferry {
namespace {

int Fail(const absl::Status& status) {
  std::cerr << ErrorText(status) << std::endl;
  return HasCode(status, ErrorCode::kConfig) || HasCode(status, ErrorCode::kWindowSpec) ? 78 : 1;
}

void Reload(const std::string& path, worker::CurrentPolicy& policy, worker::Worker& worker) {
  absl::StatusOr<policy::AgentConfig> next = policy::LoadAgentConfig(path);
  const absl::Status usable = next.ok() ? policy::CheckReload(*policy.Get(), *next) : next.status();
  if (!usable.ok()) {
    spdlog::error("{} was not taken, the policy before it stays: {}", path, ErrorText(usable));
    return;
  }
  policy.Replace(*std::move(next));
  worker.LookNow();
  spdlog::info("{} read again: windows, limits, backup rules and programs are in force", path);
}

// Blocks for signals until one of them ends the program.
void ServeSignals(const sigset_t& signals, const std::string& path, worker::CurrentPolicy& policy,
                  worker::Worker& worker) {
  for (;;) {
    int received = 0;
    if (sigwait(&signals, &received) != 0) continue;
    if (received != SIGHUP) {
      spdlog::info("signal {}: stopping after the current transaction", received);
      return;
    }
    Reload(path, policy, worker);
  }
}

absl::Status Run(const std::string& path, policy::AgentConfig config, const sigset_t& signals) {
  if (mkdir(config.state.c_str(), 0700) != 0 && errno != EEXIST) {
    return Error(ErrorCode::kFileSystem, "cannot create the state folder \"" + config.state + "\"")
        .Next("make it, or give the agent's user the right to");
  }
  ASSIGN_OR_RETURN(const auto journal, journal::Journal::Open(config.state + "/journal.db"));
  ASSIGN_OR_RETURN(auto connection,
                   rpc::AgentConnection::Create(config.controller,
                                                {config.tls.certificate, config.tls.key, config.tls.ca}));
  const std::string name = config.name;
  const std::string work_dir = config.state;
  worker::CurrentPolicy policy(std::move(config));
  uplink::Uplink uplink(name, std::move(connection), journal.get(), &SystemRandom());
  worker::Worker worker(&policy, journal.get(), &uplink, &SystemClock(), work_dir);
  worker.Start();
  std::thread line([&uplink, &worker] { uplink.Run(&worker); });
  spdlog::info("ferry-agent {} {} serves {} targets", kSoftwareVersion, name, policy.Get()->targets.size());
  ServeSignals(signals, path, policy, worker);
  worker.Shutdown();
  uplink.Stop();
  line.join();
  return absl::OkStatus();
}

CLI::App* AddApplySigned(CLI::App& app, std::string& path, breakglass::Options& options) {
  CLI::App* const command = app.add_subcommand(
      "apply-signed", "break-glass: brings one target to a version from a plan file, without a controller");
  command->add_option("PLAN", options.plan_file, "file that ferry plan export wrote")->required();
  command->add_option("--config", path, "the agent's file (YAML)");
  command->add_option("--target", options.target, "which of its targets")->required();
  command->add_option("--to", options.to_version, "up to this version (what the plan file says)");
  command->add_option("--reason", options.reason, "why not through the controller; the ledger keeps it")
      ->required();
  return command;
}

CLI::App* AddWatchDdl(CLI::App& app, std::string& path, WatchDdlOptions& options) {
  CLI::App* const command =
      app.add_subcommand("watch-ddl", "prints the SQL that lets a target record who changes its schema");
  command->add_option("--config", path, "the agent's file (YAML)");
  command->add_option("--target", options.target, "which of its targets")->required();
  CLI::Option* const install =
      command->add_flag("--install", options.install, "run that SQL; the set-up login must be a superuser");
  command->add_flag("--remove", options.remove, "take the watch away again; likewise")->excludes(install);
  return command;
}

CLI::App* AddExpectSchema(CLI::App& app, std::string& path, ExpectSchemaOptions& options) {
  CLI::App* const command =
      app.add_subcommand("expect-schema", "records a target's schema as it is as what should be there");
  command->add_option("--config", path, "the agent's file (YAML)");
  command->add_option("--target", options.target, "which of its targets")->required();
  command->add_option("--reason", options.reason, "why; the ledger keeps it")->required();
  return command;
}

int Main(int argc, char** argv) {
  CLI::App app(
      "ferry-agent: backs up, applies, verifies and rolls back migrations on the databases beside it");
  app.set_version_flag("--version", kSoftwareVersion);
  std::string path;
  bool check = false;
  app.add_option("--config", path, "the agent's file (YAML)");
  app.add_flag("--check", check, "read the file, say whether it is good, and end");
  breakglass::Options signed_plan;
  const CLI::App* const apply_signed = AddApplySigned(app, path, signed_plan);
  ExpectSchemaOptions expect_options;
  const CLI::App* const expect_schema = AddExpectSchema(app, path, expect_options);
  WatchDdlOptions watch_options;
  const CLI::App* const watch_ddl = AddWatchDdl(app, path, watch_options);
  try {
    app.parse(argc, argv);
    if (path.empty()) throw CLI::RequiredError("--config");
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 64;
  }
  // Blocked in every thread; one of them waits for these.
  sigset_t signals;
  sigemptyset(&signals);
  for (const int s : {SIGHUP, SIGINT, SIGTERM}) sigaddset(&signals, s);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
  absl::StatusOr<policy::AgentConfig> config = policy::LoadAgentConfig(path);
  if (!config.ok()) return Fail(config.status());
  if (apply_signed->parsed()) {
    signed_plan.by = UserAtHost();
    return ApplySignedMain(*config, signed_plan);
  }
  if (expect_schema->parsed()) {
    expect_options.by = UserAtHost();
    return ExpectSchemaMain(*config, expect_options);
  }
  if (watch_ddl->parsed()) return WatchDdlMain(*config, watch_options);
  if (check) {
    std::cout << path << " is good: " << config->targets.size() << " targets" << std::endl;
    return 0;
  }
  spdlog::set_default_logger(spdlog::stderr_logger_mt("ferry-agent"));
  spdlog::set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %^%l%$ %v");
  spdlog::set_level(spdlog::level::from_str(config->log_level));
  const absl::Status ended = Run(path, *std::move(config), signals);
  return ended.ok() ? 0 : Fail(ended);
}

}  // namespace
}  // namespace ferry

int main(int argc, char** argv) { return ferry::Main(argc, argv); }
