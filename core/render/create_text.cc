#include "core/render/create_text.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/render/render.h"

namespace ferry::render {
namespace {

using schema::Object;
using schema::ObjectId;

// Kinds whose objects hang on another one and are made with it.
const std::set<schema::ObjectKind>& PartKinds() {
  using Kind = schema::ObjectKind;
  static const auto* const kinds = new std::set<Kind>{Kind::kColumn,  Kind::kConstraint, Kind::kIndex,
                                                      Kind::kTrigger, Kind::kPolicy,     Kind::kRule};
  return *kinds;
}

// Objects of one kind, schema and parent stand together.
void TakeParts(const schema::Snapshot& snapshot, const ObjectId& whole, std::vector<Object>& out) {
  for (const schema::ObjectKind kind : PartKinds()) {
    const ObjectId first = {kind, whole.schema, whole.name, ""};
    auto part = std::lower_bound(snapshot.objects.begin(), snapshot.objects.end(), first,
                                 [](const Object& object, const ObjectId& id) { return object.id < id; });
    for (; part != snapshot.objects.end() && part->id.kind == kind && part->id.schema == whole.schema &&
           part->id.parent == whole.name;
         ++part) {
      out.push_back(*part);
    }
  }
}

}  // namespace

std::string CreateText(const schema::Snapshot& snapshot, const ObjectId& id, schema::ObjectKind parent_kind) {
  const ObjectId whole = id.parent.empty() ? id : ObjectId{parent_kind, id.schema, "", id.parent};
  const Object* object = snapshot.Find(whole);
  if (object == nullptr) return "";
  std::vector<Object> objects = {*object};
  if (!whole.schema.empty()) TakeParts(snapshot, whole, objects);
  Options options;
  options.compare = diff::CompareOptions::StructureOnly();
  options.online = false;
  const schema::Snapshot none = schema::MakeSnapshot({}, snapshot.server_version, snapshot.taken_at);
  const schema::Snapshot only =
      schema::MakeSnapshot(std::move(objects), snapshot.server_version, snapshot.taken_at);
  const absl::StatusOr<Script> script = Render(none, only, options);
  if (!script.ok()) return "";
  std::string text;
  for (const Statement& statement : script->statements) absl::StrAppend(&text, statement.sql, ";\n");
  return text;
}

}  // namespace ferry::render
