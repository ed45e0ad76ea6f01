#include "core/sql/quote.h"

#include <gtest/gtest.h>

namespace ferry::sql {
namespace {

TEST(QuoteTest, IdentifiersAreQuotedOnlyWhenTheyMustBe) {
  const std::pair<const char*, const char*> cases[] = {
      {"prices", "prices"},
      {"a_1", "a_1"},
      {"Prices", "\"Prices\""},
      {"1a", "\"1a\""},
      {"", "\"\""},
      {"a b", "\"a b\""},
      {"a\"b", "\"a\"\"b\""},
      {"größe", "\"größe\""},
      {"select", "\"select\""},
      {"user", "\"user\""},
      {"between", "\"between\""},
      {"left", "\"left\""},
      {"name", "name"},
      {"date", "date"},
      {"$x", "\"$x\""},
      {"x; drop table y", "\"x; drop table y\""},
  };
  for (const auto& [name, quoted] : cases) EXPECT_EQ(QuoteIdentifier(name), quoted);
}

TEST(QuoteTest, QualifiedNames) {
  EXPECT_EQ(QuoteQualified({"", "t"}), "t");
  EXPECT_EQ(QuoteQualified({"My Schema", "order"}), "\"My Schema\".\"order\"");
}

TEST(QuoteTest, Literals) {
  EXPECT_EQ(QuoteLiteral("it's"), "'it''s'");
  EXPECT_EQ(QuoteLiteral(""), "''");
  EXPECT_EQ(QuoteLiteral("a\\b'"), "E'a\\\\b'''");
}

}  // namespace
}  // namespace ferry::sql
