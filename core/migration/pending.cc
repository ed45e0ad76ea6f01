#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "core/migration/file_name.h"
#include "core/migration/plan.h"
#include "core/migration/squash.h"

namespace ferry::migration {
namespace {

bool IsRepeatableId(absl::string_view version) { return absl::StartsWith(version, kRepeatablePrefix); }

// The applied versions, once the ledger is known to agree with the plan.
absl::StatusOr<std::set<Version>> AppliedVersions(const Plan& plan,
                                                  const std::vector<AppliedMigration>& applied) {
  std::set<Version> versions;
  SquashedHistory history(plan);
  for (const AppliedMigration& a : applied) {
    if (IsRepeatableId(a.version)) continue;
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
                                                        const Version& to, OutOfOrder out_of_order) {
  RETURN_IF_ERROR(CheckKnown(plan, to));
  ASSIGN_OR_RETURN(const std::set<Version> done, AppliedVersions(plan, applied));
  std::vector<const Migration*> pending;
  for (const Migration& m : plan.migrations) {
    if (m.version > to || done.count(m.version) > 0) continue;
    if (out_of_order == OutOfOrder::kRefuse && !done.empty() && m.version < *done.rbegin()) {
      return Error(ErrorCode::kOutOfOrder,
                   absl::StrCat("version ", m.version.ToString(), " is not applied, but the newer ",
                                done.rbegin()->ToString(), " is: out of order"))
          .At(m.file)
          .TargetState("unchanged")
          .Next(absl::StrCat("give it a version above ", done.rbegin()->ToString(),
                             "; or, to run it all the same: ferry promote ", m.version.ToString(),
                             " --to ENV --hotfix \"why\""));
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
  std::map<const Migration*, absl::Time> applied_at;  // of a squash: when the last of its versions was
  for (const AppliedMigration& a : applied) {
    if (IsRepeatableId(a.version)) continue;
    const Migration* m = plan.Find(a.version);
    if (m == nullptr) m = plan.FindSquash(a.version);
    if (m == nullptr || done.count(m->version) == 0) continue;
    const auto [known, added] = applied_at.emplace(m, a.applied_at);
    if (!added) known->second = std::max(known->second, a.applied_at);
  }
  std::vector<std::pair<absl::Time, const Migration*>> last_first;
  for (const auto& [m, at] : applied_at) last_first.emplace_back(at, m);
  std::sort(last_first.begin(), last_first.end(), [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first > b.first : a.second->version > b.second->version;
  });
  std::vector<const Migration*> undo;
  for (const auto& [at, m] : last_first) {
    if (!to.has_value() && !undo.empty()) break;
    if (to.has_value() && m->version <= *to) continue;
    if (m->irreversible) {
      return Error(ErrorCode::kIrreversible, absl::StrCat("version ", m->version.ToString(),
                                                          " cannot be undone: ", m->irreversible_reason))
          .At(m->file)
          .TargetState("unchanged")
          .Next("restore a backup, or go forward with a new migration");
    }
    undo.push_back(m);
  }
  return undo;
}

std::vector<const Migration*> PendingRepeatables(const Plan& plan,
                                                 const std::vector<AppliedMigration>& applied,
                                                 const Version& to) {
  std::vector<const Migration*> pending;
  if (plan.migrations.empty() || to != plan.migrations.back().version) return pending;
  for (const Migration& m : plan.repeatables) {
    const bool there = std::any_of(
        applied.begin(), applied.end(),
        [id = m.id(), &m](const AppliedMigration& a) { return a.version == id && a.checksum == m.checksum; });
    if (!there) pending.push_back(&m);
  }
  return pending;
}

std::string NewestVersion(const std::vector<AppliedMigration>& applied) {
  std::string newest;
  Version highest;
  for (const AppliedMigration& a : applied) {
    const absl::StatusOr<Version> version = Version::Parse(a.version);
    if (!version.ok() || (!newest.empty() && *version < highest)) continue;
    newest = a.version;
    highest = *version;
  }
  return newest;
}

bool IsOutOfOrder(const Migration& migration, const std::vector<AppliedMigration>& applied) {
  const absl::StatusOr<Version> newest = Version::Parse(NewestVersion(applied));
  return !migration.repeatable && newest.ok() && migration.version < *newest;
}

}  // namespace ferry::migration
