// A comparison that is about some schemas or kinds alone (core/schema/filter.h). Pure; any thread.
#ifndef FERRY_CORE_DIFF_FILTERED_H_
#define FERRY_CORE_DIFF_FILTERED_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/diff/diff.h"
#include "core/schema/filter.h"

namespace ferry::diff {

// The differences of objects that the filter covers. `result` may come from snapshots that were read for the
// filter or from whole ones: the answer is the same.
DiffResult Only(DiffResult result, const schema::Filter& filter);

// kUsage: none of the snapshots has a schema that the filter names.
absl::Status CheckSchemas(const schema::Filter& filter,
                          const std::vector<std::pair<std::string, const schema::Snapshot*>>& sources);

// `from`, with what the filter covers as `to` has it, so that a script from one to the other touches nothing
// else. Both must be whole snapshots: what depends on a covered object may lie outside. kUsage, naming both:
// an object would need one that is not there, because the filter covers one of the two alone.
absl::StatusOr<schema::Snapshot> OnlyFrom(const schema::Snapshot& from, const schema::Snapshot& to,
                                          const schema::Filter& filter);

}  // namespace ferry::diff

#endif  // FERRY_CORE_DIFF_FILTERED_H_
