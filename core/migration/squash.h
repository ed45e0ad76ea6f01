// Squashes: one migration that stands for a history, and how a ledger that has lived through that history is
// read. Inside core/migration only. Pure; any thread.
#ifndef FERRY_CORE_MIGRATION_SQUASH_H_
#define FERRY_CORE_MIGRATION_SQUASH_H_

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "core/migration/plan.h"

namespace ferry::migration {

// "1.0.0=<64 hexadecimal digits>, 1.1.0=…", ascending, the last one the migration's own `version`. What is
// wrong with it, as a phrase; "" when it is good.
std::string ParseSquashes(absl::string_view text, const Version& version, std::vector<SquashedVersion>& out);

// Adds kSquashShape for a squash with a down section, and for a version that stands in the plan and in a
// squash of another one.
void CheckSquashes(const std::vector<Migration>& migrations, std::vector<absl::Status>& problems);

// Takes the versions of a ledger that the plan does not have as they were applied, one after the other.
class SquashedHistory {
 public:
  explicit SquashedHistory(const Plan& plan) : plan_(plan) {}

  // Whether a squash of the plan stands for this version with exactly these bytes.
  bool Take(const AppliedMigration& applied);
  // Adds the version of each squash that all versions were taken of. kLedgerMismatch: only some were.
  absl::Status Finish(std::set<Version>& versions) const;

 private:
  const Plan& plan_;
  std::map<const Migration*, std::set<Version>> taken_;
};

}  // namespace ferry::migration

#endif  // FERRY_CORE_MIGRATION_SQUASH_H_
