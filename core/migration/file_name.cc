#include "core/migration/file_name.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "core/base/error.h"

namespace ferry::migration {
namespace {

constexpr char kNameRule[] =
    "the name behind the version or R_ may hold letters, digits, '_', '.' and '-', at most 100";

Error BadName(absl::string_view file, absl::string_view why) {
  return Error(ErrorCode::kBadVersion, why)
      .At(file)
      .Next("rename it to VERSION_name.sql, such as 1.4.0_add_price.sql");
}

}  // namespace

bool IsSqlFile(absl::string_view file) { return absl::EndsWithIgnoreCase(file, ".sql"); }

bool IsMigrationName(absl::string_view name) {
  return !name.empty() && name.size() <= 100 && std::all_of(name.begin(), name.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-' || c == '.';
  });
}

absl::StatusOr<FileName> ParseFileName(absl::string_view file) {
  absl::string_view rest = file;
  if (!absl::ConsumeSuffix(&rest, ".sql")) {
    return BadName(file, "the name of a migration must end in \".sql\"");
  }
  if (absl::ConsumePrefix(&rest, kRepeatablePrefix)) {
    if (!IsMigrationName(rest)) return BadName(file, kNameRule);
    return FileName{Version(), std::string(rest), true};
  }
  const size_t underscore = rest.find('_');
  if (underscore == absl::string_view::npos) return BadName(file, "the name is not VERSION_name.sql");
  const absl::StatusOr<Version> version = Version::Parse(rest.substr(0, underscore));
  if (!version.ok()) return BadName(file, version.status().message());
  if (version->is_zero()) return BadName(file, "version 0.0.0 means \"before the first migration\"");
  const absl::string_view name = rest.substr(underscore + 1);
  if (!IsMigrationName(name)) {
    return BadName(file, kNameRule);
  }
  return FileName{*version, std::string(name), false};
}

}  // namespace ferry::migration
