#include "core/migration/squash.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "core/base/error.h"

namespace ferry::migration {
namespace {

constexpr size_t kChecksumDigits = 64;

bool IsChecksum(absl::string_view text) {
  return text.size() == kChecksumDigits &&
         text.find_first_not_of("0123456789abcdef") == absl::string_view::npos;
}

}  // namespace

std::string ParseSquashes(absl::string_view text, const Version& version, std::vector<SquashedVersion>& out) {
  for (const absl::string_view item : absl::StrSplit(text, ',')) {
    const std::vector<absl::string_view> sides = absl::StrSplit(absl::StripAsciiWhitespace(item), '=');
    const absl::StatusOr<Version> parsed = Version::Parse(sides[0]);
    if (!parsed.ok() || sides.size() != 2 || !IsChecksum(sides[1])) {
      return absl::StrCat("\"", absl::StripAsciiWhitespace(item),
                          "\" is not VERSION=CHECKSUM, 64 digits of it");
    }
    if (!out.empty() && *parsed <= out.back().version) {
      return absl::StrCat(parsed->ToString(), " does not stand after a lower version");
    }
    out.push_back({*parsed, std::string(sides[1])});
  }
  if (out.back().version == version) return "";
  return absl::StrCat("the last version that it stands for must be its own, ", version.ToString());
}

void CheckSquashes(const std::vector<Migration>& migrations, std::vector<absl::Status>& problems) {
  for (const Migration& squash : migrations) {
    if (!squash.squashes.empty() && !squash.irreversible) {
      problems.push_back(
          Error(ErrorCode::kSquashShape,
                absl::StrCat("\"", squash.file, "\" stands for a history, so it cannot be undone"))
              .At(squash.file)
              .Next("write `-- ferry:down irreversible reason=…`"));
    }
    for (const SquashedVersion& s : squash.squashes) {
      const auto there = std::find_if(migrations.begin(), migrations.end(), [&](const Migration& m) {
        return m.version == s.version && &m != &squash;
      });
      if (there == migrations.end()) continue;
      problems.push_back(
          Error(ErrorCode::kSquashShape, absl::StrCat("\"", squash.file, "\" stands for ",
                                                      s.version.ToString(), ", which is here too"))
              .At(there->file)
              .Next("remove the file that was squashed, then: ferry sum"));
    }
  }
}

bool SquashedHistory::Take(const AppliedMigration& applied) {
  const Migration* squash = plan_.FindSquash(applied.version);
  if (squash == nullptr) return false;
  for (const SquashedVersion& s : squash->squashes) {
    if (s.version.ToString() != applied.version) continue;
    if (s.checksum != applied.checksum) return false;
    taken_[squash].insert(s.version);
    return true;
  }
  return false;
}

absl::Status SquashedHistory::Finish(std::set<Version>& versions) const {
  for (const auto& [squash, taken] : taken_) {
    const auto missing =
        std::find_if(squash->squashes.begin(), squash->squashes.end(),
                     [&taken = taken](const SquashedVersion& s) { return taken.count(s.version) == 0; });
    if (missing != squash->squashes.end()) {
      return Error(ErrorCode::kLedgerMismatch,
                   absl::StrCat("the target has ", taken.size(), " of the ", squash->squashes.size(),
                                " versions that \"", squash->file, "\" stands for; ",
                                missing->version.ToString(), " is missing"))
          .At(squash->file)
          .TargetState("unchanged")
          .Next(absl::StrCat("promote the plan before the squash first: ferry promote ",
                             squash->version.ToString(), " --to ENV --plan DIGEST (ferry plan list)"));
    }
    versions.insert(squash->version);
  }
  return absl::OkStatus();
}

const Migration* Plan::FindSquash(absl::string_view version) const {
  const absl::StatusOr<Version> wanted = Version::Parse(version);
  if (!wanted.ok()) return nullptr;
  for (const Migration& m : migrations) {
    for (const SquashedVersion& s : m.squashes) {
      if (s.version == *wanted) return &m;
    }
  }
  return nullptr;
}

}  // namespace ferry::migration
