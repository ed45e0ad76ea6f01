#include "controller/fleet/kept_snapshots.h"

#include <utility>

#include "rpc/convert.h"

namespace ferry::fleet {

void KeptSnapshots::Drop(Order::iterator at) {
  objects_ -= (*at)->snapshot.objects.size();
  of_target_.erase((*at)->target_id);
  order_.erase(at);
}

void KeptSnapshots::Keep(std::string target_id, schema::Snapshot snapshot) {
  auto kept = std::make_shared<KeptSnapshot>();
  kept->target_id = std::move(target_id);
  kept->snapshot = std::move(snapshot);
  kept->keys = rpc::KeysOf(kept->snapshot);
  MutexLock lock(&mutex_);
  if (const auto found = of_target_.find(kept->target_id); found != of_target_.end()) Drop(found->second);
  const size_t count = kept->snapshot.objects.size();
  if (count > most_objects_) return;
  while (objects_ + count > most_objects_) Drop(std::prev(order_.end()));
  objects_ += count;
  order_.push_front(std::move(kept));
  of_target_[order_.front()->target_id] = order_.begin();
}

std::shared_ptr<const KeptSnapshot> KeptSnapshots::Find(const std::string& target_id) {
  MutexLock lock(&mutex_);
  const auto found = of_target_.find(target_id);
  if (found == of_target_.end()) return nullptr;
  order_.splice(order_.begin(), order_, found->second);
  return order_.front();
}

}  // namespace ferry::fleet
