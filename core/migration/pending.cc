#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "core/migration/plan.h"

namespace ferry::migration {
namespace {

// The applied versions, once the ledger is known to agree with the plan.
absl::StatusOr<std::set<Version>> AppliedVersions(const Plan& plan,
                                                  const std::vector<AppliedMigration>& applied) {
  std::set<Version> versions;
  for (const AppliedMigration& a : applied) {
    const Migration* m = plan.Find(a.version);
    if (m == nullptr) {
      return Error(ErrorCode::kLedgerMismatch,
                   absl::StrCat("the target has version ", a.version, " applied, which is not in this plan"))
          .TargetState("unchanged")
          .Next("register a plan that holds it");
    }
    if (m->checksum != a.checksum) {
      return Error(ErrorCode::kLedgerMismatch,
                   absl::StrCat("\"", m->file, "\" was edited after the target applied version ", a.version))
          .At(m->file)
          .TargetState("unchanged")
          .Next("restore the file as it was applied and put the change into a new migration");
    }
    versions.insert(m->version);
  }
  return versions;
}

absl::Status CheckKnown(const Plan& plan, const Version& to) {
  if (plan.Find(to.ToString()) != nullptr) return absl::OkStatus();
  return Error(ErrorCode::kVersionUnknown, absl::StrCat("the plan has no version ", to.ToString()));
}

}  // namespace

absl::StatusOr<std::vector<const Migration*>> PendingUp(const Plan& plan,
                                                        const std::vector<AppliedMigration>& applied,
                                                        const Version& to) {
  RETURN_IF_ERROR(CheckKnown(plan, to));
  ASSIGN_OR_RETURN(const std::set<Version> done, AppliedVersions(plan, applied));
  std::vector<const Migration*> pending;
  for (const Migration& m : plan.migrations) {
    if (m.version > to || done.count(m.version) > 0) continue;
    if (!done.empty() && m.version < *done.rbegin()) {
      return Error(ErrorCode::kOutOfOrder,
                   absl::StrCat("version ", m.version.ToString(), " is not applied, but the newer ",
                                done.rbegin()->ToString(), " is: out of order"))
          .At(m.file)
          .TargetState("unchanged")
          .Next(absl::StrCat("give it a version above ", done.rbegin()->ToString()));
    }
    pending.push_back(&m);
  }
  return pending;
}

absl::StatusOr<std::vector<const Migration*>> PendingDown(const Plan& plan,
                                                          const std::vector<AppliedMigration>& applied,
                                                          const std::optional<Version>& to) {
  if (to.has_value() && !to->is_zero()) RETURN_IF_ERROR(CheckKnown(plan, *to));
  ASSIGN_OR_RETURN(const std::set<Version> done, AppliedVersions(plan, applied));
  std::vector<const Migration*> undo;
  for (auto version = done.rbegin(); version != done.rend(); ++version) {
    if (to.has_value() ? *version <= *to : !undo.empty()) break;
    const Migration* m = plan.Find(version->ToString());
    if (m->irreversible) {
      return Error(ErrorCode::kIrreversible, absl::StrCat("version ", version->ToString(),
                                                          " cannot be undone: ", m->irreversible_reason))
          .At(m->file)
          .TargetState("unchanged")
          .Next("restore a backup, or go forward with a new migration");
    }
    undo.push_back(m);
  }
  return undo;
}

}  // namespace ferry::migration
