// Plans by digest, as they are in one environment (with its values): from the journal, else from the
// controller. The digest is recomputed from the bytes every
// time; nobody's word for it counts. Thread-safe.
#ifndef FERRY_AGENT_WORKER_PLANS_H_
#define FERRY_AGENT_WORKER_PLANS_H_

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "agent/journal/journal.h"
#include "agent/worker/outward.h"
#include "core/base/mutex.h"
#include "core/migration/plan.h"
#include "pg/ledger/ledger.h"

namespace ferry::worker {

class Plans {
 public:
  // Both must outlive this; both may be null when every plan that is asked for was kept.
  Plans(journal::Journal* journal, Outward* outward) : journal_(journal), outward_(outward) {}

  // Get answers for `environment` with this plan from now on, without journal and controller. Errors: those
  // of migration::BuildPlan.
  absl::Status Keep(const migration::Plan& plan, const std::string& environment);

  // kPlanUnknown, kTransport, kPlanDigestMismatch, those of migration::BuildPlan.
  absl::StatusOr<std::shared_ptr<const migration::Plan>> Get(const std::string& digest,
                                                             const std::string& environment);

  // The objects whose drift these versions dealt with, by the migrations of the plans that they were applied
  // from. A plan that nobody has any more names nothing. Otherwise the errors of Get.
  absl::StatusOr<std::vector<std::string>> DriftNamedBy(const std::vector<ledger::AppliedVersion>& applied,
                                                        const std::string& environment);

 private:
  journal::Journal* const journal_;
  Outward* const outward_;
  Mutex mutex_;
  // By digest and environment.
  std::map<std::pair<std::string, std::string>, std::shared_ptr<const migration::Plan>> parsed_
      ABSL_GUARDED_BY(mutex_);
};

}  // namespace ferry::worker

#endif  // FERRY_AGENT_WORKER_PLANS_H_
