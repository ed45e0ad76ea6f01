// The last whole snapshot of each target, so that agents need not send again what has not changed. In memory
// alone: after a restart of the controller everything travels once. Thread-safe.
#ifndef FERRY_CONTROLLER_FLEET_KEPT_SNAPSHOTS_H_
#define FERRY_CONTROLLER_FLEET_KEPT_SNAPSHOTS_H_

#include <list>
#include <map>
#include <memory>
#include <string>

#include "core/base/mutex.h"
#include "core/schema/snapshot.h"

namespace ferry::fleet {

struct KeptSnapshot {
  std::string target_id;
  schema::Snapshot snapshot;
  std::string keys;  // rpc::KeysOf(snapshot)
};

class KeptSnapshots {
 public:
  // Keeps at most so many objects in total: the targets that were not asked for the longest go first. Of the
  // usual schema an object takes about 1 kB.
  explicit KeptSnapshots(size_t most_objects) : most_objects_(most_objects) {}

  // Replaces what is kept of the target. One that is too large by itself is not kept.
  void Keep(std::string target_id, schema::Snapshot snapshot);
  // Null when nothing is kept. What is returned stays as it is, whatever is kept later.
  std::shared_ptr<const KeptSnapshot> Find(const std::string& target_id);

 private:
  using Order = std::list<std::shared_ptr<const KeptSnapshot>>;  // the newest first
  void Drop(Order::iterator at) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const size_t most_objects_;
  Mutex mutex_;
  Order order_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, Order::iterator> of_target_ ABSL_GUARDED_BY(mutex_);
  size_t objects_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace ferry::fleet

#endif  // FERRY_CONTROLLER_FLEET_KEPT_SNAPSHOTS_H_
