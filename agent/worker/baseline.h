// The step that records versions for a database that has them already, and what it is judged by: the plan,
// built in a scratch database on the server that the agent's file names.
#ifndef FERRY_AGENT_WORKER_BASELINE_H_
#define FERRY_AGENT_WORKER_BASELINE_H_

#include "absl/status/statusor.h"
#include "agent/worker/steps.h"
#include "core/migration/plan.h"
#include "core/schema/snapshot.h"

namespace ferry::worker {

// The schema that `plan` up to `version` makes. kScratch: no scratch server in the file, or it does not work;
// kVersionUnknown; those of the connection. `running` is told of every session (pg/scratch/build.h).
absl::StatusOr<schema::Snapshot> SnapshotOfPlan(const policy::TargetConfig& target,
                                                const migration::Plan& plan, const std::string& version,
                                                const std::function<void(const pg::Canceller&)>& running);

// Under the target's lock: builds, compares, and records every version of the plan up to the step's that is
// not applied, all in one transaction; nothing is run, and no window or backup is needed. Recorded already:
// OK. Errors, the ledger then unchanged: kBaselineDiffers names the first objects; kLedgerMismatch, the
// ledger has a newer version, another checksum, or a version begun and not finished; those of SnapshotOfPlan.
absl::StatusOr<v1::StepDone> RunBaseline(const v1::Command& command, const StepContext& context,
                                         const executor::RunContext& run);

}  // namespace ferry::worker

#endif  // FERRY_AGENT_WORKER_BASELINE_H_
