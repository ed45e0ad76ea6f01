#include "cli/commands/plan_export.h"

#include <memory>
#include <ostream>

#include "absl/strings/str_cat.h"
#include "cli/exit_code.h"
#include "cli/files.h"
#include "cli/print/text.h"
#include "cli/records.h"
#include "cli/settings.h"
#include "core/base/error.h"
#include "core/report/escape.h"
#include "rpc/plan_file.h"

namespace ferry::cli {
namespace {

struct Options {
  std::string digest, to, file, folder;
  bool offline = false;
};

absl::StatusOr<rpc::PlanFile> FromFolder(const Context& context, const Options& options) {
  if (!options.digest.empty()) {
    return Error(ErrorCode::kUsage,
                 "--plan asks the controller, --offline reads a folder: give one of the two")
        .Next("ferry plan export --help");
  }
  ASSIGN_OR_RETURN(const std::string folder, MigrationFolder(context, options.folder));
  ASSIGN_OR_RETURN(const std::optional<Project> project, FindProject(folder));
  if (!project.has_value()) {
    return Error(ErrorCode::kConfig, absl::StrCat("no ", kProjectFile, " in ", folder, " or above it"))
        .Next("ferry init");
  }
  ASSIGN_OR_RETURN(const FolderContent content, ReadFolder(folder));
  rpc::PlanFile out{project->name, "", {}};
  ASSIGN_OR_RETURN(out.plan, migration::BuildPlanWithSum(content.files, content.sum));
  return out;
}

absl::StatusOr<rpc::PlanFile> FromController(Context& context, const Options& options) {
  if (!options.folder.empty()) {
    return Error(ErrorCode::kUsage, "a folder is read with --offline only").Next("ferry plan export --help");
  }
  ASSIGN_OR_RETURN(const auto client, Connect(context));
  ASSIGN_OR_RETURN(FullPlan full, FetchPlan(*client, options.digest));
  return rpc::PlanFile{full.info.name(), "", std::move(full.plan)};
}

absl::StatusOr<int> RunExport(Context& context, const Options& options) {
  if (options.file.empty()) {
    return Error(ErrorCode::kUsage, "plan export needs a file to write")
        .Next("ferry plan export -f plan.json");
  }
  ASSIGN_OR_RETURN(rpc::PlanFile file,
                   options.offline ? FromFolder(context, options) : FromController(context, options));
  file.to_version = options.to.empty() ? file.plan.migrations.back().version.ToString() : options.to;
  ASSIGN_OR_RETURN(const std::string bytes, rpc::WritePlanFile(file));
  RETURN_IF_ERROR(WriteNewFile(Join(context.folder, options.file), bytes));
  if (context.options.quiet) {
    context.out << file.plan.digest << "\n";
    return kExitOk;
  }
  context.out << report::Visible(options.file) << ": plan " << ShortDigest(file.plan.digest) << " ("
              << report::Visible(file.name) << ") up to " << report::Visible(file.to_version) << "\n";
  context.err << "  next: on the database's host: ferry-agent apply-signed " << report::Visible(options.file)
              << " --config FILE --target TARGET --reason TEXT\n";
  return kExitOk;
}

}  // namespace

void AddPlanExport(Command& plan) {
  auto options = std::make_shared<Options>();
  plan.Add("export", "Writes a plan as a file for ferry-agent apply-signed, when no controller is there")
      .OptionalArgument("DIR", &options->folder, "with --offline: folder of migrations (the project's)")
      .Option("--plan", "DIGEST", &options->digest, "this plan of the controller (the newest)")
      .Option("--to", "VERSION", &options->to, "up to this version (the plan's newest)")
      .Option("-f,--file", "FILE", &options->file, "to write; must not exist")
      .Flag("--offline", &options->offline, "from the folder, without a controller")
      .Example("ferry plan export --to 1.2.0 -f plan.json")
      .Run([options](Context& context) { return RunExport(context, *options); });
}

}  // namespace ferry::cli
