// scripts/trading-data: the same seed gives the same data, whatever version the schema has.
#include "tests/trading/trading_fixture.h"

namespace ferry::test {
namespace {

using migration::Migration;
using ::testing::HasSubstr;

class TradingDataTest : public TradingTest {
 protected:
  // Another empty database, brought up to `version`.
  void FreshAt(const std::string& version) {
    setup_.reset();
    migrate_.reset();
    SetUp();
    for (const Migration& m : Trading().migrations) {
      ASSERT_OK(Apply(m));
      if (m.version.ToString() == version) return;
    }
    FAIL() << "no version " << version;
  }
  int Count(const std::string& table) {
    return std::stoi(Cell(*migrate_, absl::StrCat("SELECT count(*) FROM public.", table)));
  }
};

TEST_F(TradingDataTest, TheSameSeedGivesTheSameRowsAndAnotherOneOthers) {
  FreshAt("1.0.0");
  Fill(5000, 42);
  const std::string first = Checksums();
  EXPECT_THAT(first, HasSubstr("prices 5000 "));
  FreshAt("1.0.0");
  Fill(5000, 42);
  EXPECT_EQ(Checksums(), first);
  FreshAt("1.0.0");
  Fill(5000, 43);
  EXPECT_NE(Checksums(), first);
}

TEST_F(TradingDataTest, TheOtherTablesGrowWithThePrices) {
  FreshAt("1.0.0");
  Fill(40000);
  EXPECT_EQ(Count("prices"), 40000);
  for (const char* table :
       {"articles", "sentiment_scores", "events", "trading_signals", "orders", "backtest_results"}) {
    EXPECT_GE(Count(table), 40) << table;
  }
  EXPECT_EQ(Count("articles"), 1000);
  EXPECT_EQ(Count("sentiment_scores"), 2000);
  EXPECT_GT(std::stoi(Cell(*migrate_, "SELECT count(*) FROM public.prices WHERE close IS NULL")), 0);
}

TEST_F(TradingDataTest, EveryVersionOfTheSchemaCanBeFilledAndMigratedOn) {
  for (const Migration& at : Trading().migrations) {
    SCOPED_TRACE(at.version.ToString());
    FreshAt(at.version.ToString());
    Fill(300);
    EXPECT_EQ(Count("prices"), 300);
    for (const Migration& m : Trading().migrations) {
      if (at.version < m.version) {
        ASSERT_OK(Apply(m));
      }
    }
  }
}

TEST_F(TradingDataTest, ANumberThatIsNoneIsRefusedAndNothingIsWritten) {
  FreshAt("1.0.0");
  const Finished said = Generate({"--rows", "many"});
  EXPECT_EQ(said.exit_code, 1);
  EXPECT_THAT(said.err, HasSubstr("--rows needs a number"));
  EXPECT_EQ(Count("prices"), 0);
}

}  // namespace
}  // namespace ferry::test
