// What can be done about drift, and what was just decided.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "cli/print/drift.h"
#include "cli/print/text.h"
#include "core/report/escape.h"
#include "rpc/convert.h"

namespace ferry::cli {
namespace {

// As a shell takes it as one argument.
std::string ShellWord(const std::string& word) {
  const bool plain = !word.empty() && std::all_of(word.begin(), word.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.' || c == '/';
  });
  if (plain) return word;
  return absl::StrCat("'", absl::StrReplaceAll(report::Visible(word), {{"'", "'\\''"}}), "'");
}

}  // namespace

std::string DriftWays(const DriftedEnvironment& environment, const Screen& screen) {
  std::string word;
  size_t drifted = 0;
  for (const DriftedTarget& target : environment.targets) {
    if (target.drifted()) ++drifted;
    for (const DriftedObject& object : target.objects) {
      if (word.empty() && !object.ignored) word = object.word();
    }
  }
  if (word.empty()) return "";  // its objects are not known
  const std::string name = ShellWord(environment.name);
  const std::string target = drifted > 1 ? " --target TARGET" : "";
  const std::string week =
      absl::FormatCivilTime(absl::ToCivilDay(screen.now + absl::Hours(7 * 24), screen.zone));
  const std::string wait = absl::StrCat("ferry drift ", name, " --ignore ", ShellWord(word));
  const std::string rest = absl::StrCat("--until ", week, " --reason \"why\"");
  const bool fits = report::DisplayWidth(wait + rest) + 12 <= screen.columns;
  return absl::StrCat("\nno promotion to ", report::Visible(environment.name),
                      " starts before this is dealt with:\n", "  keep it  ferry drift ", name, target,
                      " --adopt\n", "  undo it  ferry drift ", name, target, " --revert\n", "  wait     ",
                      wait, fits ? " " : " \\\n             ", rest, "\n");
}

std::string IgnoredScreen(const v1::IgnoreDriftResponse& response, const Screen& screen) {
  std::string out;
  for (const v1::IgnoredDrift& one : response.ignored()) {
    const absl::StatusOr<schema::ObjectId> id = rpc::FromProto(one.key().id());
    DriftedObject object;
    if (id.ok()) object.id = *id;
    absl::StrAppend(&out, "ignored on ", report::Visible(one.target_id()), " until ",
                    Clock24(rpc::FromProto(one.until()), screen.now, screen.zone), ": ",
                    report::Visible(object.word()), "\n");
  }
  return out;
}

}  // namespace ferry::cli
