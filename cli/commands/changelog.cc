#include <memory>
#include <ostream>
#include <set>

#include "cli/commands/commands.h"
#include "cli/exit_code.h"
#include "cli/records.h"
#include "cli/settings.h"
#include "core/base/error.h"
#include "core/report/changelog.h"
#include "core/report/escape.h"
#include "rpc/convert.h"

namespace ferry::cli {
namespace {

struct Options {
  std::string since;
  bool all = false;
};

// Of every plan of the newest plan's project; the newest plan that has a version describes it.
void AddMigrations(const v1::ListPlansResponse& plans, report::ChangelogInput& input) {
  std::set<std::string> seen;
  for (const v1::PlanInfo& plan : plans.plans()) {
    if (plan.name() != input.project) continue;
    for (const v1::MigrationInfo& m : plan.migrations()) {
      if (seen.insert(m.version()).second) input.migrations.push_back(NoteOf(m));
    }
  }
}

void AddEnvironments(const v1::GetStatusResponse& status, report::ChangelogInput& input) {
  for (const v1::EnvironmentStatus& e : status.environments()) {
    report::ChangelogEnvironment environment{e.name(), {}};
    for (const v1::TargetInfo& target : e.targets()) {
      auto& applied = environment.applied[target.target_id()];
      for (const v1::AppliedMigration& a : target.status().applied()) {
        applied[a.version()] = {rpc::FromProto(a.applied_at()), a.promotion_id(), a.baseline()};
      }
    }
    input.environments.push_back(std::move(environment));
  }
}

absl::StatusOr<int> RunChangelog(Context& context, const Options& options) {
  ASSIGN_OR_RETURN(const auto client, Connect(context));
  ASSIGN_OR_RETURN(const v1::ListPlansResponse plans, client->ListPlans({}));
  if (plans.plans().empty()) {
    return Error(ErrorCode::kPlanUnknown, "no plan is registered yet").Next("ferry plan register");
  }
  if (!options.since.empty() && PlanWith(plans, options.since) == nullptr) {
    return Error(ErrorCode::kVersionUnknown, "no registered plan has version \"" + options.since + "\"")
        .Next("ferry plan show");
  }
  ASSIGN_OR_RETURN(const v1::GetStatusResponse status, client->GetStatus({}));
  ASSIGN_OR_RETURN(const std::vector<v1::PromotionInfo> history, AllPromotions(*client, ""));
  report::ChangelogInput input;
  input.project = plans.plans(0).name();
  input.since = options.since;
  input.unreleased = options.all;
  input.deeds = DeedsOf(history);
  AddMigrations(plans, input);
  AddEnvironments(status, input);
  const std::vector<report::ChangelogEntry> entries = report::MakeChangelog(input);
  if (context.options.json()) {
    context.out << report::ChangelogJson(input.project, entries);
  } else if (context.options.quiet) {
    for (const report::ChangelogEntry& entry : entries) {
      context.out << report::Visible(entry.migration.version) << "\n";
    }
  } else {
    context.out << report::ChangelogMarkdown(input.project, entries);
  }
  return kExitOk;
}

}  // namespace

void AddChangelog(CommandLine& line) {
  auto options = std::make_shared<Options>();
  line.Add("changelog", "What each migration is for and when it reached which environment, as Markdown")
      .Option("--since", "VERSION", &options->since, "only what is above this version")
      .Flag("--all", &options->all, "also what is registered and has been nowhere yet")
      .PrintsData()
      .Example("ferry changelog --since 1.0.0 > CHANGES.md")
      .Run([options](Context& context) { return RunChangelog(context, *options); });
}

}  // namespace ferry::cli
