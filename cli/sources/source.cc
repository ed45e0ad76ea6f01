#include "cli/sources/source.h"

#include <array>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "core/base/error.h"
#include "core/config/values.h"
#include "core/migration/version.h"
#include "workbench/models.h"
#include "workbench/source.h"

namespace ferry::cli {
namespace {

using Kind = Source::Kind;

constexpr std::array<std::pair<const char*, Kind>, 5> kPrefixes = {{{"env:", Kind::kEnvironment},
                                                                    {"plan:", Kind::kPlan},
                                                                    {"dir:", Kind::kFolder},
                                                                    {"file:", Kind::kFile},
                                                                    {"models:", Kind::kModels}}};
constexpr size_t kLongestName = 40;

bool IsUrl(const std::string& word) {
  return absl::StartsWith(word, "postgresql://") || absl::StartsWith(word, "postgres://");
}

absl::Status Refuse(const std::string& why, const std::string& next) {
  return Error(ErrorCode::kUsage, why).Next(next);
}

// The command's words as they fit into a heading. One that names a URL may hold a password.
absl::StatusOr<std::string> ModelsName(const std::string& command) {
  ASSIGN_OR_RETURN(const std::vector<std::string> words, workbench::SplitCommand(command));
  std::string name = "models:";
  for (const std::string& word : words) {
    const std::string more =
        absl::StrCat(name.back() == ':' ? "" : " ", absl::StrContains(word, "://") ? "…" : word);
    if (name.size() + more.size() > kLongestName) return absl::StrCat(name, " …");
    name += more;
  }
  return name;
}

absl::Status CheckEnvironment(const std::string& value) {
  if (config::IsEnvironmentName(value)) return absl::OkStatus();
  const std::string what = absl::StrCat("\"", value, "\" cannot be the name of an environment");
  if (absl::EndsWith(value, ".sql")) return Refuse(what, absl::StrCat("did you mean file:", value, "?"));
  if (absl::StrContains(value, "/") || value == ".") {
    return Refuse(what, absl::StrCat("did you mean dir:", value, "?"));
  }
  return Refuse(what, "ferry diff --help names the kinds of sources");
}

absl::Status CheckVersion(const std::string& value) {
  if (value == "newest" || migration::Version::Parse(value).ok()) return absl::OkStatus();
  return Refuse(absl::StrCat("\"plan:", value, "\" names no version: plan:1.4.0, or plan:newest"),
                "ferry plan show");
}

}  // namespace

absl::StatusOr<Source> ParseSource(const std::string& word) {
  // A connection string has an equals sign, which no environment has; a command or a path may have one too.
  Source source{Kind::kDatabase, word, ""};
  bool prefixed = false;
  for (const auto& [prefix, kind] : kPrefixes) {
    absl::string_view value = word;
    if (!absl::ConsumePrefix(&value, prefix)) continue;
    source = {kind, std::string(value), word};
    prefixed = true;
  }
  if (!prefixed && (IsUrl(word) || absl::StrContains(word, "="))) {
    ASSIGN_OR_RETURN(source.name, workbench::NameOfUrl(word));
    return source;
  }
  if (!prefixed) source = {Kind::kEnvironment, word, word};
  if (source.value.empty()) {
    return Refuse(absl::StrCat("\"", word, "\" names nothing"),
                  "ferry diff --help names the kinds of sources");
  }
  switch (source.kind) {
    case Kind::kEnvironment:
      source.name = source.value;
      RETURN_IF_ERROR(CheckEnvironment(source.value));
      break;
    case Kind::kPlan:
      RETURN_IF_ERROR(CheckVersion(source.value));
      break;
    case Kind::kModels: {
      ASSIGN_OR_RETURN(source.name, ModelsName(source.value));
      break;
    }
    case Kind::kFolder:
    case Kind::kFile:
    case Kind::kDatabase:
      break;
  }
  return source;
}

absl::StatusOr<std::vector<Source>> ParseSources(const std::vector<std::string>& words) {
  std::vector<Source> sources;
  for (const std::string& word : words) {
    ASSIGN_OR_RETURN(Source source, ParseSource(word));
    sources.push_back(std::move(source));
  }
  return sources;
}

bool IsBuilt(const Source& source) {
  return source.kind != Kind::kEnvironment && source.kind != Kind::kDatabase;
}

}  // namespace ferry::cli
