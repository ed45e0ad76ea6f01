// Which objects are not the same in two or more snapshots, and in which fields. Pure; any thread.
#ifndef FERRY_CORE_DIFF_DIFF_H_
#define FERRY_CORE_DIFF_DIFF_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/schema/snapshot.h"

namespace ferry::diff {

struct FieldChange {
  std::string field;                // as in schema::Fields
  std::vector<std::string> values;  // one per source; "" where the object is absent
};

struct Difference {
  schema::ObjectId id;
  schema::ObjectKind parent_kind =
      schema::ObjectKind::kTable;                        // what `id.parent` is, where there is one: or kView
  std::vector<std::optional<std::string>> fingerprints;  // one per source; nullopt: absent there
  std::vector<FieldChange> fields;  // those that differ among the sources that have the object
};

struct DiffResult {
  std::vector<std::string> names;       // the sources, in the caller's order
  std::vector<Difference> differences;  // ascending by id

  bool equal() const { return differences.empty(); }
};

// Compares two or more snapshots, each under the name of its environment. The snapshots must outlive the call
// only. A column, constraint, index or trigger is compared among the sources that have its table or view:
// where the table itself is absent, that is part of the table's difference. One merge of sorted lists: linear
// in the objects, with a search only for a child that differs.
DiffResult Compare(const std::vector<std::pair<std::string, const schema::Snapshot*>>& sources);

}  // namespace ferry::diff

#endif  // FERRY_CORE_DIFF_DIFF_H_
