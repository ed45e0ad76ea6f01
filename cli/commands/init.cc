#include <filesystem>
#include <memory>
#include <optional>
#include <ostream>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "cli/commands/commands.h"
#include "cli/commands/from_database.h"
#include "cli/exit_code.h"
#include "cli/files.h"
#include "cli/settings.h"
#include "core/base/error.h"
#include "core/config/values.h"
#include "core/migration/sum.h"
#include "core/report/escape.h"

namespace ferry::cli {
namespace {

struct Options {
  std::string folder = ".";
  std::string project;
  FromDatabase from;
};

// The folder's own name as a project's: what is not allowed becomes '-'.
std::string ProjectName(const std::string& folder) {
  std::string name = std::filesystem::path(Join(folder, "x")).parent_path().filename().string();
  for (char& c : name) {
    if (!config::IsId(absl::string_view(&c, 1)) && c != '.' && c != '_' && c != '-') c = '-';
  }
  while (!name.empty() && !absl::ascii_isalnum(static_cast<unsigned char>(name[0]))) name.erase(0, 1);
  return name.empty() ? "project" : name.substr(0, 100);
}

std::string ProjectText(const std::string& project) {
  return absl::StrCat("# What this folder of migrations is called, and where its controller is.\nproject: ",
                      project, "\nmigrations: .\n# controller: ", kDefaultController, "\n");
}

absl::StatusOr<int> RunInit(Context& context, const Options& options) {
  const std::string folder = Join(context.folder, options.folder);
  const std::string project = options.project.empty() ? ProjectName(folder) : options.project;
  if (!config::IsId(project)) {
    return Error(ErrorCode::kUsage,
                 absl::StrCat("\"", project,
                              "\" cannot be the name of a project: letters, digits, "
                              "'.', '_' and '-', at most 100, the first a letter or digit"))
        .Next("ferry init --project NAME");
  }
  RETURN_IF_ERROR(CheckFromDatabase(options.from));
  RETURN_IF_ERROR(MakeFolder(folder));
  const std::string file = Join(folder, kProjectFile);
  if (Exists(file)) {
    return Error(ErrorCode::kFileSystem, absl::StrCat("\"", file, "\" exists, and is left as it is"))
        .Next("ferry new NAME, or another folder: ferry init DIR");
  }
  std::optional<workbench::InitialMigration> initial;
  if (!options.from.url.empty()) {
    ASSIGN_OR_RETURN(initial, WriteInitialMigration(context, options.from, folder));
  }
  RETURN_IF_ERROR(WriteNewFile(file, ProjectText(project)));
  const std::string sum = Join(folder, migration::kSumFileName);
  if (!Exists(sum)) {
    ASSIGN_OR_RETURN(const FolderContent content, ReadFolder(folder));
    RETURN_IF_ERROR(WriteNewFile(sum, migration::RenderSum(content.files)));
  }
  context.out << report::Visible(file) << "\n";
  if (initial.has_value()) return ProveInitialMigration(context, options.from, *initial, folder);
  if (!context.options.quiet) context.err << "  next: ferry new NAME\n";
  return kExitOk;
}

}  // namespace

void AddInit(CommandLine& line) {
  auto options = std::make_shared<Options>();
  line.Add("init", "Begins a project: writes ferry.yaml and ferry.sum")
      .OptionalArgument("DIR", &options->folder, "the folder (.)")
      .Option("--project", "NAME", &options->project, "the project's name (the folder's)")
      .Option("--from-db", "URL", &options->from.url,
              "also write what this database has as the first migration")
      .Option("--version", "VERSION", &options->from.version, "with --from-db: its version (1.0.0)")
      .Option("--scratch", "URL", &options->from.scratch,
              "with --from-db: prove it on this server (FERRY_SCRATCH)")
      .Example("ferry init migrations/trading --project trading")
      .Example(
          "ferry init trading --from-db postgresql://ana@db1/trading --scratch postgresql://ana@localhost")
      .Run([options](Context& context) { return RunInit(context, *options); });
}

}  // namespace ferry::cli
