// A plan: an ordered, content-addressed set of migrations; and which of them a target still needs. Pure; any
// thread.
#ifndef FERRY_CORE_MIGRATION_PLAN_H_
#define FERRY_CORE_MIGRATION_PLAN_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "core/migration/migration.h"
#include "core/migration/version.h"

namespace ferry::migration {

struct SourceFile {
  std::string name;  // file name only
  std::string bytes;
};

struct Plan {
  std::vector<Migration> migrations;   // ascending by version, each once; at least one
  std::vector<Migration> repeatables;  // R_name.sql, ascending by name
  std::string values;                  // canonical bytes of values.yaml; "" when there is none
  // sha256, framed, over the number of migrations and then the id, file name and canonical bytes of each
  // migration and each repeatable file, and, when there is a values.yaml, its name and canonical bytes; 64
  // hex digits. The same for every environment.
  std::string digest;

  // The files that make this very plan again.
  std::vector<SourceFile> Sources() const;

  // The migration or repeatable file with this id; nullptr when there is none. Owned by the plan.
  const Migration* Find(absl::string_view version) const;
  // The migration that stands for this version among others (`squashes:`); nullptr when there is none.
  const Migration* FindSquash(absl::string_view version) const;
};

// The plan of a folder as it is in `environment`: with that environment's values. Without one, with those of
// the first environment of values.yaml, for whoever needs the structure only; every other environment there
// must then give a good plan too. Files that are neither *.sql nor values.yaml are passed over; their order
// does not matter.
// Errors: those of Values::Parse; those of ParseMigration for the first bad file in order of name;
// kBadVersion for any other .sql name; kDuplicateVersion; kRequires; kEmptyMigration when there is no
// versioned migration at all.
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
  std::string version;                           // Migration::id
  std::string checksum;                          // Migration::checksum at that time
  absl::Time applied_at = absl::InfinitePast();  // the database's clock
};

// The newest numbered version, which a target is said to be at; "" when there is none.
std::string NewestVersion(const std::vector<AppliedMigration>& applied);
// Whether the newest of the `applied` versions is above it.
bool IsOutOfOrder(const Migration& migration, const std::vector<AppliedMigration>& applied);

// What is done with a pending migration below the newest applied one.
enum class OutOfOrder { kRefuse, kAccept };

// A squash counts as applied where all versions that it stands for are, with exactly the bytes that it names;
// where only some are, PendingUp and PendingDown answer kLedgerMismatch.

// The versions that must run to bring a target to `to`, ascending, pointers into `plan`; empty when it is
// there or beyond. Errors: kVersionUnknown, `to` not in the plan; kLedgerMismatch, an applied version is not
// in the plan or had other bytes; kOutOfOrder, a pending version is below the newest applied one (both
// named).
absl::StatusOr<std::vector<const Migration*>> PendingUp(const Plan& plan,
                                                        const std::vector<AppliedMigration>& applied,
                                                        const Version& to,
                                                        OutOfOrder out_of_order = OutOfOrder::kRefuse);

// The repeatable files that must run once all versions up to `to` have: those whose checksum is not the
// applied one, ascending; none unless `to` is the newest version of the plan. One that is applied and no
// longer in the plan does not matter: what it made stays.
std::vector<const Migration*> PendingRepeatables(const Plan& plan,
                                                 const std::vector<AppliedMigration>& applied,
                                                 const Version& to);

// The versions that must be undone, last applied first, to bring a target back to `to` (which stays applied;
// 0.0.0 = everything), or, without `to`, the one that was applied last. Empty when nothing above `to` is
// applied. Errors: kVersionUnknown
// and kLedgerMismatch as above; kIrreversible, naming the first one in the way, or the squash that `to` went
// into.
absl::StatusOr<std::vector<const Migration*>> PendingDown(const Plan& plan,
                                                          const std::vector<AppliedMigration>& applied,
                                                          const std::optional<Version>& to);

}  // namespace ferry::migration

#endif  // FERRY_CORE_MIGRATION_PLAN_H_
