#include "agent/worker/next.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "core/base/error.h"

namespace ferry::worker {

std::vector<migration::AppliedMigration> AppliedOf(const ledger::LedgerState& state) {
  std::vector<migration::AppliedMigration> out;
  for (const ledger::AppliedVersion& v : state.applied) {
    out.push_back({v.version, v.checksum, v.applied_at});
  }
  return out;
}

std::vector<const migration::Migration*> Missing(const migration::Plan& plan,
                                                 const ledger::LedgerState& state) {
  const std::vector<migration::AppliedMigration> applied = AppliedOf(state);
  std::vector<const migration::Migration*> missing;
  for (const migration::Migration& m : plan.migrations) {
    const bool there =
        std::any_of(applied.begin(), applied.end(), [id = m.id()](const auto& a) { return a.version == id; });
    if (!there) missing.push_back(&m);
  }
  for (const migration::Migration* m :
       migration::PendingRepeatables(plan, applied, plan.migrations.back().version)) {
    missing.push_back(m);
  }
  return missing;
}

std::string NextSearchPath(const migration::Plan& plan, const ledger::LedgerState& state) {
  const std::vector<const migration::Migration*> missing = Missing(plan, state);
  return missing.empty() ? plan.migrations.back().search_path : missing.front()->search_path;
}

absl::Status CheckHotfix(const policy::TargetConfig& target, const v1::Command& command,
                         const migration::Migration& m,
                         const std::vector<migration::AppliedMigration>& applied) {
  const bool there =
      std::any_of(applied.begin(), applied.end(), [id = m.id()](const auto& a) { return a.version == id; });
  if (there || !migration::IsOutOfOrder(m, applied)) return absl::OkStatus();
  if (target.accept_hotfix && !command.reason().empty()) return absl::OkStatus();
  const std::string newest = migration::NewestVersion(applied);
  const std::string command_line =
      absl::StrCat("ferry promote ", m.id(), " --to ", target.environment, " --hotfix \"why\"");
  if (target.accept_hotfix) {
    return Error(ErrorCode::kOutOfOrder,
                 absl::StrCat(m.id(), " is below ", newest, ", which is applied: out of order"))
        .At(m.file)
        .TargetState("unchanged: nothing was applied")
        .Next(command_line);
  }
  return Error(ErrorCode::kOutOfOrder,
               absl::StrCat(m.id(), " is below ", newest, ", which is applied, and the agent of ", target.id,
                            " refuses what is out of order"))
      .At(m.file)
      .TargetState("unchanged: nothing was applied")
      .Next(absl::StrCat("give it a version above ", newest, "; or write `hotfix: accept` for target ",
                         target.id, " into its agent's file, send the agent SIGHUP, and: ", command_line));
}

absl::Status CheckNext(const migration::Plan& plan, const ledger::LedgerState& state,
                       const policy::TargetConfig& target, const v1::Command& command,
                       const migration::Migration& next) {
  const std::vector<migration::AppliedMigration> applied = AppliedOf(state);
  const bool accept = target.accept_hotfix && !command.reason().empty();
  RETURN_IF_ERROR(CheckHotfix(target, command, next, applied));
  ASSIGN_OR_RETURN(
      const std::vector<const migration::Migration*> pending,
      migration::PendingUp(plan, applied, next.repeatable ? plan.migrations.back().version : next.version,
                           accept ? migration::OutOfOrder::kAccept : migration::OutOfOrder::kRefuse));
  // A version that was begun and is neither finished nor undone must not be forgotten under another one.
  for (const auto* rows : {&state.unfinished, &state.intents}) {
    for (const ledger::SegmentDone& row : *rows) {
      if (row.version == next.id()) continue;
      return Error(ErrorCode::kLedgerMismatch,
                   absl::StrCat(row.version, " was begun on this target and is not finished; ", next.id(),
                                " cannot run before it is"))
          .TargetState(
              absl::StrCat("unchanged by this; segments of ", row.version, " are applied and recorded"))
          .Next(absl::StrCat("register a plan with ", row.version,
                             " as it was, and promote it or roll it back"));
    }
  }
  if (pending.empty() || pending.front() == &next) return absl::OkStatus();
  return Error(ErrorCode::kLedgerMismatch, absl::StrCat(next.id(), " was sent, but ", pending.front()->id(),
                                                        " has to run on this target first"))
      .TargetState("unchanged: nothing was started")
      .Next("ferry status");
}

}  // namespace ferry::worker
