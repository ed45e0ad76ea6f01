// Which objects are not the same in two or more snapshots, and in which fields. Pure; any thread.
#ifndef FERRY_CORE_DIFF_DIFF_H_
#define FERRY_CORE_DIFF_DIFF_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "core/schema/snapshot.h"

namespace ferry::diff {

struct FieldChange {
  std::string field;                // as in schema::Fields
  std::vector<std::string> values;  // one per source; "" where the object is absent
};

struct Difference {
  schema::ObjectId id;
  schema::ObjectKind parent_kind =
      schema::ObjectKind::kTable;  // what `id.parent` is, where there is one: a kView, kDomain, …
  // One per source, over what is compared: equal where the object is the same; nullopt: absent there.
  std::vector<std::optional<std::string>> fingerprints;
  std::vector<FieldChange> fields;  // those that differ among the sources that have the object
};

// What is compared beside the structure.
struct CompareOptions {
  bool comments = true;  // and security labels
  bool owners = true;
  bool grants = true;

  // For databases that different roles built, such as a scratch database and a target.
  static CompareOptions StructureOnly() { return {true, false, false}; }
};

// All but what the words name: "comments", "owners", "grants". kUsage: another word.
absl::StatusOr<CompareOptions> Without(const std::vector<std::string>& ignored);

struct DiffResult {
  std::vector<std::string> names;       // the sources, in the caller's order
  std::vector<Difference> differences;  // ascending by id

  bool equal() const { return differences.empty(); }
};

// Compares two or more snapshots, each under the name of its environment. The snapshots must outlive the call
// only. A column, constraint, index or trigger is compared among the sources that have its table or view:
// where the table itself is absent, that is part of the table's difference. One merge of sorted lists: linear
// in the objects, with a search only for a child that differs.
DiffResult Compare(const std::vector<std::pair<std::string, const schema::Snapshot*>>& sources,
                   const CompareOptions& options = {});

}  // namespace ferry::diff

#endif  // FERRY_CORE_DIFF_DIFF_H_
