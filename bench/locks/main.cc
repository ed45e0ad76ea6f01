// One migration applied as an agent does, with its defaults: what bench/locks/run compares with psql.
#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "core/base/error.h"
#include "core/migration/migration.h"
#include "pg/executor/executor.h"
#include "pg/executor/lock.h"
#include "pg/executor/watchdog.h"
#include "pg/ledger/install.h"
#include "pg/session/url.h"

namespace ferry {
namespace {

constexpr char kUsage[] =
    "usage: ferry_bench_locks install URL          the ledger, as ferry_setup\n"
    "       ferry_bench_locks apply URL URL FILE   as ferry_migrate, watched by ferry_observe\n";

absl::StatusOr<std::unique_ptr<pg::Session>> Open(const std::string& url, const std::string& name) {
  ASSIGN_OR_RETURN(const pg::ConnectSettings settings, pg::ParseUrl(url));
  return pg::Session::Open(settings, name);
}

absl::Status Install(const std::string& url) {
  ASSIGN_OR_RETURN(const std::unique_ptr<pg::Session> setup, Open(url, "ferry/setup"));
  return ledger::Install(*setup, "ferry_migrate", "ferry_observe");
}

absl::Status Apply(const std::string& migrate_url, const std::string& observe_url, const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  ASSIGN_OR_RETURN(const migration::Migration migration,
                   migration::ParseMigration(path.substr(path.rfind('/') + 1), bytes));
  executor::RunContext run;
  run.run_id = run.promotion_id = run.command_id = run.plan_digest = migration.id();
  run.target_id = run.agent = run.backup_id = "bench";
  run.epoch = 1;
  ASSIGN_OR_RETURN(const std::unique_ptr<pg::Session> session,
                   Open(migrate_url, executor::ApplicationName(run)));
  ASSIGN_OR_RETURN(const executor::TargetLock lock, executor::TargetLock::Acquire(*session, run));
  ASSIGN_OR_RETURN(const std::unique_ptr<executor::Watchdog> watch,
                   executor::Watchdog::Start([&observe_url] { return Open(observe_url, "ferry/watch"); }));
  run.watch = watch.get();
  executor::OpenGate gate;
  ASSIGN_OR_RETURN(const executor::ApplyResult result,
                   executor::ApplyMigration(*session, migration, run, executor::Limits(), gate, {}));
  std::printf("{\"seconds\": %.4f, \"lock_retries\": %d}\n", absl::ToDoubleSeconds(result.duration),
              result.lock_retries);
  return absl::OkStatus();
}

int Main(int argc, char** argv) {
  const std::string command = argc > 1 ? argv[1] : "";
  absl::Status status = absl::InvalidArgumentError(kUsage);
  if (command == "install" && argc == 3) status = Install(argv[2]);
  if (command == "apply" && argc == 5) status = Apply(argv[2], argv[3], argv[4]);
  if (!status.ok()) std::fprintf(stderr, "%s\n", std::string(status.message()).c_str());
  return status.ok() ? 0 : 1;
}

}  // namespace
}  // namespace ferry

int main(int argc, char** argv) { return ferry::Main(argc, argv); }
