// A plan: an ordered, content-addressed set of migrations; and which of them a target still needs. Pure; any
// thread.
#ifndef FERRY_CORE_MIGRATION_PLAN_H_
#define FERRY_CORE_MIGRATION_PLAN_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/migration/migration.h"
#include "core/migration/version.h"

namespace ferry::migration {

struct SourceFile {
  std::string name;  // file name only
  std::string bytes;
};

struct Plan {
  std::vector<Migration> migrations;  // ascending by version, each once
  std::string values;                 // canonical bytes of values.yaml; "" when there is none
  // sha256, framed, over the count and then each migration's version, file name and canonical bytes, and,
  // when there is a values.yaml, its name and canonical bytes; 64 hex digits. The same for every environment.
  std::string digest;

  // The files that make this very plan again.
  std::vector<SourceFile> Sources() const;

  // The migration with this version; nullptr when there is none. Owned by the plan.
  const Migration* Find(absl::string_view version) const;
  // The migration that stands for this version among others (`squashes:`); nullptr when there is none.
  const Migration* FindSquash(absl::string_view version) const;
};

// The plan of a folder as it is in `environment`: with that environment's values. Without one, with those of
// the first environment of values.yaml, for whoever needs the structure only; every other environment there
// must then give a good plan too. Files that are neither *.sql nor values.yaml are passed over; their order
// does not matter.
// Errors: those of Values::Parse; those of ParseMigration for the first bad file in order of name;
// kBadVersion for any other .sql name and for R_*.sql (repeatable migrations are not supported by this
// version); kDuplicateVersion; kRequires; kEmptyMigration when there is no migration at all.
absl::StatusOr<Plan> BuildPlan(const std::vector<SourceFile>& files,
                               const std::optional<std::string>& environment = std::nullopt);

// BuildPlan after CheckSum; without `sum_text`: kSumMismatch.
absl::StatusOr<Plan> BuildPlanWithSum(const std::vector<SourceFile>& files,
                                      const std::optional<std::string>& sum_text);

// Every problem of the folder, not only the first: files, sum (missing included), plan, and a version whose
// MAJOR step disagrees with its `breaking:`; in every environment of values.yaml; and values that nothing
// uses. Empty when there is none. A migration without verify section is no problem.
std::vector<absl::Status> Lint(const std::vector<SourceFile>& files,
                               const std::optional<std::string>& sum_text);

// What a target's ledger says was applied and not undone.
struct AppliedMigration {
  std::string version;
  std::string checksum;  // Migration::checksum at that time
};

// A squash counts as applied where all versions that it stands for are, with exactly the bytes that it names;
// where only some are, the next two answer kLedgerMismatch.

// What must run to bring a target to `to`, ascending, pointers into `plan`; empty when it is there or beyond.
// Errors: kVersionUnknown, `to` not in the plan; kLedgerMismatch, an applied version is not in the plan or
// had other bytes; kOutOfOrder, a pending version is below the newest applied one (both named).
absl::StatusOr<std::vector<const Migration*>> PendingUp(const Plan& plan,
                                                        const std::vector<AppliedMigration>& applied,
                                                        const Version& to);

// What must be undone, newest first, to bring a target back to `to` (which stays applied; 0.0.0 =
// everything), or by one step without `to`. Empty when nothing above `to` is applied. Errors: kVersionUnknown
// and kLedgerMismatch as above; kIrreversible, naming the first one in the way, or the squash that `to` went
// into.
absl::StatusOr<std::vector<const Migration*>> PendingDown(const Plan& plan,
                                                          const std::vector<AppliedMigration>& applied,
                                                          const std::optional<Version>& to);

}  // namespace ferry::migration

#endif  // FERRY_CORE_MIGRATION_PLAN_H_
