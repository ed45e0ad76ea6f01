#include <algorithm>
#include <memory>
#include <ostream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "cli/commands/commands.h"
#include "cli/commands/plan_export.h"
#include "cli/commands/plan_register.h"
#include "cli/exit_code.h"
#include "cli/print/json.h"
#include "cli/print/plan.h"
#include "cli/print/text.h"
#include "cli/settings.h"
#include "core/base/error.h"
#include "core/report/escape.h"

namespace ferry::cli {
namespace {

struct PreviewOptions {
  std::string environment, to, digest, format = "table";
  bool rollback = false;
  bool exit_code = false;
};

// Exactly the SQL; on a terminal made safe, line by line.
void PrintSql(Context& context, const v1::PreviewPlanResponse& response) {
  for (const v1::Preview& target : response.targets()) {
    if (!context.out_terminal.interactive) {
      context.out << target.sql();
      continue;
    }
    for (const std::string& line : report::VisibleLines(target.sql())) context.out << line << "\n";
  }
}

absl::StatusOr<int> RunPreview(Context& context, const PreviewOptions& options) {
  if (options.environment.empty()) {
    return Error(ErrorCode::kUsage, "plan needs an environment, or one of the commands register, list, show")
        .Next("ferry plan ENV, or ferry plan --help");
  }
  ASSIGN_OR_RETURN(const auto client, Connect(context));
  v1::PreviewPlanRequest request;
  request.set_environment(options.environment);
  request.set_plan_digest(options.digest);
  request.set_kind(options.rollback ? v1::PROMOTION_KIND_ROLLBACK : v1::PROMOTION_KIND_PROMOTE);
  request.set_to_version(options.to);
  ASSIGN_OR_RETURN(const v1::PreviewPlanResponse response, client->PreviewPlan(request));
  if (context.options.json()) {
    context.out << JsonDocument("preview", response);
  } else if (options.format == "sql") {
    PrintSql(context, response);
  } else if (!context.options.quiet) {
    context.out << PreviewScreen(response, options.environment, request.kind(), ScreenOf(context));
  }
  const bool something = std::any_of(response.targets().begin(), response.targets().end(),
                                     [](const v1::Preview& target) { return target.migrations_size() > 0; });
  return options.exit_code && something ? kExitDifferent : kExitOk;
}

absl::StatusOr<int> RunList(Context& context, const std::string& project) {
  ASSIGN_OR_RETURN(const auto client, Connect(context));
  v1::ListPlansRequest request;
  request.set_name(project);
  ASSIGN_OR_RETURN(const v1::ListPlansResponse response, client->ListPlans(request));
  if (context.options.json()) {
    context.out << JsonDocument("plans", response);
  } else if (context.options.quiet) {
    for (const v1::PlanInfo& plan : response.plans()) context.out << report::Visible(plan.digest()) << "\n";
  } else {
    context.out << PlanListScreen(response, ScreenOf(context));
  }
  return kExitOk;
}

absl::StatusOr<v1::PlanInfo> FindPlan(const v1::ListPlansResponse& plans, const std::string& digest) {
  std::vector<const v1::PlanInfo*> found;
  for (const v1::PlanInfo& plan : plans.plans()) {
    if (absl::StartsWith(plan.digest(), digest)) found.push_back(&plan);
  }
  if (!found.empty() && (found.size() == 1 || digest.empty())) return *found[0];
  if (found.empty()) {
    return Error(ErrorCode::kPlanUnknown,
                 digest.empty()
                     ? std::string("no plan is registered yet")
                     : absl::StrCat("no registered plan has a digest that begins with \"", digest, "\""))
        .Next(digest.empty() ? "ferry plan register" : "ferry plan list");
  }
  return Error(ErrorCode::kPlanUnknown,
               absl::StrCat(found.size(), " plans have a digest that begins with \"", digest, "\""))
      .Next("give more of it: ferry plan list");
}

absl::StatusOr<int> RunShow(Context& context, const std::string& digest) {
  ASSIGN_OR_RETURN(const auto client, Connect(context));
  ASSIGN_OR_RETURN(const v1::ListPlansResponse response, client->ListPlans({}));
  ASSIGN_OR_RETURN(const v1::PlanInfo plan, FindPlan(response, digest));
  if (context.options.json()) {
    context.out << JsonDocument("plan", plan);
  } else if (context.options.quiet) {
    context.out << report::Visible(plan.digest()) << "\n";
  } else {
    context.out << PlanScreen(plan, ScreenOf(context));
  }
  return kExitOk;
}

void AddPreview(Command& plan) {
  auto options = std::make_shared<PreviewOptions>();
  plan.OptionalArgument("ENV", &options->environment, "what would run there")
      .Option("--to", "VERSION", &options->to, "up to this version (the plan's newest)")
      .Option("--plan", "DIGEST", &options->digest, "of this plan (the newest registered)")
      .Flag("--rollback", &options->rollback, "what ferry rollback would run")
      .Choice("--format", {"table", "sql"}, &options->format, "a table, or exactly the SQL (table)")
      .Flag("--exit-code", &options->exit_code, "end with 2 when something would run")
      .PrintsData()
      .Example("ferry plan prod --format sql")
      .Example("ferry plan register migrations/trading")
      .Run([options](Context& context) { return RunPreview(context, *options); });
}

}  // namespace

void AddPlan(CommandLine& line) {
  Command plan = line.Add("plan", "What would run on an environment; and the plans that are registered");
  AddPreview(plan);
  AddPlanRegister(plan);
  AddPlanExport(plan);
  auto project = std::make_shared<std::string>();
  plan.Add("list", "Registered plans, newest first")
      .Option("--project", "NAME", project.get(), "only this project's")
      .PrintsData()
      .Example("ferry plan list")
      .Run([project](Context& context) { return RunList(context, *project); });
  auto digest = std::make_shared<std::string>();
  plan.Add("show", "The migrations of a plan")
      .OptionalArgument("DIGEST", digest.get(), "the plan, or the beginning of its digest (the newest)")
      .PrintsData()
      .Example("ferry plan show 3e1c9f02")
      .Run([digest](Context& context) { return RunShow(context, *digest); });
}

}  // namespace ferry::cli
