// What may run next on a target, by its own ledger and by the agent's own file. Reads only what it is given.
#ifndef FERRY_AGENT_WORKER_NEXT_H_
#define FERRY_AGENT_WORKER_NEXT_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "agent/policy/policy.h"
#include "core/migration/plan.h"
#include "ferry/v1/agent.pb.h"
#include "pg/ledger/ledger.h"

namespace ferry::worker {

std::vector<migration::AppliedMigration> AppliedOf(const ledger::LedgerState& state);

// Everything of the plan that the target does not have, in the order in which it would run; pointers into
// `plan`.
std::vector<const migration::Migration*> Missing(const migration::Plan& plan,
                                                 const ledger::LedgerState& state);

// The search_path of the first of them: where the next migration creates.
std::string NextSearchPath(const migration::Plan& plan, const ledger::LedgerState& state);

// Whether the target takes `m`, should it be out of order: never without a reason, and only where the agent's
// file says `hotfix: accept`. kOutOfOrder says what to write where.
absl::Status CheckHotfix(const policy::TargetConfig& target, const v1::Command& command,
                         const migration::Migration& m,
                         const std::vector<migration::AppliedMigration>& applied);

// Whether `next`, of `plan`, is the very next one that the ledger allows, or applied already. kOutOfOrder;
// kLedgerMismatch: another one comes first, or was begun and is not finished; those of migration::PendingUp.
absl::Status CheckNext(const migration::Plan& plan, const ledger::LedgerState& state,
                       const policy::TargetConfig& target, const v1::Command& command,
                       const migration::Migration& next);

}  // namespace ferry::worker

#endif  // FERRY_AGENT_WORKER_NEXT_H_
