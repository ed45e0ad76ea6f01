#include <gtest/gtest.h>

#include "tests/property/check.h"

namespace ferry::property {
namespace {

TEST(ReadingTest, SchemasThatReadTheSameAreDumpedTheSame) { CheckSeeds(Pairs::kNudged, TryReading); }

}  // namespace
}  // namespace ferry::property
