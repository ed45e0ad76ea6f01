#include "core/drift/drift.h"

#include <map>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/diff/bare_name.h"

namespace ferry::drift {
namespace {

using schema::Object;
using schema::ObjectId;
using schema::Snapshot;

// Calls visit(id, a's object or null, b's object or null) for every object in either that is not the same.
template <class Visit>
void ForEachDifference(const Snapshot& a, const Snapshot& b, const Visit& visit) {
  size_t i = 0, j = 0;
  while (i < a.objects.size() || j < b.objects.size()) {
    const Object* left = i < a.objects.size() ? &a.objects[i] : nullptr;
    const Object* right = j < b.objects.size() ? &b.objects[j] : nullptr;
    if (left != nullptr && right != nullptr && left->id == right->id) {
      if (StateOf(left) != StateOf(right)) visit(left->id, left, right);
      ++i, ++j;
    } else if (right == nullptr || (left != nullptr && left->id < right->id)) {
      visit(left->id, left, nullptr);
      ++i;
    } else {
      visit(right->id, nullptr, right);
      ++j;
    }
  }
}

std::vector<std::string> Path(const ObjectId& id) {
  std::vector<std::string> path;
  if (!id.schema.empty()) path.push_back(id.schema);
  if (!id.parent.empty()) path.push_back(id.parent);
  path.push_back(diff::BareName(id));
  return path;
}

bool StartsWith(const std::vector<std::string>& path, const std::vector<std::string>& with) {
  if (with.empty() || with.size() > path.size()) return false;
  return std::equal(with.begin(), with.end(), path.begin());
}

// A statement's names and an object's path are of one object, or one is within the other. An index is named
// without its table by PostgreSQL.
bool Concerns(const ForeignStatement& statement, const ObjectId& id) {
  const std::vector<std::string> path = Path(id);
  if (StartsWith(path, statement.names))
    return statement.names.size() > 1 || path.size() == 1 || id.schema.empty();
  if (StartsWith(statement.names, path)) return true;
  return id.kind == schema::ObjectKind::kIndex &&
         statement.names == std::vector<std::string>{id.schema, id.name};
}

std::vector<const ForeignStatement*> CausesOf(const ObjectId& id,
                                              const std::vector<ForeignStatement>& statements) {
  std::vector<const ForeignStatement*> causes;
  for (const ForeignStatement& statement : statements) {
    if (Concerns(statement, id)) causes.push_back(&statement);
  }
  return causes;
}

}  // namespace

std::string StateOf(const Object* object) {
  return object == nullptr ? std::string() : absl::StrCat(object->fingerprint, object->access_fingerprint);
}

std::vector<DriftedObject> FindDrift(const Snapshot& expected, const Snapshot& actual,
                                     const std::vector<ForeignStatement>& statements) {
  std::vector<DriftedObject> drifted;
  ForEachDifference(expected, actual, [&](const ObjectId& id, const Object* should, const Object* is) {
    drifted.push_back({id, should, is, CausesOf(id, statements)});
  });
  return drifted;
}

Snapshot Settle(const Snapshot& expected, const Snapshot& before, const Snapshot& now,
                const std::vector<ForeignStatement>& statements) {
  std::map<ObjectId, const Object*> kept;  // what stays as it was expected; null: absent
  ForEachDifference(expected, before, [&](const ObjectId& id, const Object* should, const Object* was) {
    if (StateOf(now.Find(id)) == StateOf(was)) kept[id] = should;
  });
  ForEachDifference(before, now, [&](const ObjectId& id, const Object*, const Object*) {
    if (!CausesOf(id, statements).empty()) kept[id] = expected.Find(id);
  });
  std::vector<Object> objects;
  objects.reserve(now.objects.size() + kept.size());
  for (const Object& object : now.objects) {
    if (kept.count(object.id) == 0) objects.push_back(object);
  }
  for (const auto& [id, object] : kept) {
    if (object != nullptr) objects.push_back(*object);
  }
  return schema::MakeSnapshot(std::move(objects), now.server_version, now.taken_at);
}

}  // namespace ferry::drift
