#include "core/schema/snapshot.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "core/base/hash.h"

namespace ferry::schema {
namespace {

// Over the sorted fingerprints, which cover the ids: a kind added to the registry moves no root without such
// objects.
std::string Root(const std::vector<Object>& objects, std::string Object::*fingerprint) {
  std::vector<absl::string_view> fingerprints;
  fingerprints.reserve(objects.size());
  for (const Object& object : objects) {
    // That there are any is a matter of who may do what.
    if (object.id.kind == ObjectKind::kDefaultPrivileges && fingerprint == &Object::fingerprint) continue;
    fingerprints.push_back(object.*fingerprint);
  }
  std::sort(fingerprints.begin(), fingerprints.end());
  Sha256 hash;
  hash.UpdateFramed("ferry/snapshot/v2");
  for (const absl::string_view text : fingerprints) hash.UpdateFramed(text);
  return hash.HexDigest();
}

// Sorts places and then moves each object once: an object is some 700 bytes.
void SortById(std::vector<Object>& objects) {
  std::vector<size_t> from(objects.size());  // where what belongs at a place is
  std::iota(from.begin(), from.end(), size_t{0});
  std::sort(from.begin(), from.end(), [&](size_t a, size_t b) { return objects[a].id < objects[b].id; });
  for (size_t first = 0; first < from.size(); ++first) {
    if (from[first] == first) continue;
    Object held = std::move(objects[first]);
    size_t at = first;
    while (from[at] != first) {
      const size_t next = from[at];
      objects[at] = std::move(objects[next]);
      from[at] = at;
      at = next;
    }
    objects[at] = std::move(held);
    from[at] = at;
  }
}

}  // namespace

const Object* Snapshot::Find(const ObjectId& id) const {
  const auto at =
      std::lower_bound(objects.begin(), objects.end(), id,
                       [](const Object& object, const ObjectId& wanted) { return object.id < wanted; });
  return at != objects.end() && at->id == id ? &*at : nullptr;
}

Snapshot MakeSnapshot(std::vector<Object> objects, absl::string_view server_version, absl::Time taken_at) {
  Snapshot snapshot;
  snapshot.objects = std::move(objects);
  SortById(snapshot.objects);
  snapshot.root = Root(snapshot.objects, &Object::fingerprint);
  snapshot.access_root = Root(snapshot.objects, &Object::access_fingerprint);
  snapshot.server_version = std::string(server_version);
  snapshot.taken_at = taken_at;
  return snapshot;
}

absl::StatusOr<Snapshot> SnapshotFromPeer(std::vector<Object> objects, absl::string_view root,
                                          absl::string_view access_root, absl::string_view server_version,
                                          absl::Time taken_at) {
  Snapshot snapshot = MakeSnapshot(std::move(objects), server_version, taken_at);
  const auto twice = std::adjacent_find(snapshot.objects.begin(), snapshot.objects.end(),
                                        [](const Object& a, const Object& b) { return a.id == b.id; });
  if (twice != snapshot.objects.end()) {
    return Error(ErrorCode::kProtocol, absl::StrCat("a snapshot lists ", KindName(twice->id.kind), " \"",
                                                    twice->id.schema, ".", twice->id.name, "\" twice"));
  }
  if (snapshot.root != root || snapshot.access_root != access_root) {
    return Error(ErrorCode::kProtocol, "a snapshot's fingerprint is not the one announced");
  }
  return snapshot;
}

}  // namespace ferry::schema
