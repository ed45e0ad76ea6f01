// What a controller has on record, as core/report wants it.
#ifndef FERRY_CLI_RECORDS_H_
#define FERRY_CLI_RECORDS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "core/migration/plan.h"
#include "core/report/changelog.h"
#include "ferry/v1/ferry.pb.h"
#include "rpc/ferry_client.h"

namespace ferry::cli {

// Every promotion of `environment` ("" = all), newest first, page by page. Errors: ListHistory's.
absl::StatusOr<std::vector<v1::PromotionInfo>> AllPromotions(rpc::FerryClient& client,
                                                             const std::string& environment);

// The steps of `promotions` that ended well, oldest first.
std::vector<report::Deed> DeedsOf(const std::vector<v1::PromotionInfo>& promotions);

// A migration's header as core/report wants it.
report::MigrationNote NoteOf(const v1::MigrationInfo& migration);

// The newest plan of `plans` that has `version`; nullptr when none has.
const v1::PlanInfo* PlanWith(const v1::ListPlansResponse& plans, const std::string& version);

// The plan with this digest ("" = the newest), read from the bytes that the controller keeps. Errors:
// GetPlan's, BuildPlan's, kPlanDigestMismatch when the bytes are not those of the digest.
struct FullPlan {
  v1::PlanInfo info;
  v1::PlanContent content;
  migration::Plan plan;
};
absl::StatusOr<FullPlan> FetchPlan(rpc::FerryClient& client, const std::string& digest);

}  // namespace ferry::cli

#endif  // FERRY_CLI_RECORDS_H_
