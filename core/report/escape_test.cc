#include "core/report/escape.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/report/object_name.h"

namespace ferry::report {
namespace {

using schema::ObjectKind;
using ::testing::ElementsAre;

TEST(EscapeTest, NothingThatATerminalObeysGetsThrough) {
  EXPECT_EQ(Visible("a\x1b[31mred\x1b[0m"), "a\\x1b[31mred\\x1b[0m");
  EXPECT_EQ(Visible("line\nbreak\r\ttab\x7f"), "line\\nbreak\\r\\ttab\\x7f");
  EXPECT_EQ(Visible(absl::string_view("nul\0!", 5)), "nul\\x00!");
  EXPECT_EQ(Visible("c1 \xC2\x9B"
                    "31m"),
            "c1 \\x9b31m");  // CSI as one character
  EXPECT_EQ(Visible("user\xE2\x80\xAEnimda"), "user\\u202enimda");
  EXPECT_EQ(Visible("a\xE2\x80\x8B"
                    "b\xEF\xBB\xBF\xE2\x80\xA8"),
            "a\\u200bb\\ufeff\\u2028");
  EXPECT_EQ(Visible("tag\xF3\xA0\x81\x81"), "tag\\U000e0041");
}

TEST(EscapeTest, OrdinaryTextOfAnyLanguageStays) {
  for (const char* text : {"", "orders", "größe", "注文", "naïve — “quoted”", "\\d+", "😀"})
    EXPECT_EQ(Visible(text), text);
}

TEST(EscapeTest, BytesThatAreNotUtf8AreShownAsBytes) {
  EXPECT_EQ(Visible("\xFF"
                    "a\xC3"),
            "\\xffa\\xc3");
  EXPECT_EQ(Visible("\xC0\xAF"), "\\xc0\\xaf");                    // overlong
  EXPECT_EQ(Visible("\xE0\x80\xAF"), "\\xe0\\x80\\xaf");           // overlong
  EXPECT_EQ(Visible("\xED\xA0\x80"), "\\xed\\xa0\\x80");           // a surrogate
  EXPECT_EQ(Visible("\xF4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");  // beyond U+10FFFF
}

TEST(EscapeTest, NamesAreQuotedAsSqlWouldAndNeverLookAlike) {
  EXPECT_EQ(VisibleName("order_lines"), "order_lines");
  EXPECT_EQ(VisibleName("Order lines"), "\"Order lines\"");
  EXPECT_EQ(VisibleName("a.b"), "\"a.b\"");
  EXPECT_EQ(VisibleName("say \"hi\""), "\"say \"\"hi\"\"\"");
  EXPECT_EQ(VisibleName(""), "\"\"");
  EXPECT_EQ(VisibleName("1st"), "\"1st\"");
  EXPECT_EQ(VisibleName("a\nb"), "\"a\\nb\"");
  EXPECT_EQ(VisibleName("a\\nb"), "\"a\\\\nb\"");
}

TEST(EscapeTest, LinesShowTheirTrailingBlank) {
  EXPECT_THAT(VisibleLines("a \n\n  b"), ElementsAre("a\\x20", "", "  b"));
}

TEST(EscapeTest, WidthCountsColumnsNotBytes) {
  EXPECT_EQ(DisplayWidth("größe"), 5U);
  EXPECT_EQ(DisplayWidth("注文"), 4U);
  EXPECT_EQ(DisplayWidth("e\xCC\x81"), 1U);  // e and a combining accent
  EXPECT_EQ(DisplayWidth("…"), 1U);
}

TEST(ObjectNameTest, SaysKindAndQualifiedName) {
  EXPECT_EQ(ObjectTitle({ObjectKind::kTable, "public", "", "orders"}), "table public.orders");
  EXPECT_EQ(ObjectTitle({ObjectKind::kColumn, "Shop", "a.b", "x"}), "column \"Shop\".\"a.b\".x");
  EXPECT_EQ(ShortTitle({ObjectKind::kColumn, "Shop", "a.b", "x"}), "column x");
  EXPECT_EQ(ObjectTitle({ObjectKind::kSchema, "sales", "", "sales"}), "schema sales");
}

TEST(ObjectNameTest, AFunctionsNameIsQuotedWithoutItsArguments) {
  EXPECT_EQ(ObjectTitle({ObjectKind::kFunction, "public", "", "f(integer, text)"}),
            "function public.f(integer, text)");
  EXPECT_EQ(ObjectTitle({ObjectKind::kFunction, "public", "", "f()"}), "function public.f()");
  EXPECT_EQ(ObjectTitle({ObjectKind::kFunction, "public", "", "My f(x)(public.\"odd(type\")"}),
            "function public.\"My f(x)\"(public.\"odd(type\")");
}

}  // namespace
}  // namespace ferry::report
