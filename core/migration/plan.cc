#include "core/migration/plan.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/migration/assemble.h"
#include "core/migration/file_name.h"
#include "core/migration/squash.h"
#include "core/migration/sum.h"
#include "core/sql/big_stack.h"

namespace ferry::migration {
namespace {

std::string DigestOf(const Plan& plan) {
  Sha256 hash;
  hash.UpdateFramed(absl::StrCat(plan.migrations.size()));
  for (const auto* list : {&plan.migrations, &plan.repeatables}) {
    for (const Migration& m : *list) {
      for (const std::string& piece : {m.id(), m.file, m.canonical}) hash.UpdateFramed(piece);
    }
  }
  if (!plan.values.empty()) {
    hash.UpdateFramed(kValuesFileName);
    hash.UpdateFramed(plan.values);
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

// The files that matter, by name.
std::map<std::string, const SourceFile*> FilesByName(const std::vector<SourceFile>& files,
                                                     std::vector<absl::Status>& problems) {
  std::map<std::string, const SourceFile*> by_name;
  for (const SourceFile& file : files) {
    if (!IsSqlFile(file.name) && file.name != kValuesFileName) continue;
    if (by_name.emplace(file.name, &file).second) continue;
    problems.push_back(
        Error(ErrorCode::kDuplicateVersion, absl::StrCat("\"", file.name, "\" was given twice"))
            .At(file.name));
  }
  return by_name;
}

bool IsAmong(const std::vector<absl::Status>& problems, const absl::Status& problem) {
  return std::any_of(problems.begin(), problems.end(), [&problem](const absl::Status& other) {
    return other.message() == problem.message() && DetailOf(other) == DetailOf(problem);
  });
}

// A migration in the first of `environments`; nothing when it is bad in any of them.
std::optional<Migration> ReadFor(const std::vector<std::string>& environments, const SourceFile& file,
                                 const Values& values, std::vector<absl::Status>& problems) {
  absl::StatusOr<Migration> first = ParseMigration(file.name, file.bytes, values, environments[0]);
  if (first.ok() && first->uses.empty()) return *std::move(first);
  std::vector<absl::Status> found;
  for (const std::string& environment : environments) {
    for (const absl::Status& problem : MigrationProblems(file.name, file.bytes, values, environment)) {
      if (IsAmong(found, problem)) continue;
      // Of a statement that is only bad with another environment's values, the place alone would not tell.
      const bool elsewhere = environment != environments[0] && !HasCode(problem, ErrorCode::kPlaceholder);
      found.push_back(elsewhere ? StatusFrom(absl::StrCat(std::string(problem.message()),
                                                          ", with the values of \"", environment, "\""),
                                             DetailOf(problem))
                                : problem);
    }
  }
  problems.insert(problems.end(), found.begin(), found.end());
  if (!found.empty()) return std::nullopt;
  return *std::move(first);
}

Assembly AssembleHere(const std::vector<SourceFile>& files, const std::optional<std::string>& environment) {
  Assembly assembly;
  const std::map<std::string, const SourceFile*> by_name = FilesByName(files, assembly.problems);
  if (const auto values = by_name.find(kValuesFileName); values != by_name.end()) {
    assembly.plan.values = CanonicalBytes(values->second->bytes);
    absl::StatusOr<Values> parsed = Values::Parse(assembly.plan.values);
    if (!parsed.ok()) {  // nothing can be said about what uses them
      assembly.problems.push_back(parsed.status());
      return assembly;
    }
    assembly.values = *std::move(parsed);
  }
  std::vector<std::string> environments = assembly.values.environments();
  if (environment.has_value()) environments = {*environment};
  if (environments.empty()) environments = {""};
  std::vector<Migration>& migrations = assembly.plan.migrations;
  size_t sources = 0, versions = 0;
  for (const auto& [name, file] : by_name) {
    if (!IsSqlFile(name)) continue;
    ++sources;
    if (!absl::StartsWith(name, kRepeatablePrefix)) ++versions;
    std::optional<Migration> migration = ReadFor(environments, *file, assembly.values, assembly.problems);
    if (!migration.has_value()) continue;
    (migration->repeatable ? assembly.plan.repeatables : migrations).push_back(*std::move(migration));
  }
  assembly.complete = migrations.size() + assembly.plan.repeatables.size() == sources;
  std::stable_sort(migrations.begin(), migrations.end(),
                   [](const Migration& a, const Migration& b) { return a.version < b.version; });
  std::sort(assembly.plan.repeatables.begin(), assembly.plan.repeatables.end(),
            [](const Migration& a, const Migration& b) { return a.name < b.name; });
  CheckDuplicates(migrations, assembly.problems);
  CheckSquashes(migrations, assembly.problems);
  if (assembly.complete) CheckRequires(assembly.plan, assembly.problems);
  if (versions == 0) {
    assembly.problems.push_back(
        Error(ErrorCode::kEmptyMigration, "there is no migration here: a plan has at least one version")
            .Next("ferry new NAME"));
  }
  assembly.plan.digest = DigestOf(assembly.plan);
  return assembly;
}

}  // namespace

Assembly Assemble(const std::vector<SourceFile>& files, const std::optional<std::string>& environment) {
  Assembly assembly;
  const auto assemble = [&] { assembly = AssembleHere(files, environment); };
  // Once for all files: each statement would be handed to another thread, several times.
  if (!sql::RunOnBigStack(assemble).ok()) assemble();  // then each statement says why
  return assembly;
}

std::vector<SourceFile> Plan::Sources() const {
  std::vector<SourceFile> files;
  for (const auto* list : {&migrations, &repeatables}) {
    for (const Migration& m : *list) files.push_back({m.file, m.canonical});
  }
  if (!values.empty()) files.push_back({kValuesFileName, values});
  return files;
}

const Migration* Plan::Find(absl::string_view version) const {
  for (const Migration& m : repeatables) {
    if (m.id() == version) return &m;
  }
  const absl::StatusOr<Version> wanted = Version::Parse(version);
  if (!wanted.ok()) return nullptr;
  const auto found = std::lower_bound(migrations.begin(), migrations.end(), *wanted,
                                      [](const Migration& m, const Version& v) { return m.version < v; });
  return found != migrations.end() && found->version == *wanted ? &*found : nullptr;
}

absl::StatusOr<Plan> BuildPlan(const std::vector<SourceFile>& files,
                               const std::optional<std::string>& environment) {
  Assembly assembly = Assemble(files, environment);
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
