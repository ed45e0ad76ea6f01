// ferry-controller: holds the plan and the promotions. Builds everything, waits for signals, takes it down in
// order.
#include <signal.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <iostream>

#include "controller/api/api.h"
#include "controller/config/config.h"
#include "controller/fleet/fleet.h"
#include "controller/rollout/rollout.h"
#include "controller/store/store.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/ids.h"
#include "core/base/version.h"
#include "rpc/server.h"

namespace ferry {
namespace {

int Fail(const absl::Status& status) {
  std::cerr << ErrorText(status) << std::endl;
  return HasCode(status, ErrorCode::kConfig) ? 78 : 1;
}

absl::Status Run(const config::ControllerConfig& config, const sigset_t& signals) {
  const rpc::TlsFiles tls{config.tls.certificate, config.tls.key, config.tls.ca};
  RETURN_IF_ERROR(rpc::CheckAddress(config.listen, tls));
  ASSIGN_OR_RETURN(const std::unique_ptr<store::Store> store, store::OpenSqliteStore(config.store));
  ASSIGN_OR_RETURN(const int64_t epoch, store->RaiseEpoch());
  RETURN_IF_ERROR(store->SetPipeline(config.pipeline));
  fleet::FleetOptions options;
  options.controller_id = config.name;
  options.epoch = epoch;
  for (const store::EnvironmentRecord& environment : config.pipeline) {
    for (const std::string& target : environment.targets) options.environment_of[target] = environment.name;
  }
  fleet::Fleet fleet(std::move(options), store.get(), &SystemClock(), &SystemRandom());
  rollout::Rollout rollout(store.get(), &fleet, &SystemClock(), epoch);
  api::Api api({kSoftwareVersion, epoch, config.pipeline}, store.get(), &fleet, &rollout, &SystemClock(),
               &SystemRandom());
  RETURN_IF_ERROR(rollout.Start());
  RETURN_IF_ERROR(fleet.Start(&rollout));
  ASSIGN_OR_RETURN(const std::unique_ptr<rpc::Server> server,
                   rpc::Server::Start(config.listen, tls, &fleet, &api));
  spdlog::info("ferry-controller {} {} listens on {}, epoch {}", kSoftwareVersion, config.name,
               server->address(), epoch);
  int received = 0;
  sigwait(&signals, &received);
  spdlog::info("signal {}: draining", received);
  rollout.Shutdown();
  fleet.Shutdown();
  server->Shutdown(absl::Seconds(2));
  return absl::OkStatus();
}

int Main(int argc, char** argv) {
  CLI::App app("ferry-controller: holds the plan, compares schemas, and moves promotions");
  app.set_version_flag("--version", kSoftwareVersion);
  std::string path;
  bool check = false;
  app.add_option("--config", path, "the controller's file (YAML)")->required();
  app.add_flag("--check", check, "read the file, say whether it is good, and end");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 64;
  }
  sigset_t signals;
  sigemptyset(&signals);
  for (const int s : {SIGINT, SIGTERM}) sigaddset(&signals, s);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
  const absl::StatusOr<config::ControllerConfig> config = config::LoadControllerConfig(path);
  if (!config.ok()) return Fail(config.status());
  if (check) {
    std::cout << path << " is good: " << config->pipeline.size() << " environments" << std::endl;
    return 0;
  }
  spdlog::set_default_logger(spdlog::stderr_logger_mt("ferry-controller"));
  spdlog::set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %^%l%$ %v");
  spdlog::set_level(spdlog::level::from_str(config->log_level));
  const absl::Status ended = Run(*config, signals);
  return ended.ok() ? 0 : Fail(ended);
}

}  // namespace
}  // namespace ferry

int main(int argc, char** argv) { return ferry::Main(argc, argv); }
