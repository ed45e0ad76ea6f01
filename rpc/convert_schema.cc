#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "core/base/hash.h"
#include "rpc/convert.h"

namespace ferry::rpc {
namespace {

constexpr size_t kChunkBytes = 1 << 20;
constexpr size_t kKeyBytes = 8;

absl::string_view KeyAt(absl::string_view keys, size_t i) { return keys.substr(i * kKeyBytes, kKeyBytes); }

// Of each key, which object has it. Views into `keys`.
absl::flat_hash_map<absl::string_view, size_t> Places(absl::string_view keys) {
  absl::flat_hash_map<absl::string_view, size_t> places;
  places.reserve(keys.size() / kKeyBytes);
  for (size_t i = 0; i < keys.size() / kKeyBytes; ++i) places.try_emplace(KeyAt(keys, i), i);
  return places;
}

// Of fields that are compared and of those that are not, and of what it needs: an object with the same key is
// the same in all that travels.
std::string KeyOf(const schema::Object& object) {
  Sha256 hash;
  const auto add = [&hash](const schema::ObjectId& id) {
    for (const absl::string_view piece : {schema::KindName(id.kind), absl::string_view(id.schema),
                                          absl::string_view(id.parent), absl::string_view(id.name)}) {
      hash.UpdateFramed(piece);
    }
  };
  add(object.id);
  for (const auto& [name, value] : schema::FieldsToSend(object)) {
    hash.UpdateFramed(name);
    hash.UpdateFramed(value);
  }
  for (const schema::Dependency& needed : object.dependencies) {
    hash.UpdateFramed(needed.through_default ? "default" : "needs");
    add(needed.on);
  }
  return absl::HexStringToBytes(hash.HexDigest().substr(0, 2 * kKeyBytes));
}

std::vector<v1::SnapshotChunk> Chunks(const std::string& query_id, const schema::Snapshot& snapshot,
                                      const std::vector<const schema::Object*>& objects) {
  std::vector<v1::SnapshotChunk> chunks(1);
  size_t bytes = 0;
  for (const schema::Object* object : objects) {
    v1::SchemaObject message = rpc::ToProto(*object);
    const size_t size = message.ByteSizeLong();
    if (bytes > 0 && bytes + size > kChunkBytes) {
      chunks.emplace_back();
      bytes = 0;
    }
    bytes += size;
    *chunks.back().add_objects() = std::move(message);
  }
  for (size_t i = 0; i < chunks.size(); ++i) {
    chunks[i].set_query_id(query_id);
    chunks[i].set_index(static_cast<int32_t>(i));
  }
  v1::SnapshotChunk& last = chunks.back();
  last.set_last(true);
  last.set_root(snapshot.root);
  last.set_access_root(snapshot.access_root);
  last.set_server_version(snapshot.server_version);
  *last.mutable_taken_at() = rpc::ToProto(snapshot.taken_at);
  return chunks;
}

absl::StatusOr<std::vector<schema::Object>> Sent(const std::vector<v1::SnapshotChunk>& chunks) {
  if (chunks.empty()) return Error(ErrorCode::kProtocol, "the snapshot has no pieces").Next("ask again");
  std::vector<schema::Object> objects;
  for (size_t i = 0; i < chunks.size(); ++i) {
    if (chunks[i].index() != static_cast<int32_t>(i) || chunks[i].last() != (i + 1 == chunks.size())) {
      return Error(ErrorCode::kProtocol, "a piece of the snapshot is missing").Next("ask again");
    }
    for (const v1::SchemaObject& message : chunks[i].objects()) {
      ASSIGN_OR_RETURN(schema::Object object, rpc::FromProto(message));
      objects.push_back(std::move(object));
    }
  }
  return objects;
}

absl::StatusOr<schema::Snapshot> Checked(std::vector<schema::Object> objects, const v1::SnapshotChunk& last) {
  return schema::SnapshotFromPeer(std::move(objects), last.root(), last.access_root(), last.server_version(),
                                  rpc::FromProto(last.taken_at()));
}

}  // namespace

v1::ObjectId ToProto(const schema::ObjectId& id) {
  v1::ObjectId out;
  out.set_kind(std::string(schema::KindName(id.kind)));
  out.set_schema(id.schema);
  out.set_parent(id.parent);
  out.set_name(id.name);
  return out;
}

absl::StatusOr<schema::ObjectId> FromProto(const v1::ObjectId& id) {
  const std::optional<schema::ObjectKind> kind = schema::KindFromName(id.kind());
  if (!kind.has_value()) {
    return Error(ErrorCode::kProtocol, absl::StrCat("unknown object kind \"", id.kind(), "\""))
        .Next("upgrade the older of controller and agent");
  }
  return schema::ObjectId{*kind, id.schema(), id.parent(), id.name()};
}

v1::SnapshotScope ToProto(const schema::Filter& filter, bool cluster_objects) {
  v1::SnapshotScope out;
  for (const std::string& name : filter.schemas) out.add_schemas(name);
  for (const schema::ObjectKind kind : filter.kinds) {
    out.add_kinds(std::string(schema::KindName(kind)));
    cluster_objects = cluster_objects || schema::IsOfCluster(kind);
  }
  out.set_cluster_objects(cluster_objects);
  return out;
}

absl::StatusOr<schema::Filter> FilterFrom(const v1::SnapshotScope& scope) {
  return schema::ParseFilter({scope.schemas().begin(), scope.schemas().end()},
                             {scope.kinds().begin(), scope.kinds().end()});
}

v1::SchemaObject ToProto(const schema::Object& object) {
  v1::SchemaObject out;
  *out.mutable_id() = ToProto(object.id);
  for (const auto& [name, value] : schema::FieldsToSend(object)) {
    v1::SchemaField* field = out.add_fields();
    field->set_name(name);
    field->set_value(value);
  }
  for (const schema::Dependency& dependency : object.dependencies) {
    v1::SchemaDependency* needed = out.add_dependencies();
    *needed->mutable_on() = ToProto(dependency.on);
    needed->set_through_default(dependency.through_default);
  }
  return out;
}

absl::StatusOr<schema::Object> FromProto(const v1::SchemaObject& object) {
  ASSIGN_OR_RETURN(const schema::ObjectId id, FromProto(object.id()));
  std::vector<std::pair<std::string, std::string>> fields;
  for (const v1::SchemaField& field : object.fields()) fields.emplace_back(field.name(), field.value());
  std::vector<schema::Dependency> dependencies;
  for (const v1::SchemaDependency& needed : object.dependencies()) {
    ASSIGN_OR_RETURN(schema::ObjectId on, FromProto(needed.on()));
    dependencies.push_back({std::move(on), needed.through_default()});
  }
  return schema::ObjectFromFields(id, fields, std::move(dependencies));
}

v1::ObjectDifference ToProto(const diff::Difference& difference) {
  v1::ObjectDifference out;
  *out.mutable_id() = ToProto(difference.id);
  if (!difference.id.parent.empty())
    out.set_parent_kind(std::string(schema::KindName(difference.parent_kind)));
  for (const std::optional<std::string>& f : difference.fingerprints) out.add_fingerprints(f.value_or(""));
  for (const diff::FieldChange& change : difference.fields) {
    v1::FieldDifference* field = out.add_fields();
    field->set_field(change.field);
    for (const std::string& value : change.values) field->add_values(value);
  }
  return out;
}

absl::StatusOr<diff::Difference> FromProto(const v1::ObjectDifference& difference) {
  diff::Difference out;
  ASSIGN_OR_RETURN(out.id, FromProto(difference.id()));
  out.parent_kind = schema::KindFromName(difference.parent_kind()).value_or(schema::ObjectKind::kTable);
  for (const std::string& f : difference.fingerprints()) {
    out.fingerprints.push_back(f.empty() ? std::nullopt : std::optional<std::string>(f));
  }
  for (const v1::FieldDifference& field : difference.fields()) {
    out.fields.push_back({field.field(), {field.values().begin(), field.values().end()}});
  }
  return out;
}

std::string KeysOf(const schema::Snapshot& snapshot) {
  std::string keys;
  keys.reserve(snapshot.objects.size() * kKeyBytes);
  for (const schema::Object& object : snapshot.objects) keys += KeyOf(object);
  return keys;
}

std::vector<v1::SnapshotChunk> ToChunks(const std::string& query_id, const schema::Snapshot& snapshot) {
  std::vector<const schema::Object*> objects;
  objects.reserve(snapshot.objects.size());
  for (const schema::Object& object : snapshot.objects) objects.push_back(&object);
  return Chunks(query_id, snapshot, objects);
}

std::vector<v1::SnapshotChunk> ToChunks(const std::string& query_id, const schema::Snapshot& snapshot,
                                        absl::string_view held) {
  const absl::flat_hash_map<absl::string_view, size_t> places = Places(held);
  std::string keys = KeysOf(snapshot);
  std::vector<const schema::Object*> objects;
  for (size_t i = 0; i < snapshot.objects.size(); ++i) {
    if (!places.contains(KeyAt(keys, i))) objects.push_back(&snapshot.objects[i]);
  }
  std::vector<v1::SnapshotChunk> chunks = Chunks(query_id, snapshot, objects);
  chunks.back().set_partial(true);
  if (keys == held) {
    chunks.back().set_unchanged(true);
  } else {
    chunks.back().set_keys(std::move(keys));
  }
  return chunks;
}

absl::StatusOr<schema::Snapshot> FromChunks(const std::vector<v1::SnapshotChunk>& chunks) {
  ASSIGN_OR_RETURN(std::vector<schema::Object> objects, Sent(chunks));
  if (chunks.back().partial()) {
    return Error(ErrorCode::kProtocol, "a part of a snapshot, where all of it was asked for");
  }
  return Checked(std::move(objects), chunks.back());
}

absl::StatusOr<schema::Snapshot> FromChunks(const std::vector<v1::SnapshotChunk>& chunks,
                                            const schema::Snapshot& held_snapshot, absl::string_view held) {
  if (chunks.empty() || !chunks.back().partial()) return FromChunks(chunks);
  ASSIGN_OR_RETURN(std::vector<schema::Object> sent, Sent(chunks));
  const std::string& keys = chunks.back().keys();
  if (chunks.back().unchanged() && sent.empty()) return Checked(held_snapshot.objects, chunks.back());
  const absl::flat_hash_map<absl::string_view, size_t> places = Places(held);
  std::vector<schema::Object> objects;
  size_t next = 0;
  for (size_t i = 0; i < keys.size() / kKeyBytes; ++i) {
    const auto place = places.find(KeyAt(keys, i));
    if (place != places.end() && place->second < held_snapshot.objects.size()) {
      objects.push_back(held_snapshot.objects[place->second]);
    } else if (next < sent.size()) {
      objects.push_back(std::move(sent[next++]));
    } else {
      return Error(ErrorCode::kProtocol, "a snapshot names an object that was neither sent nor held");
    }
  }
  if (next != sent.size())
    return Error(ErrorCode::kProtocol, "a snapshot holds an object that it does not name");
  return Checked(std::move(objects), chunks.back());
}

}  // namespace ferry::rpc
