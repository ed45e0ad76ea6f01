#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "core/migration/plan.h"
#include "core/migration/squash.h"

namespace ferry::migration {
namespace {

// The applied versions, once the ledger is known to agree with the plan.
absl::StatusOr<std::set<Version>> AppliedVersions(const Plan& plan,
                                                  const std::vector<AppliedMigration>& applied) {
  std::set<Version> versions;
  SquashedHistory history(plan);
  for (const AppliedMigration& a : applied) {
    const Migration* m = plan.Find(a.version);
    if ((m == nullptr || m->checksum != a.checksum) && history.Take(a)) continue;
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
  RETURN_IF_ERROR(history.Finish(versions));
  return versions;
}

absl::Status CheckKnown(const Plan& plan, const Version& to) {
  if (plan.Find(to.ToString()) != nullptr) return absl::OkStatus();
  const Migration* squash = plan.FindSquash(to.ToString());
  if (squash == nullptr) {
    return Error(ErrorCode::kVersionUnknown, absl::StrCat("the plan has no version ", to.ToString()));
  }
  return Error(ErrorCode::kVersionUnknown,
               absl::StrCat("version ", to.ToString(), " was squashed into \"", squash->file, "\""))
      .Next(absl::StrCat("ask for ", squash->version.ToString(), " or a later one"));
}

// Nothing goes back into what was squashed.
absl::Status CheckNotSquashed(const Plan& plan, const Version& to) {
  const Migration* squash = plan.FindSquash(to.ToString());
  if (squash == nullptr || squash->version == to) return absl::OkStatus();
  return Error(ErrorCode::kIrreversible,
               absl::StrCat("version ", to.ToString(), " was squashed into \"", squash->file,
                            "\", which cannot be undone: ", squash->irreversible_reason))
      .At(squash->file)
      .TargetState("unchanged")
      .Next("restore a backup, or go forward with a new migration");
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
  if (to.has_value() && !to->is_zero()) {
    RETURN_IF_ERROR(CheckNotSquashed(plan, *to));
    RETURN_IF_ERROR(CheckKnown(plan, *to));
  }
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
