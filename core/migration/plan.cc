#include "core/migration/plan.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/migration/assemble.h"
#include "core/migration/file_name.h"
#include "core/migration/squash.h"
#include "core/migration/sum.h"

namespace ferry::migration {
namespace {

std::string DigestOf(const std::vector<Migration>& migrations) {
  Sha256 hash;
  hash.UpdateFramed(absl::StrCat(migrations.size()));
  for (const Migration& m : migrations) {
    hash.UpdateFramed(m.version.ToString());
    hash.UpdateFramed(m.file);
    hash.UpdateFramed(m.canonical);
  }
  return hash.HexDigest();
}

void CheckRequires(const Plan& plan, std::vector<absl::Status>& problems) {
  const std::vector<Migration>& migrations = plan.migrations;
  std::vector<Version> versions;
  for (const Migration& m : migrations) versions.push_back(m.version);
  for (const Migration& m : migrations) {
    for (const Version& needed : m.requires_versions) {
      const bool there = std::binary_search(versions.begin(), versions.end(), needed) ||
                         plan.FindSquash(needed.ToString()) != nullptr;
      if (there) continue;
      problems.push_back(
          Error(ErrorCode::kRequires, absl::StrCat("migration ", m.version.ToString(), " requires ",
                                                   needed.ToString(), ", which is not in the plan"))
              .At(m.file, m.requires_line));
    }
  }
}

void CheckDuplicates(const std::vector<Migration>& migrations, std::vector<absl::Status>& problems) {
  for (size_t i = 1; i < migrations.size(); ++i) {
    if (migrations[i].version != migrations[i - 1].version) continue;
    problems.push_back(Error(ErrorCode::kDuplicateVersion,
                             absl::StrCat("\"", migrations[i - 1].file, "\" and \"", migrations[i].file,
                                          "\" both are version ", migrations[i].version.ToString()))
                           .At(migrations[i].file)
                           .Next("give the newer one the next version"));
  }
}

}  // namespace

Assembly Assemble(const std::vector<SourceFile>& files) {
  std::map<std::string, const SourceFile*> by_name;
  Assembly assembly;
  for (const SourceFile& file : files) {
    if (!IsSqlFile(file.name)) continue;
    if (!by_name.emplace(file.name, &file).second) {
      assembly.problems.push_back(
          Error(ErrorCode::kDuplicateVersion, absl::StrCat("\"", file.name, "\" was given twice"))
              .At(file.name));
    }
  }
  std::vector<Migration>& migrations = assembly.plan.migrations;
  for (const auto& [name, file] : by_name) {
    absl::StatusOr<Migration> migration = ParseMigration(name, file->bytes);
    if (migration.ok()) {
      migrations.push_back(*std::move(migration));
    } else {
      for (absl::Status& problem : MigrationProblems(name, file->bytes)) {
        assembly.problems.push_back(std::move(problem));
      }
    }
  }
  std::stable_sort(migrations.begin(), migrations.end(),
                   [](const Migration& a, const Migration& b) { return a.version < b.version; });
  CheckDuplicates(migrations, assembly.problems);
  CheckSquashes(migrations, assembly.problems);
  if (migrations.size() == by_name.size()) CheckRequires(assembly.plan, assembly.problems);
  if (by_name.empty()) {
    assembly.problems.push_back(
        Error(ErrorCode::kEmptyMigration, "there is no migration here").Next("ferry new NAME"));
  }
  assembly.plan.digest = DigestOf(migrations);
  return assembly;
}

const Migration* Plan::Find(absl::string_view version) const {
  const absl::StatusOr<Version> wanted = Version::Parse(version);
  if (!wanted.ok()) return nullptr;
  const auto found = std::lower_bound(migrations.begin(), migrations.end(), *wanted,
                                      [](const Migration& m, const Version& v) { return m.version < v; });
  return found != migrations.end() && found->version == *wanted ? &*found : nullptr;
}

absl::StatusOr<Plan> BuildPlan(const std::vector<SourceFile>& files) {
  Assembly assembly = Assemble(files);
  if (!assembly.problems.empty()) return assembly.problems.front();
  return std::move(assembly.plan);
}

absl::StatusOr<Plan> BuildPlanWithSum(const std::vector<SourceFile>& files,
                                      const std::optional<std::string>& sum_text) {
  if (!sum_text.has_value()) return MissingSum();
  RETURN_IF_ERROR(CheckSum(files, *sum_text));
  return BuildPlan(files);
}

}  // namespace ferry::migration
