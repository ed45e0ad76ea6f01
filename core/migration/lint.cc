#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "core/migration/assemble.h"
#include "core/migration/sum.h"

namespace ferry::migration {
namespace {

// MAJOR says breaking: a step of MAJOR and `breaking: yes` go together. The first migration has no step.
void CheckSteps(const std::vector<Migration>& migrations, std::vector<absl::Status>& problems) {
  for (size_t i = 1; i < migrations.size(); ++i) {
    const Migration& m = migrations[i];
    const bool step = m.version.breaking_number() > migrations[i - 1].version.breaking_number();
    if (step == m.breaking) continue;
    problems.push_back(
        Error(ErrorCode::kMigrationHeader,
              step ? absl::StrCat("version ", m.version.ToString(), " is a step of MAJOR after ",
                                  migrations[i - 1].version.ToString(), ", but the header says breaking: no")
                   : absl::StrCat("the header says breaking: yes, but ", m.version.ToString(),
                                  " is no step of MAJOR after ", migrations[i - 1].version.ToString()))
            .At(m.file)
            .Next(step ? "write `-- breaking: yes`, or give it a MINOR version"
                       : "give it the next MAJOR version, or write `-- breaking: no`"));
  }
}

}  // namespace

std::vector<absl::Status> Lint(const std::vector<SourceFile>& files,
                               const std::optional<std::string>& sum_text) {
  Assembly assembly = Assemble(files);
  std::vector<absl::Status> problems = std::move(assembly.problems);
  CheckSteps(assembly.plan.migrations, problems);
  if (assembly.complete) {
    std::set<std::string> used;
    for (const auto* list : {&assembly.plan.migrations, &assembly.plan.repeatables}) {
      for (const Migration& m : *list) used.insert(m.uses.begin(), m.uses.end());
    }
    for (absl::Status& problem : assembly.values.Unused(used)) problems.push_back(std::move(problem));
  }
  std::vector<absl::Status> sum = {MissingSum()};
  if (sum_text.has_value()) sum = SumProblems(files, *sum_text);
  for (absl::Status& problem : sum) problems.push_back(std::move(problem));
  return problems;
}

}  // namespace ferry::migration
