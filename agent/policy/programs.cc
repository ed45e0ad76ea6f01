#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "agent/policy/target.h"
#include "core/base/error.h"
#include "core/config/values.h"

namespace ferry::policy {
namespace {

using config::ConfigNode;

constexpr absl::Duration kLongestTimeout = absl::Hours(24);

absl::Status ReadCommand(const ConfigNode& node, ProgramConfig& out) {
  ASSIGN_OR_RETURN(const std::vector<ConfigNode> words, node.List("command"));
  for (const ConfigNode& word : words) {
    ASSIGN_OR_RETURN(std::string text, word.AsString());
    out.command.push_back(std::move(text));
  }
  if (out.command.empty()) {
    return node.Complain("command", "a program needs its \"command\": [/path/of/program, argument, …]");
  }
  if (out.command.front().empty() || out.command.front()[0] != '/') {
    return node.Complain("command",
                         "the first word of \"command\" must be an absolute path: nothing is searched");
  }
  return absl::OkStatus();
}

absl::Status ReadSha256(const ConfigNode& node, ProgramConfig& out) {
  ASSIGN_OR_RETURN(const std::string text, node.String("sha256"));
  out.sha256 = absl::AsciiStrToLower(text);
  if (out.sha256.size() == 64 && out.sha256.find_first_not_of("0123456789abcdef") == std::string::npos) {
    return absl::OkStatus();
  }
  return node.Complain("sha256",
                       "\"sha256\" is 64 hexadecimal digits, as sha256sum prints them for command[0]");
}

absl::StatusOr<ProgramConfig> ReadProgram(const ConfigNode& node) {
  RETURN_IF_ERROR(node.RefuseUnknown({"command", "sha256", "timeout"}));
  ProgramConfig out;
  RETURN_IF_ERROR(ReadCommand(node, out));
  RETURN_IF_ERROR(ReadSha256(node, out));
  ASSIGN_OR_RETURN(out.timeout, ReadDuration(node, "timeout", out.timeout));
  if (out.timeout > absl::ZeroDuration() && out.timeout <= kLongestTimeout) return out;
  return node.Complain("timeout", "\"timeout\" must be more than 0s and at most 24h");
}

}  // namespace

absl::StatusOr<std::map<std::string, ProgramConfig>> ReadPrograms(const ConfigNode& root) {
  std::map<std::string, ProgramConfig> programs;
  ASSIGN_OR_RETURN(const std::optional<ConfigNode> node, root.OptionalMap("programs"));
  if (!node.has_value()) return programs;
  for (const std::string& name : node->Keys()) {
    if (!config::IsId(name)) {
      return node->Complain(name, absl::StrCat("\"", name,
                                               "\" cannot be used as the name of a program: letters, "
                                               "digits, '.', '_' and '-'"));
    }
    ASSIGN_OR_RETURN(const ConfigNode program, node->Map(name));
    ASSIGN_OR_RETURN(programs[name], ReadProgram(program));
  }
  return programs;
}

}  // namespace ferry::policy
