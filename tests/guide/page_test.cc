// How a page is read, and when its commands' output is as it says.
#include "tests/guide/page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ferry::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kPage[] = R"(# A page

<!-- setup: prepare -->
Text.

```sql file=1.0.0_a.sql
SELECT 1;
```

```console exit=5
$ ferry one
said
$ ferry two \
>   --more

more
```

```yaml
not: run
```
<!-- setup:
second
third
-->
)";

TEST(PageTest, HasItsStepsInOrder) {
  const Page page = ReadPage(kPage);
  EXPECT_THAT(page.problems, IsEmpty());
  EXPECT_EQ(page.title, "A page");
  ASSERT_THAT(page.steps, SizeIs(5));
  EXPECT_EQ(page.steps[0].text, "prepare");
  EXPECT_EQ(page.steps[1].file, "1.0.0_a.sql");
  EXPECT_EQ(page.steps[1].text, "SELECT 1;\n");
  EXPECT_EQ(page.steps[2].text, "ferry one");
  EXPECT_THAT(page.steps[2].expected, ElementsAre("said"));
  EXPECT_EQ(page.steps[2].exit_code, 0);
  EXPECT_EQ(page.steps[3].text, "ferry two \\\n  --more");
  EXPECT_THAT(page.steps[3].expected, ElementsAre("", "more"));
  EXPECT_EQ(page.steps[3].exit_code, 5);
  EXPECT_EQ(page.steps[3].line, 13);
  EXPECT_EQ(page.steps[4].text, "\nsecond\nthird");
}

TEST(PageTest, WithoutACommandIsNone) {
  EXPECT_THAT(ReadPage("# Title\n\nText, and nothing to type.\n").problems,
              ElementsAre(HasSubstr("no command")));
  EXPECT_THAT(ReadPage("# Title\n<!-- setup: ferry status -->\n```sh\nferry status\n```\n").problems,
              ElementsAre(HasSubstr("no command")));
}

TEST(PageTest, WithABlockThatIsNotUnderstoodIsNone) {
  const std::string good = "# T\n```console\n$ true\n```\n";
  for (const char* bad : {"```console exit=many\n$ false\n```\n", "```console quiet\n$ true\n```\n",
                          "```sql only=once\n```\n", "```console\noutput\n$ true\n```\n",
                          "```console\n$ true\n", "```console\n```\n", "<!-- setup: never closed\n"}) {
    EXPECT_THAT(ReadPage(good + bad).problems, SizeIs(1)) << bad;
  }
}

TEST(PageTest, OutputIsTheSameLineByLine) {
  EXPECT_TRUE(SaysAsExpected({"a", "b"}, "a\nb\n"));
  EXPECT_TRUE(SaysAsExpected({"a  "}, "a \n\n"));
  EXPECT_TRUE(SaysAsExpected({}, ""));
  EXPECT_FALSE(SaysAsExpected({}, "a\n"));
  EXPECT_FALSE(SaysAsExpected({"a"}, "a\nb\n"));
  EXPECT_FALSE(SaysAsExpected({"a", "b"}, "a\n"));
  EXPECT_FALSE(SaysAsExpected({"a"}, "ab\n"));
}

TEST(PageTest, AnEllipsisStandsForAnyTextOrAnyLines) {
  EXPECT_TRUE(SaysAsExpected({"took …s, … rows"}, "took 1.5s, 10 rows\n"));
  EXPECT_FALSE(SaysAsExpected({"took …s, … rows"}, "took 1.5s, 10 lines\n"));
  EXPECT_TRUE(SaysAsExpected({"…"}, ""));
  EXPECT_TRUE(SaysAsExpected({"a", "…", "d"}, "a\nb\nc\nd\n"));
  EXPECT_TRUE(SaysAsExpected({"…", "d", "…"}, "d\nb\nd\n"));
  EXPECT_FALSE(SaysAsExpected({"a", "…", "d"}, "a\nb\nc\n"));
}

}  // namespace
}  // namespace ferry::test
