#include <algorithm>
#include <set>

#include "tests/property/holds.h"
#include "tests/property/trial.h"

namespace ferry::property {
namespace {

Schema Without(const Schema& schema, const std::vector<int>& ids) {
  Schema out = schema;
  for (const int id : ids) {
    if (out.Find(id) != nullptr) Remove(out, id);
  }
  Prune(out);
  return out;
}

}  // namespace

void Shrink(Schema& a, Schema& b, int tries, const std::function<bool(const Schema&, const Schema&)>& fails) {
  for (size_t chunk = std::max(a.items.size(), b.items.size()) / 2; chunk > 0;) {
    std::set<int> all;
    for (const Item& item : a.items) all.insert(item.id);
    for (const Item& item : b.items) all.insert(item.id);
    all.erase(1);
    const std::vector<int> ids(all.rbegin(), all.rend());
    bool smaller = false;
    for (size_t at = 0; at < ids.size() && tries > 0; at += chunk) {
      const std::vector<int> some(
          ids.begin() + static_cast<std::ptrdiff_t>(at),
          ids.begin() + static_cast<std::ptrdiff_t>(std::min(at + chunk, ids.size())));
      Schema smaller_a = Without(a, some), smaller_b = Without(b, some);
      if (smaller_a.items.size() == a.items.size() && smaller_b.items.size() == b.items.size()) continue;
      --tries;
      if (!fails(smaller_a, smaller_b)) continue;
      a = smaller_a, b = smaller_b;
      smaller = true;
    }
    if (tries <= 0) return;
    if (!smaller || chunk > 1) chunk /= 2;
  }
}

}  // namespace ferry::property
