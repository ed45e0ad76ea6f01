#include "cli/differences.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "cli/files.h"
#include "cli/settings.h"
#include "core/base/error.h"
#include "core/config/config_node.h"
#include "core/report/escape.h"
#include "core/report/object_name.h"

namespace ferry::cli {
namespace {

using config::ConfigNode;

constexpr char kDifferencesFile[] = "ferry.differences.yaml";

absl::StatusOr<std::string> NotEmpty(const ConfigNode& node, absl::string_view key) {
  ASSIGN_OR_RETURN(std::string text, node.String(key));
  if (text.empty()) return node.Complain(key, absl::StrCat(key, " is empty"));
  return text;
}

absl::StatusOr<diff::AllowedDifference> ReadAllowed(const ConfigNode& node) {
  RETURN_IF_ERROR(node.RefuseUnknown({"object", "field", "environments", "owner", "reason", "expires"}));
  diff::AllowedDifference out;
  ASSIGN_OR_RETURN(out.object, NotEmpty(node, "object"));
  ASSIGN_OR_RETURN(out.field, node.StringOr("field", ""));
  ASSIGN_OR_RETURN(out.owner, NotEmpty(node, "owner"));
  ASSIGN_OR_RETURN(out.reason, NotEmpty(node, "reason"));
  ASSIGN_OR_RETURN(const std::string expires, NotEmpty(node, "expires"));
  ASSIGN_OR_RETURN(const std::vector<ConfigNode> environments, node.List("environments"));
  for (const ConfigNode& one : environments) {
    ASSIGN_OR_RETURN(std::string name, one.AsString());
    out.environments.push_back(std::move(name));
  }
  if (!absl::ParseCivilTime(expires, &out.expires) || expires.size() != 10) {
    return node.Complain("expires", absl::StrCat("\"", expires, "\" is no day: YYYY-MM-DD"));
  }
  return out;
}

absl::Status ReadRule(const ConfigNode& node, diff::Rules& rules) {
  RETURN_IF_ERROR(node.RefuseUnknown({"schema", "object", "partitions_of"}));
  if (node.Keys().size() != 1) return node.Complain("a rule is one of schema, object, partitions_of");
  const std::string key = node.Keys()[0];
  ASSIGN_OR_RETURN(std::string value, NotEmpty(node, key));
  std::vector<std::string>& list = key == "schema"   ? rules.schemas
                                   : key == "object" ? rules.objects
                                                     : rules.partitions_of;
  list.push_back(std::move(value));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Differences> ParseDifferences(absl::string_view file, absl::string_view text) {
  ASSIGN_OR_RETURN(const ConfigNode root, ConfigNode::Parse(file, text));
  RETURN_IF_ERROR(root.RefuseUnknown({"differences", "rules"}));
  Differences out;
  ASSIGN_OR_RETURN(const std::vector<ConfigNode> allowed, root.List("differences"));
  for (const ConfigNode& node : allowed) {
    ASSIGN_OR_RETURN(diff::AllowedDifference one, ReadAllowed(node));
    out.allowed.push_back(std::move(one));
  }
  ASSIGN_OR_RETURN(const std::vector<ConfigNode> rules, root.List("rules"));
  for (const ConfigNode& node : rules) RETURN_IF_ERROR(ReadRule(node, out.rules));
  return out;
}

absl::StatusOr<Differences> FindDifferences(const Context& context) {
  ASSIGN_OR_RETURN(const std::optional<Project> project, FindProject(context.folder));
  if (!project.has_value()) return Differences();
  const std::string folder = project->file.substr(0, project->file.rfind('/') + 1);
  const bool named = !project->differences.empty();
  const std::string path = Join(folder, named ? project->differences : kDifferencesFile);
  if (!named && !Exists(path)) return Differences();
  ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  return ParseDifferences(path, text);
}

std::string IntentionalText(const report::DiffPage& page) {
  std::string text;
  for (const diff::Intentional& one : page.intentional) {
    const std::string field = one.by->field.empty() ? "" : absl::StrCat(" (", one.by->field, ")");
    absl::StrAppend(&text, "intentional: ", report::ObjectTitle(one.difference.id), report::Visible(field),
                    ": ", report::Visible(one.by->reason), " (", report::Visible(one.by->owner), ", until ",
                    absl::FormatCivilTime(one.by->expires), ")\n");
  }
  for (const diff::AllowedDifference* one : page.expired) {
    absl::StrAppend(&text, "expired: ", report::Visible(one->object), " was intentional until ",
                    absl::FormatCivilTime(one->expires), " (", report::Visible(one->owner), ": ",
                    report::Visible(one->reason), ")\n");
  }
  return text;
}

}  // namespace ferry::cli
