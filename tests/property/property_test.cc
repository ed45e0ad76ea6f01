#include <gtest/gtest.h>

#include "tests/property/check.h"

namespace ferry::property {
namespace {

TEST(PropertyTest, TheSqlFromOneSchemaToAnotherConvergesThereAndBack) {
  CheckSeeds(Pairs::kNeighbours, TryConvergence);
}

}  // namespace
}  // namespace ferry::property
