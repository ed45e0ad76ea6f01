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

// Every step left waits for another one. Going back from any of them, along those that it waits for, ends in
// a circle that waits for nothing else left: of that one the step with the lowest rank.
size_t StepGraph::LowestInCircle(const std::vector<bool>& done) const {
  std::vector<std::vector<size_t>> before(ranks_.size());
  for (size_t i = 0; i < ranks_.size(); ++i) {
    for (const size_t next : after_[i]) {
      if (!done[i] && !done[next]) before[next].push_back(i);
    }
  }
  const auto reached = [&](size_t from) {
    std::set<size_t> seen;
    std::vector<size_t> open = {from};
    while (!open.empty()) {
      const size_t step = open.back();
      open.pop_back();
      for (const size_t other : before[step]) {
        if (seen.insert(other).second) open.push_back(other);
      }
    }
    return seen;
  };
  size_t at = 0;
  while (done[at]) ++at;
  std::set<size_t> circle = reached(at);
  // A step of a smaller set that it waits for, until all of the set wait for all of it.
  for (bool smaller = true; smaller;) {
    smaller = false;
    for (const size_t step : circle) {
      std::set<size_t> inner = reached(step);
      if (inner.size() >= circle.size()) continue;
      circle = std::move(inner);
      smaller = true;
      break;
    }
  }
  return *std::min_element(circle.begin(), circle.end(), [&](size_t a, size_t b) {
    return std::pair(ranks_[a], a) < std::pair(ranks_[b], b);
  });
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
      const size_t first = LowestInCircle(done);
      guessed.push_back(first);
      blocked.erase({ranks_[first], first});
      ready.emplace(ranks_[first], first);
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
