#include "tests/tidy/includes.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "tests/tidy/rules.h"

namespace ferry::tidy {
namespace {

bool Under(absl::string_view path, absl::string_view folder) {
  return absl::StartsWith(path, absl::StrCat(folder, "/"));
}

const FolderRule* RuleFor(absl::string_view file) {
  const FolderRule* best = nullptr;
  for (const FolderRule& rule : FolderRules()) {
    if (Under(file, rule.folder) && (best == nullptr || rule.folder.size() > best->folder.size()))
      best = &rule;
  }
  return best;
}

// "core/sql" of "core/sql/split.cc", "agent" of "agent/main.cc".
absl::string_view OwnFolder(absl::string_view file) {
  const size_t first = file.find('/');
  const size_t second = file.find('/', first + 1);
  return file.substr(0, second == absl::string_view::npos ? first : second);
}

bool AnyPrefix(const std::vector<std::string>& prefixes, absl::string_view text) {
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [&](const std::string& prefix) { return absl::StartsWith(text, prefix); });
}

bool MatchesFamily(const Family& family, absl::string_view header) {
  return std::any_of(family.patterns.begin(), family.patterns.end(), [&](absl::string_view pattern) {
    return absl::ConsumePrefix(&pattern, "*") ? absl::EndsWith(header, pattern)
                                              : absl::StartsWith(header, pattern);
  });
}

bool IsOurs(absl::string_view header) {
  return std::any_of(TopFolders().begin(), TopFolders().end(),
                     [&](const std::string& folder) { return Under(header, folder); });
}

// <vector>, <signal.h>, <sys/resource.h>: no third party has such names without standing in a family.
bool IsStandardOrSystem(absl::string_view header) {
  return header.find('/') == absl::string_view::npos || absl::StartsWith(header, "sys/") ||
         absl::StartsWith(header, "linux/");
}

bool Holds(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

bool IsTestCode(absl::string_view file) {
  return absl::EndsWith(file, "_test.cc") || absl::StrContains(file, "_fixture.") ||
         absl::StrContains(file, "/testing/") || absl::StrContains(file, "/conformance");
}

std::optional<std::string> IncludedHeader(absl::string_view raw, absl::string_view code) {
  absl::string_view directive = absl::StripLeadingAsciiWhitespace(code);
  if (!absl::ConsumePrefix(&directive, "#")) return std::nullopt;
  if (!absl::StartsWith(absl::StripLeadingAsciiWhitespace(directive), "include")) return std::nullopt;
  const size_t open = raw.find_first_of("\"<");
  const size_t close = raw.find_first_of("\">", open + 1);
  if (open == absl::string_view::npos || close == absl::string_view::npos) return std::nullopt;
  return std::string(raw.substr(open + 1, close - open - 1));
}

std::optional<std::string> WhyNotIncluded(absl::string_view file, absl::string_view header) {
  const FolderRule* const rule = RuleFor(file);
  if (rule == nullptr) return "its folder is not in the table of tests/tidy/rules.cc";
  const bool test = IsTestCode(file);
  if (IsOurs(header)) {
    if (Under(header, OwnFolder(file)) || AnyPrefix(rule->project, header)) return std::nullopt;
    if (test && AnyPrefix(TestCodeRule().project, header)) return std::nullopt;
    return absl::StrCat(OwnFolder(file), "/ may not include ", header);
  }
  for (const Family& family : Families()) {
    if (!MatchesFamily(family, header)) continue;
    if (family.name == "absl" || Holds(rule->families, family.name)) return std::nullopt;
    if (test && Holds(TestCodeRule().families, family.name)) return std::nullopt;
    return absl::StrCat(OwnFolder(file), "/ may not include ", header, " (", family.name, ")");
  }
  if (IsStandardOrSystem(header)) return std::nullopt;
  return absl::StrCat(header, " is in no family of tests/tidy/rules.cc");
}

}  // namespace ferry::tidy
