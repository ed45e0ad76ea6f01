// What the documentation says of the code, held against the code.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "core/promotion/rules.h"

namespace ferry::tidy {
namespace {

std::string Read(const std::string& path) {
  std::ifstream file(std::string(std::getenv("FERRY_SOURCE_DIR")) + "/" + path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(DocsTest, ArchitecturePrintsTheTransitionTableAsItIs) {
  EXPECT_NE(Read("docs/ARCHITECTURE.md").find(promotion::RulesAsMarkdown()), std::string::npos)
      << "paste this into docs/ARCHITECTURE.md:\n"
      << promotion::RulesAsMarkdown();
}

}  // namespace
}  // namespace ferry::tidy
