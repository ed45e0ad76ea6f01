// What would run on a target, from its ledger and a plan. Reads only what it is given.
#ifndef FERRY_AGENT_WORKER_PREVIEW_H_
#define FERRY_AGENT_WORKER_PREVIEW_H_

#include <string>

#include "absl/status/statusor.h"
#include "core/migration/plan.h"
#include "ferry/v1/agent.pb.h"
#include "pg/executor/run.h"
#include "pg/ledger/ledger.h"

namespace ferry::worker {

// Errors: those of migration::PendingUp, PendingDown and executor::RenderScript.
absl::StatusOr<v1::Preview> MakePreview(const std::string& target_id, const migration::Plan& plan,
                                        const ledger::LedgerState& state, const v1::PreviewQuery& query,
                                        const executor::Limits& limits);

}  // namespace ferry::worker

#endif  // FERRY_AGENT_WORKER_PREVIEW_H_
