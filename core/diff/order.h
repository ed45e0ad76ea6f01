// Puts steps into an order that respects which must come before which. Internal to core/diff. Pure.
#ifndef FERRY_CORE_DIFF_ORDER_H_
#define FERRY_CORE_DIFF_ORDER_H_

#include <cstddef>
#include <cstdint>
#include <vector>

namespace ferry::diff::internal {

class StepGraph {
 public:
  // Steps that may run at the same time come by ascending rank, then in the order in which they were added.
  size_t Add(int64_t rank);
  // No effect when the two are the same step.
  void Before(size_t first, size_t second);

  // All steps. Where steps wait for each other in a circle, the one of it with the lowest rank goes first,
  // and is named in `guessed`.
  std::vector<size_t> Sorted(std::vector<size_t>& guessed) const;

 private:
  size_t LowestInCircle(const std::vector<bool>& done) const;

  std::vector<int64_t> ranks_;
  std::vector<std::vector<size_t>> after_;
};

}  // namespace ferry::diff::internal

#endif  // FERRY_CORE_DIFF_ORDER_H_
