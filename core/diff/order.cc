#include "core/diff/order.h"

#include <algorithm>
#include <set>
#include <utility>

namespace ferry::diff::internal {

size_t StepGraph::Add(int64_t rank) {
  ranks_.push_back(rank);
  after_.emplace_back();
  return ranks_.size() - 1;
}

void StepGraph::Before(size_t first, size_t second) {
  if (first != second) after_[first].push_back(second);
}

std::vector<size_t> StepGraph::Sorted(std::vector<size_t>& guessed) const {
  std::vector<size_t> waiting(ranks_.size(), 0);
  for (const auto& next : after_) {
    for (const size_t step : next) ++waiting[step];
  }
  std::set<std::pair<int64_t, size_t>> ready;
  std::set<std::pair<int64_t, size_t>> blocked;
  for (size_t i = 0; i < ranks_.size(); ++i) (waiting[i] == 0 ? ready : blocked).emplace(ranks_[i], i);
  std::vector<size_t> out;
  std::vector<bool> done(ranks_.size(), false);
  while (out.size() < ranks_.size()) {
    if (ready.empty()) {
      // A circle, or behind one. Only a step in a circle leads back to itself; the lowest is a good guess.
      const auto first = *blocked.begin();
      guessed.push_back(first.second);
      blocked.erase(first);
      ready.insert(first);
    }
    const size_t step = ready.begin()->second;
    ready.erase(ready.begin());
    if (done[step]) continue;
    done[step] = true;
    out.push_back(step);
    for (const size_t next : after_[step]) {
      if (done[next] || waiting[next] == 0 || --waiting[next] != 0) continue;
      blocked.erase({ranks_[next], next});
      ready.emplace(ranks_[next], next);
    }
  }
  return out;
}

}  // namespace ferry::diff::internal
