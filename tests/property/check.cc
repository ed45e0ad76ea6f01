#include "tests/property/check.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace ferry::property {
namespace {

uint64_t Setting(const char* name, uint64_t otherwise) {
  uint64_t value = 0;
  const char* const text = std::getenv(name);
  return text != nullptr && absl::SimpleAtoi(text, &value) ? value : otherwise;
}

struct Pair {
  Schema a, b;
};

// Most are neighbours; every fifth has nothing in common but some names.
Pair PairOf(Pairs pairs, uint64_t seed) {
  Pair pair;
  pair.a = Generate(seed, 10 + static_cast<int>(seed % 50));
  if (pairs == Pairs::kNudged) {
    pair.b = Nudge(pair.a, seed);
    return pair;
  }
  pair.b = seed % 5 == 0 ? Generate(seed + 1000000, 10 + static_cast<int>(seed % 50)) : Mutate(pair.a, seed);
  return pair;
}

std::string Script(const Schema& schema) { return absl::StrJoin(Sql(schema), ";\n") + ";\n"; }

// The part of a failure that a smaller pair has to have too.
std::string Essence(const std::string& failure) { return failure.substr(0, failure.find_first_of(":\n")); }

void Check(Pairs pairs, uint64_t seed, Verdict (*attempt)(const Schema&, const Schema&)) {
  auto [a, b] = PairOf(pairs, seed);
  Verdict verdict = attempt(a, b);
  if (verdict.holds()) return;
  Shrink(a, b, static_cast<int>(Setting("FERRY_PROPERTY_SHRINK", 60)), [&](const Schema& x, const Schema& y) {
    const Verdict smaller = attempt(x, y);
    if (Essence(smaller.failure) != Essence(verdict.failure)) return false;
    verdict = smaller;
    return true;
  });
  ADD_FAILURE() << "seed " << seed << ": " << verdict.failure << "\n-- A\n"
                << Script(a) << "-- B\n"
                << Script(b) << "-- the script\n"
                << verdict.script;
}

}  // namespace

void CheckSeeds(Pairs pairs, Verdict (*attempt)(const Schema&, const Schema&)) {
  const uint64_t first = Setting("FERRY_PROPERTY_FROM", 1), seeds = Setting("FERRY_PROPERTY_SEEDS", 50);
  std::printf("seeds %llu to %llu\n", static_cast<unsigned long long>(first),
              static_cast<unsigned long long>(first + seeds - 1));
  for (uint64_t seed = first; seed < first + seeds; ++seed) Check(pairs, seed, attempt);
}

}  // namespace ferry::property
