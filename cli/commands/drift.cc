#include <memory>
#include <ostream>

#include "absl/strings/str_cat.h"
#include "cli/commands/commands.h"
#include "cli/commands/drift_ignore.h"
#include "cli/commands/drift_migration.h"
#include "cli/drifted.h"
#include "cli/exit_code.h"
#include "cli/print/drift.h"
#include "cli/settings.h"
#include "core/base/error.h"
#include "core/report/escape.h"

namespace ferry::cli {
namespace {

struct Options {
  std::string environment;
  std::vector<std::string> objects;
  bool ignore = false, adopt = false, revert = false;
  std::string target;
  IgnoreOptions decision;
  DriftMigrationOptions migration;
  bool exit_code = false;
};

absl::Status CheckOptions(const Options& options) {
  const int ways = int{options.ignore} + int{options.adopt} + int{options.revert};
  const DriftMigrationOptions& m = options.migration;
  if (ways > 1) {
    return Error(ErrorCode::kUsage, "--ignore, --adopt and --revert are three ways: choose one")
        .Next("ferry drift ENV shows what there is");
  }
  if (ways == 0 && !options.target.empty()) {
    return Error(ErrorCode::kUsage, "--target goes together with --ignore, --adopt or --revert")
        .Next("ferry drift ENV");
  }
  const bool writes = options.adopt || options.revert;
  if (writes && options.environment.empty()) {
    return Error(ErrorCode::kUsage, "--adopt and --revert need the environment that has drifted")
        .Next("ferry drift ENV --adopt");
  }
  if (!writes && !(m.folder.empty() && m.scratch.empty() && m.allow.empty())) {
    return Error(ErrorCode::kUsage, "--dir, --scratch and --allow go together with --adopt or --revert")
        .Next("ferry drift ENV --adopt");
  }
  if (options.ignore) return CheckIgnore(options.environment, options.objects, options.decision);
  if (options.decision.until.empty() && options.decision.reason.empty()) return absl::OkStatus();
  return Error(ErrorCode::kUsage, "--until and --reason go together with --ignore")
      .Next("ferry drift ENV --ignore OBJECT --until YYYY-MM-DD --reason \"why\"");
}

// The one that was named, or all of the pipeline.
absl::StatusOr<std::vector<std::string>> Environments(rpc::FerryClient& client, const Options& options) {
  if (!options.environment.empty()) return std::vector<std::string>{options.environment};
  ASSIGN_OR_RETURN(const v1::GetStatusResponse status, client.GetStatus({}));
  std::vector<std::string> names;
  for (const v1::EnvironmentStatus& e : status.environments()) names.push_back(e.name());
  return names;
}

absl::StatusOr<std::vector<DriftedEnvironment>> Look(Context& context, rpc::FerryClient& client,
                                                     const Options& options) {
  ASSIGN_OR_RETURN(const std::vector<std::string> names, Environments(client, options));
  std::vector<DriftedEnvironment> environments;
  for (const std::string& name : names) {
    v1::GetDriftRequest request;
    request.set_environment(name);
    ASSIGN_OR_RETURN(const v1::GetDriftResponse response, client.GetDrift(request));
    ASSIGN_OR_RETURN(DriftedEnvironment drifted,
                     DriftedFrom(name, response, options.objects, context.clock.Now()));
    environments.push_back(std::move(drifted));
  }
  return environments;
}

void Print(Context& context, const std::vector<DriftedEnvironment>& environments) {
  if (context.options.json()) {
    context.out << DriftJson(environments);
  } else if (!context.options.quiet) {
    context.out << DriftScreen(environments, ScreenOf(context));
  } else {
    for (const DriftedEnvironment& environment : environments) {
      for (const DriftedTarget& target : environment.targets) {
        for (const DriftedObject& object : target.objects) {
          if (!object.ignored) context.out << report::Visible(object.word()) << "\n";
        }
      }
    }
  }
}

absl::StatusOr<int> WriteMigration(Context& context, rpc::FerryClient& client, const Options& options) {
  DriftMigrationOptions migration = options.migration;
  migration.adopt = options.adopt;
  migration.target = options.target;
  const absl::StatusOr<int> code =
      WriteDriftMigration(context, client, options.environment, options.objects, migration);
  if (!HasCode(code.status(), ErrorCode::kCancelled)) return code;
  Fail(context, code.status());
  return kExitInterrupted;
}

absl::StatusOr<int> RunDrift(Context& context, const Options& options) {
  RETURN_IF_ERROR(CheckOptions(options));
  ASSIGN_OR_RETURN(const auto client, Connect(context));
  if (options.adopt || options.revert) return WriteMigration(context, *client, options);
  if (options.ignore) {
    IgnoreOptions decision = options.decision;
    decision.target = options.target;
    return IgnoreDrift(context, *client, options.environment, options.objects, decision);
  }
  ASSIGN_OR_RETURN(const std::vector<DriftedEnvironment> environments, Look(context, *client, options));
  Print(context, environments);
  bool answered = true;
  bool drifted = false;
  for (const DriftedEnvironment& environment : environments) {
    answered = answered && environment.answered();
    drifted = drifted || environment.drifted();
  }
  if (options.exit_code && drifted) return kExitDifferent;
  return answered ? kExitOk : kExitFailed;  // what could not be looked at is not fine
}

}  // namespace

void AddDrift(CommandLine& line) {
  auto options = std::make_shared<Options>();
  line.Add("drift", "What is not as the ledger says it should be, who did it, and what to do about it")
      .OptionalArgument("ENV", &options->environment, "only this environment")
      .Arguments("OBJECT", &options->objects,
                 "only these, such as 'index public.prices.*'; a table with all that belongs to it")
      .Flag("--ignore", &options->ignore, "live with it as it is now, for a while; promotions then pass")
      .Option("--until", "DAY", &options->decision.until, "with --ignore: the last day, YYYY-MM-DD")
      .Option("--reason", "TEXT", &options->decision.reason, "with --ignore: why; it is on record")
      .Flag("--adopt", &options->adopt, "keep it: write the migration that brings it everywhere")
      .Flag("--revert", &options->revert, "undo it: write the migration that takes it back")
      .Option("--target", "TARGET", &options->target, "with these three: only this target's")
      .Option("--dir", "DIR", &options->migration.folder, "folder of migrations (the project's)")
      .Option("--scratch", "URL", &options->migration.scratch,
              "server where the migration is proven in scratch databases (FERRY_SCRATCH)")
      .Options("--allow", "LOSS", &options->migration.allow,
               "data-loss, or data-loss:public.prices: what the migration may lose")
      .Flag("--exit-code", &options->exit_code, "end with 2 when something has drifted")
      .PrintsData()
      .Example("ferry drift prod")
      .Example("ferry drift prod --ignore 'index public.prices.hand_idx' --until 2026-12-01 --reason INC-12")
      .Example("ferry drift prod --adopt 'index public.prices.hand_idx'")
      .Run([options](Context& context) { return RunDrift(context, *options); });
}

}  // namespace ferry::cli
