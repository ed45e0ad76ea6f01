// A plan as a file, for a host where no controller can be asked: JSON that a person can read, whose digest
// the reader recomputes. Pure; any thread.
#ifndef FERRY_RPC_PLAN_FILE_H_
#define FERRY_RPC_PLAN_FILE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/migration/plan.h"

namespace ferry::rpc {

struct PlanFile {
  std::string name;        // project
  std::string to_version;  // in the plan
  migration::Plan plan;
};

// The same plan always gives the same bytes. kVersionUnknown when `to_version` is not in the plan;
// kFileSystem when a migration is not UTF-8, which JSON cannot hold.
absl::StatusOr<std::string> WritePlanFile(const PlanFile& file);

// kProtocol: no JSON, unknown fields, another schema, or signatures, which this version cannot check.
// kPlanDigestMismatch: edited. kVersionUnknown. Those of migration::BuildPlan.
absl::StatusOr<PlanFile> ReadPlanFile(absl::string_view bytes);

}  // namespace ferry::rpc

#endif  // FERRY_RPC_PLAN_FILE_H_
