#include "core/report/side_by_side.h"

#include <gtest/gtest.h>

#include "core/report/escape.h"

namespace ferry::report {
namespace {

TEST(SideBySideTest, EqualLinesStandInOneRowAndChangedOnesFaceEachOther) {
  EXPECT_EQ(SideBySide({"SELECT id,", "    close", "   FROM prices;"},
                       {"SELECT id,", "    close,", "    volume", "   FROM prices;"}, 2, 43, false),
            "  SELECT id,            SELECT id,\n"
            "      close           |     close,\n"
            "                      |     volume\n"
            "     FROM prices;          FROM prices;\n");
}

TEST(SideBySideTest, ALineInTheMiddleThatStaysIsFoundAgain) {
  EXPECT_EQ(SideBySide({"a", "same", "b"}, {"x", "y", "same", "z"}, 0, 23, false),
            "a          | x\n"
            "           | y\n"
            "same         same\n"
            "b          | z\n");
}

TEST(SideBySideTest, WhatIsFarFromAChangeIsLeftOut) {
  EXPECT_EQ(SideBySide({"1", "2", "3", "4", "old"}, {"1", "2", "3", "4", "new"}, 0, 23, false),
            "\xE2\x80\xA6            \xE2\x80\xA6\n"
            "3            3\n"
            "4            4\n"
            "old        | new\n");
}

TEST(SideBySideTest, LongAndWideLinesGoOnInTheNextRow) {
  const std::string text =
      SideBySide({"abcdefghijklmnop"},
                 {"\xE6\xA0\xAA\xE4\xBE\xA1\xE6\xA0\xAA\xE4\xBE\xA1\xE6\xA0\xAA\xE4\xBE\xA1"}, 0, 23, false);
  EXPECT_EQ(text,
            "abcdefghij | \xE6\xA0\xAA\xE4\xBE\xA1\xE6\xA0\xAA\xE4\xBE\xA1\xE6\xA0\xAA\n"
            "klmnop     | \xE4\xBE\xA1\n");
}

TEST(SideBySideTest, OneSideMayBeEmpty) {
  EXPECT_EQ(SideBySide({}, {"a"}, 0, 23, false), "           | a\n");
  EXPECT_EQ(SideBySide({"a"}, {}, 0, 23, false), "a          |\n");
}

TEST(SideBySideTest, ColourMarksBothSidesOfAChange) {
  EXPECT_EQ(SideBySide({"a"}, {"b"}, 0, 23, true), "\x1b[31ma\x1b[0m          | \x1b[32mb\x1b[0m\n");
}

}  // namespace
}  // namespace ferry::report
