// The house rules, over the tree at $FERRY_SOURCE_DIR.
#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/tidy/check.h"

namespace ferry::tidy {
namespace {

TEST(TreeTest, EverySourceKeepsTheHouseRules) {
  const char* const root = std::getenv("FERRY_SOURCE_DIR");
  ASSERT_NE(root, nullptr) << "run it through ctest, or set FERRY_SOURCE_DIR";
  const TreeResult result = CheckTree(root, Exceptions());
  EXPECT_GT(result.files, 15) << "is " << root << " the tree?";
  for (const Finding& finding : result.findings) ADD_FAILURE() << ToString(finding);
}

TEST(TreeTest, EveryExceptionHasAReason) {
  for (const Exception& exception : Exceptions()) EXPECT_FALSE(exception.reason.empty()) << exception.file;
}

}  // namespace
}  // namespace ferry::tidy
