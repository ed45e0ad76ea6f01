#include "cli/settings.h"

#include <algorithm>
#include <filesystem>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "cli/files.h"
#include "core/base/error.h"
#include "core/config/config_node.h"
#include "core/config/values.h"
#include "core/migration/sum.h"

namespace ferry::cli {
namespace fs = std::filesystem;
namespace {

// Keys that ferry.yaml and config.yaml have in common.
absl::Status ReadController(const config::ConfigNode& root, Project& project) {
  if (root.Has("controller")) {
    ASSIGN_OR_RETURN(project.controller, config::ReadAddress(root, "controller"));
  }
  ASSIGN_OR_RETURN(const config::TlsFiles tls, config::ReadTls(root));
  project.tls = {tls.certificate, tls.key, tls.ca};
  return absl::OkStatus();
}

absl::StatusOr<Project> ReadProject(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  ASSIGN_OR_RETURN(const config::ConfigNode root, config::ConfigNode::Parse(path, text));
  RETURN_IF_ERROR(
      root.RefuseUnknown({"project", "migrations", "controller", "tls", "scratch", "differences"}));
  Project project;
  project.file = path;
  ASSIGN_OR_RETURN(project.name, config::ReadId(root, "project"));
  ASSIGN_OR_RETURN(const std::string migrations, root.StringOr("migrations", "."));
  project.migrations = Join(fs::path(path).parent_path().string(), migrations);
  ASSIGN_OR_RETURN(project.scratch, root.StringOr("scratch", ""));
  ASSIGN_OR_RETURN(project.differences, root.StringOr("differences", ""));
  RETURN_IF_ERROR(ReadController(root, project));
  return project;
}

absl::StatusOr<std::optional<Project>> ReadUserConfig(const Environment& environment) {
  std::string base = environment("XDG_CONFIG_HOME").value_or("");
  if (base.empty()) {
    const std::string home = environment("HOME").value_or("");
    if (home.empty()) return std::nullopt;
    base = Join(home, ".config");
  }
  const std::string path = Join(base, "ferry/config.yaml");
  if (!Exists(path)) return std::nullopt;
  ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  ASSIGN_OR_RETURN(const config::ConfigNode root, config::ConfigNode::Parse(path, text));
  RETURN_IF_ERROR(root.RefuseUnknown({"controller", "tls"}));
  Project out;
  RETURN_IF_ERROR(ReadController(root, out));
  return out;
}

}  // namespace

absl::StatusOr<std::optional<Project>> FindProject(const std::string& folder) {
  for (fs::path at = fs::path(folder).lexically_normal();; at = at.parent_path()) {
    const std::string path = (at / kProjectFile).string();
    if (Exists(path)) {
      ASSIGN_OR_RETURN(Project project, ReadProject(path));
      return project;
    }
    if (at == at.parent_path()) return std::nullopt;
  }
}

absl::StatusOr<std::string> MigrationFolder(const Context& context, const std::string& asked) {
  if (!asked.empty()) return Join(context.folder, asked);
  ASSIGN_OR_RETURN(const std::optional<Project> project, FindProject(context.folder));
  if (project.has_value()) return project->migrations;
  return Error(ErrorCode::kConfig, absl::StrCat("no ", kProjectFile, " here or in a folder above"))
      .Next("ferry init, or name the folder of migrations");
}

absl::StatusOr<std::string> ScratchUrl(const Context& context, const std::string& asked,
                                       const std::string& folder) {
  if (!asked.empty()) return asked;
  const std::string said = context.environment("FERRY_SCRATCH").value_or("");
  if (!said.empty()) return said;
  ASSIGN_OR_RETURN(const std::optional<Project> project, FindProject(folder));
  return project.has_value() ? project->scratch : std::string();
}

int64_t FolderContent::migrations() const {
  return std::count_if(files.begin(), files.end(), [](const migration::SourceFile& file) {
    return file.name != migration::kValuesFileName;
  });
}

absl::StatusOr<FolderContent> ReadFolder(const std::string& folder) {
  FolderContent out;
  out.folder = folder;
  ASSIGN_OR_RETURN(const std::vector<std::string> names, FilesIn(folder));
  for (const std::string& name : names) {
    const bool is_sum = name == migration::kSumFileName;
    if (!is_sum && name != migration::kValuesFileName && !absl::EndsWith(name, ".sql")) continue;
    ASSIGN_OR_RETURN(std::string bytes, ReadFile(Join(folder, name)));
    if (is_sum) {
      out.sum = std::move(bytes);
    } else {
      out.files.push_back({name, std::move(bytes)});
    }
  }
  return out;
}

absl::StatusOr<ControllerSettings> FindController(const Context& context) {
  ASSIGN_OR_RETURN(const std::optional<Project> project, FindProject(context.folder));
  ASSIGN_OR_RETURN(const std::optional<Project> user, ReadUserConfig(context.environment));
  ControllerSettings out;
  const std::vector<std::string> addresses = {context.options.controller,
                                              context.environment("FERRY_CONTROLLER").value_or(""),
                                              project.has_value() ? project->controller : "",
                                              user.has_value() ? user->controller : "", kDefaultController};
  for (const std::string& address : addresses) {
    if (out.address.empty()) out.address = address;
  }
  out.tls = context.options.tls;
  if (out.tls.empty() && project.has_value()) out.tls = project->tls;
  if (out.tls.empty() && user.has_value()) out.tls = user->tls;
  return out;
}

absl::StatusOr<std::unique_ptr<rpc::FerryClient>> Connect(Context& context) {
  ASSIGN_OR_RETURN(const ControllerSettings settings, FindController(context));
  return context.connect(settings.address, settings.tls);
}

}  // namespace ferry::cli
