#include "core/diff/diff.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "core/base/error.h"

#include "core/base/hash.h"

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

bool IsCompared(absl::string_view field, const CompareOptions& options) {
  if (field == "owner") return options.owners;
  if (field == "grants" || field == "sequence_grants") return options.grants;
  if (field == "comment" || field == "security_labels" || field == "index_comment" ||
      field == "sequence_comment" || field == "sequence_labels") {
    return options.comments;
  }
  return true;
}

schema::FieldList FieldsOf(const Object& object, const CompareOptions& options) {
  schema::FieldList out;
  for (auto& field : schema::ComparedFields(object)) {
    if (IsCompared(field.first, options)) out.push_back(std::move(field));
  }
  return out;
}

bool Same(const Object& a, const Object& b, const CompareOptions& options) {
  if (a.fingerprint == b.fingerprint) {
    if (a.access_fingerprint == b.access_fingerprint || (!options.owners && !options.grants)) return true;
  } else if (options.comments) {
    return false;
  }
  return FieldsOf(a, options) == FieldsOf(b, options);
}

std::string FingerprintOf(const Object& object, const CompareOptions& options) {
  if (options.comments && !options.owners && !options.grants) return object.fingerprint;
  Sha256 hash;
  for (const auto& [name, value] : FieldsOf(object, options)) {
    hash.UpdateFramed(name);
    hash.UpdateFramed(value);
  }
  return hash.HexDigest();
}

bool SameEverywhere(const Row& row, const CompareOptions& options) {
  return std::all_of(row.begin(), row.end(), [&](const Object* object) {
    return object != nullptr && row[0] != nullptr && Same(*object, *row[0], options);
  });
}

const Object& AnyOf(const Row& row) {
  return **std::find_if(row.begin(), row.end(), [](const Object* object) { return object != nullptr; });
}

// What `child`'s parent is in `snapshot`, if it is there.
std::optional<ObjectKind> ParentKind(const Snapshot& snapshot, const ObjectId& child) {
  if (child.kind == ObjectKind::kUserMapping) {
    if (snapshot.Find({ObjectKind::kForeignServer, "", "", child.parent})) return ObjectKind::kForeignServer;
    return std::nullopt;
  }
  // Their parent is a role or "database": no object of the snapshot.
  if (child.kind == ObjectKind::kDefaultPrivileges || child.kind == ObjectKind::kSetting)
    return ObjectKind::kRole;
  for (const ObjectKind kind :
       {ObjectKind::kTable, ObjectKind::kView, ObjectKind::kDomain, ObjectKind::kCompositeType}) {
    if (snapshot.Find({kind, child.schema, "", child.parent}) != nullptr) return kind;
  }
  return std::nullopt;
}

// Whether every source that has the parent has the same child.
bool SameWhereItsParentIs(const Row& row, const Sources& sources, const CompareOptions& options) {
  const Object* any = &AnyOf(row);
  if (any->id.parent.empty()) return false;
  for (size_t i = 0; i < row.size(); ++i) {
    if (row[i] != nullptr ? !Same(*row[i], *any, options)
                          : ParentKind(*sources[i].second, any->id).has_value()) {
      return false;
    }
  }
  return true;
}

std::vector<FieldChange> ChangedFields(const Row& row, const CompareOptions& options) {
  std::vector<schema::FieldList> fields(row.size());
  size_t count = 0;
  for (size_t i = 0; i < row.size(); ++i) {
    if (row[i] != nullptr) fields[i] = FieldsOf(*row[i], options);
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

Difference MakeDifference(const Row& row, const Sources& sources, const CompareOptions& options) {
  Difference difference;
  for (size_t i = 0; i < row.size(); ++i) {
    difference.fingerprints.push_back(row[i] == nullptr ? std::nullopt
                                                        : std::optional(FingerprintOf(*row[i], options)));
    if (row[i] == nullptr) continue;
    difference.id = row[i]->id;
    if (row[i]->id.parent.empty()) continue;
    difference.parent_kind = ParentKind(*sources[i].second, row[i]->id).value_or(difference.parent_kind);
  }
  difference.fields = ChangedFields(row, options);
  return difference;
}

}  // namespace

absl::StatusOr<CompareOptions> Without(const std::vector<std::string>& ignored) {
  CompareOptions options;
  for (const std::string& word : ignored) {
    if (word == "comments") {
      options.comments = false;
    } else if (word == "owners") {
      options.owners = false;
    } else if (word == "grants") {
      options.grants = false;
    } else {
      return Error(ErrorCode::kUsage,
                   absl::StrCat("\"", word, "\" cannot be ignored: comments, owners, grants"))
          .Next("ferry diff --help");
    }
  }
  return options;
}

DiffResult Compare(const Sources& sources, const CompareOptions& options) {
  DiffResult result;
  for (const auto& source : sources) result.names.push_back(source.first);
  Merge merge(sources);
  Row row;
  while (merge.Next(row)) {
    if (AnyOf(row).id.kind == ObjectKind::kDefaultPrivileges && !options.grants) continue;
    if (SameEverywhere(row, options) || SameWhereItsParentIs(row, sources, options)) continue;
    result.differences.push_back(MakeDifference(row, sources, options));
  }
  return result;
}

}  // namespace ferry::diff
