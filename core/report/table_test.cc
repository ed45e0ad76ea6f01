#include "core/report/table.h"

#include <gtest/gtest.h>

namespace ferry::report {
namespace {

using Align = TextTable::Align;

TEST(TextTableTest, AlignsColumnsAndLeavesNoTrailingBlanks) {
  TextTable table({{"ENV"}, {"PENDING", Align::kRight}, {"DRIFT"}});
  table.AddRow({{"dev"}, {"-"}, {"none"}});
  table.AddRow({{"staging"}, {"12"}});
  table.AddRow({{"prod "}});
  EXPECT_EQ(table.Render(false),
            "ENV      PENDING  DRIFT\n"
            "dev            -  none\n"
            "staging       12\n"
            "prod\n");
}

TEST(TextTableTest, MeasuresColumnsNotBytes) {
  TextTable table({{"NAME"}, {"N", Align::kRight}});
  table.AddRow({{"größe"}, {"1"}});
  table.AddRow({{"注文"}, {"10"}});
  EXPECT_EQ(table.Render(false), "NAME    N\ngröße   1\n注文   10\n");
}

TEST(TextTableTest, WithoutTitlesThereIsNoTitleLine) {
  TextTable table({{""}, {""}});
  EXPECT_TRUE(table.empty());
  table.AddRow({{"a"}, {"b"}});
  EXPECT_EQ(table.Render(false, 2), "  a  b\n");
}

TEST(TextTableTest, ColoursDoNotMoveColumnsAndCellsCannotColourThemselves) {
  TextTable table({{""}, {""}});
  table.AddRow({{"ok", Color::kGreen}, {"1"}});
  table.AddRow({{"\x1b[2J"}, {"a\nb"}});
  EXPECT_EQ(table.Render(true), "\x1b[32mok\x1b[0m       1\n\\x1b[2J  a\\nb\n");
  EXPECT_EQ(table.Render(false), "ok       1\n\\x1b[2J  a\\nb\n");
}

}  // namespace
}  // namespace ferry::report
