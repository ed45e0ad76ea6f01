#include "core/diff/filtered.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "core/base/error.h"

namespace ferry::diff {
namespace {

using schema::Object;
using schema::ObjectId;
using schema::ObjectKind;
using schema::Snapshot;

constexpr ObjectKind kParents[] = {ObjectKind::kTable, ObjectKind::kView, ObjectKind::kDomain,
                                   ObjectKind::kCompositeType, ObjectKind::kForeignServer};

// What `child` belongs to, in the list of objects that are there.
std::optional<ObjectId> ParentIn(const std::set<ObjectId>& there, const ObjectId& child) {
  if (child.parent.empty()) return std::nullopt;
  for (const ObjectKind kind : kParents) {
    ObjectId parent{kind, child.schema, "", child.parent};
    if (there.contains(parent)) return parent;
  }
  return std::nullopt;
}

std::set<ObjectId> Ids(const Snapshot& snapshot) {
  std::set<ObjectId> ids;
  for (const Object& object : snapshot.objects) ids.insert(object.id);
  return ids;
}

bool IsCovered(const schema::Filter& filter, const std::set<ObjectId>& there, const ObjectId& id) {
  const std::optional<ObjectId> parent = ParentIn(there, id);
  return schema::Covers(filter, id, parent.has_value() ? std::optional(parent->kind) : std::nullopt);
}

std::string NameOf(const ObjectId& id) {
  return absl::StrCat(schema::KindName(id.kind), " \"", id.schema, id.schema.empty() ? "" : ".", id.parent,
                      id.parent.empty() ? "" : ".", id.name, "\"");
}

absl::Status CheckNeeds(const std::vector<Object>& objects, const std::set<ObjectId>& there) {
  for (const Object& object : objects) {
    for (const schema::Dependency& needs : object.dependencies) {
      if (there.contains(needs.on)) continue;
      return Error(ErrorCode::kUsage, absl::StrCat(NameOf(object.id), " needs ", NameOf(needs.on),
                                                   ", and --schema or --kind leaves out one of the two"))
          .Next("cover both");
    }
  }
  return absl::OkStatus();
}

bool HasSchema(const Snapshot& snapshot, const std::string& name) {
  return std::any_of(snapshot.objects.begin(), snapshot.objects.end(),
                     [&name](const Object& object) { return object.id.schema == name; });
}

}  // namespace

DiffResult Only(DiffResult result, const schema::Filter& filter) {
  if (filter.empty()) return result;
  std::erase_if(result.differences, [&filter](const Difference& difference) {
    const bool has_parent = !difference.id.parent.empty();
    return !schema::Covers(filter, difference.id,
                           has_parent ? std::optional(difference.parent_kind) : std::nullopt);
  });
  return result;
}

absl::Status CheckSchemas(const schema::Filter& filter,
                          const std::vector<std::pair<std::string, const Snapshot*>>& sources) {
  for (const std::string& name : filter.schemas) {
    const bool there = std::any_of(sources.begin(), sources.end(),
                                   [&name](const auto& source) { return HasSchema(*source.second, name); });
    if (there) continue;
    return Error(ErrorCode::kUsage, absl::StrCat("none of the sources has a schema \"", name, "\""))
        .Next("write it as the catalog has it, without quotes; --schema app,audit names two");
  }
  return absl::OkStatus();
}

absl::StatusOr<Snapshot> OnlyFrom(const Snapshot& from, const Snapshot& to, const schema::Filter& filter) {
  if (filter.empty()) return to;
  const std::set<ObjectId> in_from = Ids(from), in_to = Ids(to);
  std::set<ObjectId> there;
  std::vector<Object> objects, parts;
  for (const Object& object : from.objects) {
    if (IsCovered(filter, in_from, object.id)) continue;
    there.insert(object.id);
    objects.push_back(object);
  }
  const auto add = [&](const Object& object) {
    if (there.insert(object.id).second) objects.push_back(object);
  };
  for (const Object& object : to.objects) {
    if (!IsCovered(filter, in_to, object.id)) continue;
    ParentIn(in_to, object.id).has_value() ? parts.push_back(object) : add(object);
  }
  for (const Object& part : parts) {
    if (ParentIn(there, part.id).has_value()) add(part);  // else as in a comparison
  }
  RETURN_IF_ERROR(CheckNeeds(objects, there));
  return schema::MakeSnapshot(std::move(objects), to.server_version, to.taken_at);
}

}  // namespace ferry::diff
