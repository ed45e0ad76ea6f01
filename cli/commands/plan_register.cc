#include "cli/commands/plan_register.h"

#include <memory>
#include <ostream>

#include "absl/strings/str_cat.h"
#include "cli/exit_code.h"
#include "cli/files.h"
#include "cli/print/json.h"
#include "cli/print/plan.h"
#include "cli/settings.h"
#include "core/base/error.h"
#include "core/report/escape.h"

namespace ferry::cli {
namespace {

struct Options {
  std::string folder;
  std::string project;
};

// The project's name: the option, or what the nearest ferry.yaml says.
absl::StatusOr<std::string> ProjectName(const Context& context, const Options& options) {
  if (!options.project.empty()) return options.project;
  ASSIGN_OR_RETURN(const std::optional<Project> project, FindProject(Join(context.folder, options.folder)));
  if (project.has_value()) return project->name;
  return Error(ErrorCode::kConfig,
               absl::StrCat("no ", kProjectFile, " here or in a folder above: the plan has no name"))
      .Next("ferry init, or ferry plan register --project NAME");
}

absl::StatusOr<int> RunRegister(Context& context, const Options& options) {
  ASSIGN_OR_RETURN(const std::string project, ProjectName(context, options));
  ASSIGN_OR_RETURN(const std::string folder, MigrationFolder(context, options.folder));
  ASSIGN_OR_RETURN(const FolderContent content, ReadFolder(folder));
  ASSIGN_OR_RETURN(const migration::Plan plan, migration::BuildPlanWithSum(content.files, content.sum));
  v1::RegisterPlanRequest request;
  request.mutable_plan()->set_digest(plan.digest);
  request.mutable_plan()->set_name(project);
  for (const migration::SourceFile& file : content.files) {
    v1::MigrationFile* sent = request.mutable_plan()->add_files();
    sent->set_name(file.name);
    sent->set_content(file.bytes);
  }
  request.set_sum(content.sum.value_or(""));
  request.set_requested_by(context.user);
  ASSIGN_OR_RETURN(const auto client, Connect(context));
  ASSIGN_OR_RETURN(const v1::RegisterPlanResponse response, client->RegisterPlan(request));
  if (response.plan().digest() != plan.digest) {
    return Error(ErrorCode::kPlanDigestMismatch,
                 "the controller registered another digest than that of the files here")
        .Next("ferry version: are client and controller of one version?");
  }
  if (context.options.json()) {
    context.out << JsonDocument("registered_plan", response);
  } else if (context.options.quiet) {
    context.out << report::Visible(response.plan().digest()) << "\n";
  } else {
    context.out << PlanScreen(response.plan(), ScreenOf(context));
    context.err << (response.created() ? "registered" : "was registered already")
                << "\n  next: ferry status\n";
  }
  return kExitOk;
}

}  // namespace

void AddPlanRegister(Command& plan) {
  auto options = std::make_shared<Options>();
  plan.Add("register", "Checks a folder of migrations and hands it to the controller")
      .OptionalArgument("DIR", &options->folder, "folder of migrations (the project's)")
      .Option("--project", "NAME", &options->project, "the project's name (that of ferry.yaml)")
      .PrintsData()
      .Example("ferry plan register migrations/trading")
      .Run([options](Context& context) { return RunRegister(context, *options); });
}

}  // namespace ferry::cli
