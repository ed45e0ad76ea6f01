#include <algorithm>
#include <memory>
#include <ostream>

#include "absl/strings/str_cat.h"
#include "cli/commands/commands.h"
#include "cli/exit_code.h"
#include "cli/print/checklist.h"
#include "cli/records.h"
#include "cli/settings.h"
#include "core/base/error.h"
#include "core/report/checklist.h"
#include "rpc/convert.h"

namespace ferry::cli {
namespace {

struct Options {
  std::string environment, version;
  bool exit_code = false;
};

// Names of the environment before and the first one; kEnvironmentUnknown.
absl::StatusOr<const v1::EnvironmentStatus*> FindEnvironment(const v1::GetStatusResponse& status,
                                                             report::ChecklistInput& input) {
  for (const v1::EnvironmentStatus& e : status.environments()) {
    if (input.first.empty()) input.first = e.name();
    if (e.name() == input.environment) return &e;
    input.before = e.name();
  }
  return Error(ErrorCode::kEnvironmentUnknown, absl::StrCat("no environment \"", input.environment, "\""))
      .Next("ferry status");
}

const v1::PromotionInfo* NewestEnded(const std::vector<v1::PromotionInfo>& history,
                                     const std::string& environment) {
  for (const v1::PromotionInfo& p : history) {
    const bool forward = p.kind() == v1::PROMOTION_KIND_PROMOTE || p.kind() == v1::PROMOTION_KIND_BREAK_GLASS;
    if (p.environment() == environment && forward && p.has_finished_at()) return &p;
  }
  return nullptr;
}

// The versions that the list is about: what is pending up to `version`, else what the newest promotion
// brought.
absl::StatusOr<std::vector<std::string>> VersionsOf(const v1::EnvironmentStatus& environment,
                                                    const v1::GetStatusResponse& status,
                                                    const v1::PromotionInfo* newest,
                                                    report::ChecklistInput& input) {
  std::vector<std::string> versions;
  for (const v1::MigrationInfo& m : status.plan().migrations()) {
    const auto& pending = environment.pending();
    if (std::find(pending.begin(), pending.end(), m.version()) != pending.end())
      versions.push_back(m.version());
    if (m.version() == input.version) break;
  }
  if (!versions.empty()) {
    if (input.version.empty()) input.version = versions.back();
    return versions;
  }
  input.pending = false;
  if (newest == nullptr) {
    return Error(ErrorCode::kNothingToDo, absl::StrCat("nothing is pending on ", input.environment,
                                                       ", and nothing was ever promoted there"))
        .Next("ferry plan register, then the checklist again");
  }
  if (input.version.empty()) input.version = newest->to_version();
  for (const v1::RunInfo& run : newest->runs()) {
    for (const v1::StepInfo& step : run.steps()) {
      const std::string& version = step.step().version();
      const bool known = std::find(versions.begin(), versions.end(), version) != versions.end();
      if (step.step().kind() == v1::STEP_KIND_APPLY && !known) versions.push_back(version);
    }
  }
  if (versions.empty()) versions.push_back(input.version);
  return versions;
}

void AddMigrations(const v1::ListPlansResponse& plans, const std::vector<std::string>& versions,
                   report::ChecklistInput& input) {
  for (const std::string& version : versions) {
    const v1::PlanInfo* plan = PlanWith(plans, version);
    if (plan == nullptr) continue;
    input.registered_by = plan->registered_by();
    for (const v1::MigrationInfo& m : plan->migrations()) {
      if (m.version() == version) input.migrations.push_back({NoteOf(m), m.verify_queries()});
    }
  }
}

// The backup of `about` (its id), and the newest one of another promotion.
void AddBackups(const std::vector<v1::PromotionInfo>& history, const std::string& about,
                report::ChecklistInput& input) {
  for (const v1::PromotionInfo& p : history) {
    if (p.environment() != input.environment) continue;
    for (const v1::RunInfo& run : p.runs()) {
      if (run.backup_id().empty()) continue;
      absl::Time at = rpc::FromProto(p.requested_at());
      for (const v1::StepInfo& step : run.steps()) {
        const bool backup = step.step().kind() == v1::STEP_KIND_BACKUP && step.has_ended_at();
        if (backup) at = rpc::FromProto(step.ended_at());
      }
      auto& place = p.promotion_id() == about ? input.backup : input.earlier;
      if (!place.has_value()) place = report::ChecklistBackup{run.backup_id(), at};
    }
  }
}

void AddWindows(rpc::FerryClient& client, report::ChecklistInput& input) {
  v1::TestWindowRequest request;
  request.set_environment(input.environment);
  const absl::StatusOr<v1::TestWindowResponse> response = client.TestWindow(request);
  if (!response.ok()) {
    input.window_error = std::string(response.status().message());
    return;
  }
  for (const v1::WindowVerdict& v : response->verdicts()) {
    report::ChecklistWindow window{v.target_id(), v.reason(), v.open(), std::nullopt};
    if (v.open() && v.has_closes()) window.changes = rpc::FromProto(v.closes());
    if (!v.open() && v.has_opens()) window.changes = rpc::FromProto(v.opens());
    input.windows.push_back(std::move(window));
  }
}

absl::StatusOr<report::ChecklistInput> Gather(Context& context, const Options& options) {
  ASSIGN_OR_RETURN(const auto client, Connect(context));
  ASSIGN_OR_RETURN(const v1::GetStatusResponse status, client->GetStatus({}));
  report::ChecklistInput input;
  input.environment = options.environment;
  input.version = options.version;
  input.now = context.clock.Now();
  input.zone = context.zone;
  ASSIGN_OR_RETURN(const v1::EnvironmentStatus* environment, FindEnvironment(status, input));
  ASSIGN_OR_RETURN(const v1::ListPlansResponse plans, client->ListPlans({}));
  if (!input.version.empty() && PlanWith(plans, input.version) == nullptr) {
    return Error(ErrorCode::kVersionUnknown,
                 absl::StrCat("no registered plan has version \"", input.version, "\""))
        .Next("ferry plan show");
  }
  ASSIGN_OR_RETURN(const std::vector<v1::PromotionInfo> history, AllPromotions(*client, ""));
  const v1::PromotionInfo* newest = NewestEnded(history, input.environment);
  ASSIGN_OR_RETURN(const std::vector<std::string> versions, VersionsOf(*environment, status, newest, input));
  AddMigrations(plans, versions, input);
  input.deeds = DeedsOf(history);
  for (const v1::PromotionInfo& p : history) {
    if (p.state() != v1::PROMOTION_STATE_FAILED) continue;
    input.failures.push_back({p.environment(), p.promotion_id(), rpc::FromProto(p.finished_at())});
  }
  const std::string about = !input.pending              ? newest->promotion_id()
                            : environment->has_active() ? environment->active().promotion_id()
                                                        : "";
  AddBackups(history, about, input);
  AddWindows(*client, input);
  return input;
}

absl::StatusOr<int> RunChecklist(Context& context, const Options& options) {
  ASSIGN_OR_RETURN(const report::ChecklistInput input, Gather(context, options));
  const std::vector<report::ChecklistPoint> points = report::MakeChecklist(input);
  if (context.options.json()) {
    context.out << ChecklistJson(input, points);
  } else if (context.options.quiet) {
    for (const report::ChecklistPoint& point : points) {
      if (point.state == report::ChecklistPoint::State::kOpen) context.out << point.title << "\n";
    }
  } else {
    context.out << ChecklistScreen(input, points, ScreenOf(context));
  }
  return options.exit_code && report::AnythingOpen(points) ? kExitDifferent : kExitOk;
}

}  // namespace

void AddChecklist(CommandLine& line) {
  auto options = std::make_shared<Options>();
  line.Add("checklist", "The ten points before and after a migration, each with evidence and command")
      .Argument("ENV", &options->environment, "where it is to go; nothing pending: where it went last")
      .OptionalArgument("VERSION", &options->version, "up to this one (the plan's newest)")
      .Flag("--exit-code", &options->exit_code, "end with 2 when a point is open")
      .PrintsData()
      .Example("ferry checklist prod --exit-code && ferry promote --to prod")
      .Run([options](Context& context) { return RunChecklist(context, *options); });
}

}  // namespace ferry::cli
