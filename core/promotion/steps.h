// Which steps follow from where a target stands, and whether a promotion may start at all. Pure.
#ifndef FERRY_CORE_PROMOTION_STEPS_H_
#define FERRY_CORE_PROMOTION_STEPS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "core/migration/plan.h"
#include "core/promotion/types.h"

namespace ferry::promotion {

// The steps after preflight, given what the target's ledger says is applied.
//   promote:  backup, then apply and verify of each pending migration, then of each pending repeatable file,
//             then analyze. Nothing pending: verify of the version asked for, alone, so that asking again
//             proves the state.
//   rollback: backup, then rollback of each migration above the version, newest first. Nothing above:
//   nothing.
//   baseline: baseline up to the version. Recorded already: nothing.
//   restore:  restore, swap.
// A break-glass run has no steps here: it ended before the controller heard of it.
// Errors: those of migration::PendingUp and PendingDown.
absl::StatusOr<std::vector<Step>> PlanSteps(
    Kind kind, const migration::Plan& plan, const std::vector<migration::AppliedMigration>& applied,
    const std::string& to_version, migration::OutOfOrder out_of_order = migration::OutOfOrder::kRefuse);

// Where an environment stands, as far as starting a promotion is concerned.
struct EnvironmentPosition {
  std::string name;
  // One a target: what is applied there; a target that never reported has nothing.
  std::vector<std::vector<migration::AppliedMigration>> applied;
};

// Pipeline order: a promotion to `environment` up to `to_version` needs that version on every target of the
// environment before it, and, up to the newest one, each repeatable file of `plan` as it is there.
// kEnvironmentUnknown, kPipelineOrder (naming what to promote first).
absl::Status CheckPipeline(const std::vector<EnvironmentPosition>& pipeline, const std::string& environment,
                           const std::string& to_version, const migration::Plan& plan);

}  // namespace ferry::promotion

#endif  // FERRY_CORE_PROMOTION_STEPS_H_
