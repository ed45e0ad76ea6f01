#include "tests/tidy/scrub.h"

#include <gtest/gtest.h>

namespace ferry::tidy {
namespace {

std::string Code(absl::string_view source) { return Scrub(source).at(0).code; }

TEST(ScrubTest, KeepsCodeAndCommentsApartInTheirColumns) {
  const std::vector<Line> lines = Scrub("int a; // one\n/* two\nthree */ int b;\n");
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[0].code, "int a;       ");
  EXPECT_EQ(lines[0].comments, "       // one");
  EXPECT_EQ(lines[1].comments, "/* two");
  EXPECT_EQ(lines[2].code, "         int b;");
  EXPECT_EQ(lines[2].comments, "three */       ");
}

TEST(ScrubTest, BlanksLiteralsAndGoesOnBehindThem) {
  EXPECT_EQ(Code(R"(f("a // b", g);)"), "f(        , g);");
  EXPECT_EQ(Code(R"(f("a\"b", g);)"), "f(      , g);");
  EXPECT_EQ(Code(R"(f('"', g);)"), "f(   , g);");
  EXPECT_EQ(Code(R"(f('\'', g);)"), "f(    , g);");
  EXPECT_EQ(Code("f(1'000'000, g); // it's"), "f(1'000'000, g);        ");
}

TEST(ScrubTest, RawStringsEndAtTheirDelimiter) {
  const std::vector<Line> lines = Scrub("f(R\"x(a \" ) // b\n)\" c)x\", g);");
  EXPECT_EQ(lines[0].code, "f(              ");
  EXPECT_EQ(lines[1].code, "       , g);");
  EXPECT_EQ(Code("FOR\"x\" y"), "FOR    y");
}

TEST(ScrubTest, SurvivesWhatIsNotFinished) {
  for (const char* const source : {"", "\"", "'", "/*", "//", "R\"", "R\"(", "\"\\"}) {
    EXPECT_LE(Scrub(source).size(), 1U) << source;
  }
}

}  // namespace
}  // namespace ferry::tidy
