// What the documentation says of the code, held against the code.
#include <gtest/gtest.h>

#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <vector>

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

// The text of every test, without its blanks, so that a line break in a macro does not matter.
std::string AllTests() {
  std::string out;
  for (const char* const folder :
       {"core", "sqlite", "pg", "rpc", "workbench", "controller", "agent", "cli", "tests"}) {
    const std::string root = std::string(std::getenv("FERRY_SOURCE_DIR")) + "/" + folder;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
      if (!entry.path().filename().string().ends_with("_test.cc")) continue;
      for (const char c :
           Read(std::filesystem::relative(entry.path(), std::getenv("FERRY_SOURCE_DIR")).string())) {
        if (std::isspace(static_cast<unsigned char>(c)) == 0) out += c;
      }
    }
  }
  return out;
}

std::vector<std::string> Quoted(const std::string& line) {
  std::vector<std::string> out;
  for (size_t at = line.find('`'); at != std::string::npos; at = line.find('`', at + 1)) {
    const size_t end = line.find('`', at + 1);
    if (end == std::string::npos) break;
    out.push_back(line.substr(at + 1, end - at - 1));
    at = end;
  }
  return out;
}

// Rows of docs/faults.md by number: "| 63 | a fault | `Suite.Test`, or why not |".
std::map<int, std::string> FaultRows() {
  std::map<int, std::string> rows;
  std::istringstream lines(Read("docs/faults.md"));
  for (std::string line; std::getline(lines, line);) {
    if (line.rfind("| ", 0) == 0 && line.size() > 2 &&
        std::isdigit(static_cast<unsigned char>(line[2])) != 0) {
      rows[std::atoi(line.c_str() + 2)] = line;
    }
  }
  return rows;
}

TEST(DocsTest, EveryTestThatTheFaultTableNamesIsThere) {
  const std::string tests = AllTests();
  const std::map<int, std::string> rows = FaultRows();
  ASSERT_GT(rows.size(), 50u);
  for (const auto& [number, row] : rows) {
    EXPECT_GE(Quoted(row).size() + (row.find("not tested:") != std::string::npos), 1u) << row;
    for (const std::string& name : Quoted(row)) {
      const size_t dot = name.find('.');
      if (dot == std::string::npos || std::isupper(static_cast<unsigned char>(name[0])) == 0) {
        EXPECT_TRUE(name.find('/') == std::string::npos ||
                    std::filesystem::exists(std::string(std::getenv("FERRY_SOURCE_DIR")) + "/" + name))
            << "row " << number << " names " << name;
        continue;
      }
      EXPECT_NE(tests.find("(" + name.substr(0, dot) + "," + name.substr(dot + 1) + ")"), std::string::npos)
          << "row " << number << " names " << name << ", and there is no such test";
    }
  }
}

TEST(DocsTest, EveryFaultOfTheseGroupsHasItsRow) {
  const std::map<int, std::string> rows = FaultRows();
  for (const auto& [first, last] : std::vector<std::pair<int, int>>{{1, 35}, {45, 62}, {89, 96}}) {
    for (int number = first; number <= last; ++number) EXPECT_TRUE(rows.contains(number)) << number;
  }
}

}  // namespace
}  // namespace ferry::tidy
