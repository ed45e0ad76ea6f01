// A folder of migrations applied as an agent does, with its defaults, in one process: what bench/apply/run
// and bench/backfill/run compare with psql and others.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "core/base/error.h"
#include "core/migration/plan.h"
#include "pg/executor/executor.h"
#include "pg/executor/lock.h"
#include "pg/executor/watchdog.h"
#include "pg/ledger/install.h"
#include "pg/session/url.h"

namespace ferry {
namespace {

constexpr char kUsage[] =
    "usage: ferry_bench_apply install URL               the ledger, as ferry_setup\n"
    "       ferry_bench_apply apply URL URL FOLDER [sync|fixed]   what is missing, as ferry_migrate, watched "
    "by\n"
    "                                                   ferry_observe; sync: batches wait for the disk; "
    "fixed: all of\n"
    "                                                   one size\n";

absl::StatusOr<std::unique_ptr<pg::Session>> Open(const std::string& url, const std::string& name) {
  ASSIGN_OR_RETURN(const pg::ConnectSettings settings, pg::ParseUrl(url));
  return pg::Session::Open(settings, name);
}

absl::Status Install(const std::string& url) {
  ASSIGN_OR_RETURN(const std::unique_ptr<pg::Session> setup, Open(url, "ferry/setup"));
  return ledger::Install(*setup, "ferry_migrate", "ferry_observe");
}

absl::StatusOr<migration::Plan> ReadPlan(const std::string& folder) {
  std::vector<migration::SourceFile> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".sql") continue;
    std::ifstream file(entry.path(), std::ios::binary);
    files.push_back({entry.path().filename().string(),
                     std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>())});
  }
  return migration::BuildPlan(files);
}

absl::Status Apply(const std::string& migrate_url, const std::string& observe_url, const std::string& folder,
                   const std::string& how) {
  ASSIGN_OR_RETURN(const migration::Plan plan, ReadPlan(folder));
  executor::RunContext run;
  run.run_id = run.promotion_id = run.command_id = "bench";
  run.plan_digest = plan.digest;
  run.target_id = run.agent = run.backup_id = "bench";
  run.epoch = 1;
  ASSIGN_OR_RETURN(const std::unique_ptr<pg::Session> session,
                   Open(migrate_url, executor::ApplicationName(run)));
  ASSIGN_OR_RETURN(const executor::TargetLock lock, executor::TargetLock::Acquire(*session, run));
  ASSIGN_OR_RETURN(const ledger::LedgerState state, ledger::ReadLedger(*session));
  executor::Limits limits;
  if (how == "sync") limits.async_commit = false;
  if (how == "fixed") limits.batch_time = absl::InfiniteDuration();
  executor::OpenGate gate;
  std::unique_ptr<executor::Watchdog> watch;
  int64_t rows = 0;
  for (const migration::Migration& m : plan.migrations) {
    const bool there = std::any_of(state.applied.begin(), state.applied.end(),
                                   [id = m.id()](const auto& applied) { return applied.version == id; });
    if (there) continue;
    if (watch == nullptr) {
      ASSIGN_OR_RETURN(
          watch, executor::Watchdog::Start([&observe_url] { return Open(observe_url, "ferry/watch"); }));
      run.watch = watch.get();
    }
    ASSIGN_OR_RETURN(const executor::ApplyResult result,
                     executor::ApplyMigration(*session, m, run, limits, gate, {}));
    rows += result.rows;
  }
  std::printf("%lld rows\n", static_cast<long long>(rows));
  return absl::OkStatus();
}

int Main(int argc, char** argv) {
  const std::string command = argc > 1 ? argv[1] : "";
  absl::Status status = absl::InvalidArgumentError(kUsage);
  if (command == "install" && argc == 3) status = Install(argv[2]);
  if (command == "apply" && (argc == 5 || argc == 6)) {
    status = Apply(argv[2], argv[3], argv[4], argc == 6 ? argv[5] : "");
  }
  if (!status.ok()) std::fprintf(stderr, "%s\n", std::string(status.message()).c_str());
  return status.ok() ? 0 : 1;
}

}  // namespace
}  // namespace ferry

int main(int argc, char** argv) { return ferry::Main(argc, argv); }
