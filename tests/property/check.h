// Tries a property on many seeds.
#ifndef FERRY_TESTS_PROPERTY_CHECK_H_
#define FERRY_TESTS_PROPERTY_CHECK_H_

#include "tests/property/trial.h"

namespace ferry::property {

// For FERRY_PROPERTY_SEEDS seeds (50) from FERRY_PROPERTY_FROM (1) on: a GoogleTest failure for each one for
// which `attempt` fails, with the smallest pair found in FERRY_PROPERTY_SHRINK (60) tries.
enum class Pairs {
  kNeighbours,
  kNudged
};  // a few changes apart (every fifth pair: strangers); one change apart
void CheckSeeds(Pairs pairs, Verdict (*attempt)(const Schema& a, const Schema& b));

}  // namespace ferry::property

#endif  // FERRY_TESTS_PROPERTY_CHECK_H_
