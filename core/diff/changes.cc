#include "core/diff/changes.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "core/base/hash.h"
#include "core/diff/steps.h"

namespace ferry::diff {

std::string AsideName(const schema::ObjectId& id) {
  // 63 bytes are what PostgreSQL keeps of a name; a multi-byte character is not cut.
  size_t keep = std::min<size_t>(id.name.size(), 40);
  while (keep > 0 && (static_cast<unsigned char>(id.name[keep]) & 0xC0U) == 0x80U) --keep;
  return absl::StrCat(id.name.substr(0, keep), "__ferry_aside_", Sha256Hex(id.name).substr(0, 6));
}

ChangeList PlanChanges(const schema::Snapshot& from, const schema::Snapshot& to,
                       const CompareOptions& options) {
  internal::Pairs pairs(from, to, options);
  internal::Propagate(pairs);
  pairs.Settle();
  const internal::Steps steps(pairs);
  ChangeList list;
  list.inherited = pairs.inherited();
  for (size_t i = 0; i < pairs.size(); ++i) {
    if (pairs[i].created()) list.created.insert(pairs[i].id());
    if (pairs[i].dropped()) list.dropped.insert(pairs[i].id());
    if (pairs[i].set_aside) list.set_aside.insert(pairs[i].id());
  }
  std::vector<size_t> guessed;
  for (const size_t step : steps.graph().Sorted(guessed)) {
    const Change& change = steps.changes()[step];
    list.changes.push_back(change);
    if (change.facet == Facet::kPartition && change.operation == Operation::kCreate) {
      list.attached.insert(change.id());
    }
    if (change.facet == Facet::kAccess) list.access_apart.insert(change.id());
    if (change.facet == Facet::kDefault) list.default_apart.insert(change.id());
  }
  for (const size_t step : guessed) list.circular.push_back(steps.changes()[step].id());
  return list;
}

}  // namespace ferry::diff
