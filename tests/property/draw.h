// Choices that depend on a seed and on what is chosen alone: asking for one more thing changes none of the
// others. Values; any thread.
#ifndef FERRY_TESTS_PROPERTY_DRAW_H_
#define FERRY_TESTS_PROPERTY_DRAW_H_

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace ferry::property {

// Well mixed; the same on every machine.
inline uint64_t Mix(uint64_t x) {
  x += 0x9e3779b97f4a7c15U;
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31U);
}

class Draw {
 public:
  explicit Draw(uint64_t seed) : seed_(seed) {}

  uint64_t Of(absl::string_view what) const {
    uint64_t hash = seed_;
    for (const char c : what) hash = Mix(hash ^ static_cast<unsigned char>(c));
    return Mix(hash);
  }
  // 0 … n-1; needs n > 0.
  size_t Below(absl::string_view what, size_t n) const { return static_cast<size_t>(Of(what) % n); }
  bool Chance(absl::string_view what, size_t percent) const { return Below(what, 100) < percent; }
  std::string Pick(absl::string_view what, std::initializer_list<const char*> words) const {
    return *(words.begin() + Below(what, words.size()));
  }

 private:
  uint64_t seed_;
};

// A sequence of choices. One thread at a time.
class Rng {
 public:
  explicit Rng(uint64_t seed) : state_(Mix(seed)) {}

  uint64_t Next() { return Mix(state_ += 0x9e3779b97f4a7c15U); }
  size_t Below(size_t n) { return static_cast<size_t>(Next() % n); }
  bool Chance(size_t percent) { return Below(100) < percent; }
  template <class T>
  const T& Pick(const std::vector<T>& from) {
    return from[Below(from.size())];
  }

 private:
  uint64_t state_;
};

}  // namespace ferry::property

#endif  // FERRY_TESTS_PROPERTY_DRAW_H_
