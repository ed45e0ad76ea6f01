#include "core/migration/version.h"

#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "core/base/error.h"

namespace ferry::migration {
namespace {

bool ParseNumber(absl::string_view text, uint32_t& number) {
  if (text.empty() || text.size() > 9 || (text.size() > 1 && text[0] == '0')) return false;
  for (const char c : text) {
    if (!absl::ascii_isdigit(static_cast<unsigned char>(c))) return false;
  }
  return absl::SimpleAtoi(text, &number);
}

}  // namespace

absl::StatusOr<Version> Version::Parse(absl::string_view text) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, '.');
  Version version;
  bool good = parts.size() == version.parts_.size();
  for (size_t i = 0; good && i < parts.size(); ++i) good = ParseNumber(parts[i], version.parts_[i]);
  if (!good) {
    return Error(ErrorCode::kBadVersion,
                 absl::StrCat("\"", text, "\" is no version: it must be MAJOR.MINOR.PATCH, such as 1.4.0"));
  }
  return version;
}

std::string Version::ToString() const { return absl::StrJoin(parts_, "."); }

}  // namespace ferry::migration
