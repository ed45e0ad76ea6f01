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
//   promote:  backup, then apply and verify of each pending migration, then analyze. Nothing pending: verify
//   of
//             the version asked for, alone, so that asking again proves the state.
//   rollback: backup, then rollback of each migration above the version, newest first. Nothing above:
//   nothing.
//   baseline: baseline up to the version. Recorded already: nothing.
//   restore:  restore, swap.
// A break-glass run has no steps here: it ended before the controller heard of it.
// Errors: those of migration::PendingUp and PendingDown.
absl::StatusOr<std::vector<Step>> PlanSteps(Kind kind, const migration::Plan& plan,
                                            const std::vector<migration::AppliedMigration>& applied,
                                            const std::string& to_version);

// Where an environment stands, as far as starting a promotion is concerned.
struct EnvironmentPosition {
  std::string name;
  // One a target: the versions applied there; a target that never reported has none.
  std::vector<std::vector<std::string>> applied;
};

// Pipeline order: a promotion to `environment` up to `to_version` needs that version on every target of the
// environment before it. kEnvironmentUnknown, kPipelineOrder (naming what to promote first).
absl::Status CheckPipeline(const std::vector<EnvironmentPosition>& pipeline, const std::string& environment,
                           const std::string& to_version);

}  // namespace ferry::promotion

#endif  // FERRY_CORE_PROMOTION_STEPS_H_
