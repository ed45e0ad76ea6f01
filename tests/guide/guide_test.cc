// docs/guide: every page's commands run and say what the page says, and every section of the guide that a
// team followed by hand has its page.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "tests/guide/headings.h"
#include "tests/guide/run.h"

namespace ferry::test {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAreArray;

std::string Folder() { return std::string(std::getenv("FERRY_SOURCE_DIR")) + "/docs/guide"; }

std::vector<std::string> PageNames() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(Folder())) {
    const std::string name = entry.path().filename();
    if (entry.path().extension() == ".md" && name != "README.md") names.push_back(entry.path().stem());
  }
  std::sort(names.begin(), names.end());
  return names;
}

class GuideTest : public ::testing::TestWithParam<std::string> {};

TEST_P(GuideTest, DoesWhatItSays) {
  const Page page = ReadPage(ReadFile(Folder() + "/" + GetParam() + ".md"));
  ASSERT_THAT(page.problems, IsEmpty());
  GuideWorld world;
  const std::string trouble = world.Run(page);
  if (!trouble.empty()) ADD_FAILURE() << GetParam() << ".md, " << trouble;
}

INSTANTIATE_TEST_SUITE_P(Pages, GuideTest, ::testing::ValuesIn(PageNames()), [](const auto& page) {
  std::string name = page.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

// "| Adding a Column | [Add a column](adding-a-column.md) |" -> heading and page, for every row of `text`.
std::vector<std::pair<std::string, std::string>> Rows(absl::string_view text) {
  std::vector<std::pair<std::string, std::string>> rows;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    if (!absl::StartsWith(line, "| ")) continue;
    const std::vector<std::string> cells = absl::StrSplit(line, '|');
    const size_t open = line.rfind("]("), close = line.rfind(".md)");
    if (cells.size() != 4 || open == absl::string_view::npos || close == absl::string_view::npos) continue;
    rows.emplace_back(std::string(absl::StripAsciiWhitespace(cells[1])),
                      std::string(line.substr(open + 2, close - open - 2)));
  }
  return rows;
}

TEST(GuideTableTest, EverySectionHasItsPageAndEveryPageItsRow) {
  const std::string text = ReadFile(Folder() + "/README.md");
  const size_t beyond = text.find("\n## Beyond it\n");
  ASSERT_NE(beyond, std::string::npos);
  std::vector<std::string> headings;
  for (const auto& [heading, page] : Rows(text.substr(0, beyond))) headings.push_back(heading);
  EXPECT_THAT(headings, UnorderedElementsAreArray(Headings()));
  std::set<std::string> linked;
  for (const auto& [heading, page] : Rows(text)) linked.insert(page);
  EXPECT_THAT(linked, UnorderedElementsAreArray(PageNames()));
}

TEST(GuideTableTest, EveryLinkLeadsSomewhere) {
  std::vector<std::string> names = PageNames();
  names.push_back("README");
  for (const std::string& name : names) {
    const std::string text = ReadFile(Folder() + "/" + name + ".md");
    for (size_t at = text.find("]("); at != std::string::npos; at = text.find("](", at + 1)) {
      const std::string link = text.substr(at + 2, text.find(')', at) - at - 2);
      EXPECT_TRUE(absl::StartsWith(link, "https://") || std::filesystem::exists(Folder() + "/" + link))
          << name << ".md links " << link;
    }
  }
}

TEST(GuideRunnerTest, APageThatIsNotTrueIsFound) {
  GuideWorld world;
  EXPECT_EQ(world.Run(ReadPage("# T\n```console\n$ ferry lint\nok: … migrations, no problem\n```\n")), "");
  EXPECT_THAT(world.Run(ReadPage("# T\n```console\n$ ferry lint\nok: no migration\n```\n")),
              AllOf(HasSubstr("line 3"), HasSubstr("migrations, no problem")));
  EXPECT_THAT(world.Run(ReadPage("# T\n```console\n$ ferry promote 9.9.9 --to dev\n…\n```\n")),
              HasSubstr("exit code 0"));
  EXPECT_THAT(world.Run(ReadPage("# T\n<!-- setup: false; true -->\n```console\n$ true\n```\n")),
              HasSubstr("line 2"));
  EXPECT_EQ(world.Run(ReadPage("# T\n```text file=a.txt\nhello\n```\n```console exit=3\n$ cat a.txt\nhello\n"
                               "$ (exit 3)\n```\n")),
            "");
}

}  // namespace
}  // namespace ferry::test
