// The canonical model of one database's schema. Equal schemas have equal roots, whatever server, order or
// OIDs they were read with. Values; any thread.
#ifndef FERRY_CORE_SCHEMA_SNAPSHOT_H_
#define FERRY_CORE_SCHEMA_SNAPSHOT_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "core/schema/object.h"

namespace ferry::schema {

struct Snapshot {
  std::vector<Object> objects;  // ascending by id, no id twice
  // 64 hexadecimal digits over the fingerprints of all objects: the structure, equal in databases that only
  // differ in who owns and may use what; and over their access fingerprints. Neither covers the fields below.
  std::string root;
  std::string access_root;
  std::string server_version;  // "15.20"
  absl::Time taken_at = absl::UnixEpoch();

  // The object with this id, owned by the snapshot, or null. Logarithmic.
  const Object* Find(const ObjectId& id) const;
};

// Sorts the objects and computes the roots. The objects must come from MakeObject or ObjectFromFields, and no
// two may share an id.
Snapshot MakeSnapshot(std::vector<Object> objects, absl::string_view server_version, absl::Time taken_at);

// The same for objects that a peer sent with the roots it claims: kProtocol when two objects share an id or
// a root is not theirs.
absl::StatusOr<Snapshot> SnapshotFromPeer(std::vector<Object> objects, absl::string_view root,
                                          absl::string_view access_root, absl::string_view server_version,
                                          absl::Time taken_at);

}  // namespace ferry::schema

#endif  // FERRY_CORE_SCHEMA_SNAPSHOT_H_
