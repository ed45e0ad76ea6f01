#include "core/diff/diff.h"

#include <algorithm>

namespace ferry::diff {
namespace {

using schema::Object;
using schema::ObjectId;
using schema::ObjectKind;
using schema::Snapshot;
using Sources = std::vector<std::pair<std::string, const Snapshot*>>;
using Row = std::vector<const Object*>;  // one object, as each source has it; null: absent

// Walks all snapshots at once, in order of ids.
class Merge {
 public:
  explicit Merge(const Sources& sources) : sources_(sources), next_(sources.size(), 0) {}

  // Fills `row` with the next object; false at the end.
  bool Next(Row& row) {
    const ObjectId* least = nullptr;
    for (size_t i = 0; i < sources_.size(); ++i) {
      const Object* head = Head(i);
      if (head != nullptr && (least == nullptr || head->id < *least)) least = &head->id;
    }
    if (least == nullptr) return false;
    row.assign(sources_.size(), nullptr);
    for (size_t i = 0; i < sources_.size(); ++i) {
      const Object* head = Head(i);
      if (head == nullptr || !(head->id == *least)) continue;
      row[i] = head;
      ++next_[i];
    }
    return true;
  }

 private:
  const Object* Head(size_t i) const {
    const std::vector<Object>& objects = sources_[i].second->objects;
    return next_[i] < objects.size() ? &objects[next_[i]] : nullptr;
  }

  const Sources& sources_;
  std::vector<size_t> next_;
};

bool SameEverywhere(const Row& row) {
  return std::all_of(row.begin(), row.end(), [&](const Object* object) {
    return object != nullptr && row[0] != nullptr && object->fingerprint == row[0]->fingerprint;
  });
}

bool HasParent(const Snapshot& snapshot, const ObjectId& child, ObjectKind kind) {
  return snapshot.Find({kind, child.schema, "", child.parent}) != nullptr;
}

bool HasParent(const Snapshot& snapshot, const ObjectId& child) {
  return HasParent(snapshot, child, ObjectKind::kTable) || HasParent(snapshot, child, ObjectKind::kView);
}

// Whether every source that has the parent has the same child.
bool SameWhereItsParentIs(const Row& row, const Sources& sources) {
  const Object* any =
      *std::find_if(row.begin(), row.end(), [](const Object* object) { return object != nullptr; });
  if (any->id.parent.empty()) return false;
  for (size_t i = 0; i < row.size(); ++i) {
    if (row[i] != nullptr ? row[i]->fingerprint != any->fingerprint
                          : HasParent(*sources[i].second, any->id)) {
      return false;
    }
  }
  return true;
}

std::vector<FieldChange> ChangedFields(const Row& row) {
  std::vector<schema::FieldList> fields(row.size());
  size_t count = 0;
  for (size_t i = 0; i < row.size(); ++i) {
    if (row[i] != nullptr) fields[i] = schema::ComparedFields(*row[i]);
    count = std::max(count, fields[i].size());
  }
  std::vector<FieldChange> changes;
  for (size_t f = 0; f < count; ++f) {
    FieldChange change;
    const std::string* first = nullptr;
    bool differs = false;
    for (size_t i = 0; i < row.size(); ++i) {
      change.values.push_back(row[i] == nullptr ? "" : fields[i][f].second);
      if (row[i] == nullptr) continue;
      change.field = fields[i][f].first;
      if (first == nullptr) first = &fields[i][f].second;
      differs = differs || *first != fields[i][f].second;
    }
    if (differs) changes.push_back(std::move(change));
  }
  return changes;
}

Difference MakeDifference(const Row& row, const Sources& sources) {
  Difference difference;
  for (size_t i = 0; i < row.size(); ++i) {
    difference.fingerprints.push_back(row[i] == nullptr ? std::nullopt : std::optional(row[i]->fingerprint));
    if (row[i] == nullptr) continue;
    difference.id = row[i]->id;
    if (HasParent(*sources[i].second, row[i]->id, ObjectKind::kView))
      difference.parent_kind = ObjectKind::kView;
  }
  difference.fields = ChangedFields(row);
  return difference;
}

}  // namespace

DiffResult Compare(const Sources& sources) {
  DiffResult result;
  for (const auto& source : sources) result.names.push_back(source.first);
  Merge merge(sources);
  Row row;
  while (merge.Next(row)) {
    if (SameEverywhere(row) || SameWhereItsParentIs(row, sources)) continue;
    result.differences.push_back(MakeDifference(row, sources));
  }
  return result;
}

}  // namespace ferry::diff
