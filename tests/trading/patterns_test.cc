// Each migration of the sample: up, verified, down, verified gone, up again, with the schema's fingerprint
// and the data compared at every turn.
#include "pg/catalog/snapshot.h"
#include "pg/executor/verify.h"
#include "tests/trading/trading_fixture.h"

namespace ferry::test {
namespace {

using migration::Migration;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class PatternsTest : public TradingTest {
 protected:
  std::string Fingerprint() {
    const absl::StatusOr<schema::Snapshot> snapshot = pg::ReadSnapshot(*migrate_);
    EXPECT_OK(snapshot);
    return snapshot.ok() ? snapshot->root : "";
  }

  void Up(const Migration& m) {
    ASSERT_OK(Apply(m));
    EXPECT_OK(executor::VerifyMigration(*migrate_, m));
    const auto tables = executor::TouchedTables(*migrate_, m);
    ASSERT_OK(tables);
    EXPECT_OK(executor::CheckNothingInvalid(*migrate_, *tables));
  }

  // Every migration below `version`, and data, as production has it by then.
  void Prepare(const std::string& version) {
    for (const Migration& m : Trading().migrations) {
      if (m.version.ToString() == version) return;
      ASSERT_NO_FATAL_FAILURE(Up(m));
      if (m.version.ToString() == "1.0.0") Fill(2000);
    }
  }

  // Applies until the gate has been asked `times`; whether it came to the end before that.
  bool ApplyUntil(const Migration& m, int times) {
    gate_.asked = 0;
    gate_.permit = [this, times](absl::Time) -> absl::StatusOr<absl::Time> {
      if (gate_.asked > times) return Error(ErrorCode::kWindowClosed, "closed");
      return absl::InfiniteFuture();
    };
    const auto result = Apply(m);
    gate_.permit = nullptr;
    if (result.ok()) return true;
    EXPECT_THAT(result, StatusIsCode(ErrorCode::kWindowClosed));
    return false;
  }

  const Migration& Of(const std::string& version) { return *Trading().Find(version); }
};

TEST_F(PatternsTest, TheFolderIsWithoutProblem) {
  std::string sum;
  const std::vector<migration::SourceFile> files = Files(&sum);
  EXPECT_THAT(migration::Lint(files, sum), IsEmpty());
  std::vector<std::string> names;
  for (const Migration& m : Trading().migrations) {
    names.push_back(absl::StrCat(m.version.ToString(), " ", m.name));
    EXPECT_THAT(m.verify, Not(IsEmpty())) << m.file;
    EXPECT_FALSE(m.irreversible) << m.file;
  }
  EXPECT_THAT(names, ElementsAre("1.0.0 initial_schema", "1.1.0 add_adjusted_close", "1.2.0 add_instruments",
                                 "1.3.0 order_instruments", "1.4.0 index_adjusted_close",
                                 "1.5.0 widen_order_quantity", "1.6.0 label_sentiment", "2.0.0 rename_close",
                                 "3.0.0 drop_articles_created_at", "4.0.0 drop_backtest_results"));
}

TEST_F(PatternsTest, EachGoesUpAndDownAndUpAgainAndLeavesNoTrace) {
  for (const Migration& m : Trading().migrations) {
    SCOPED_TRACE(m.file);
    const std::string without = Fingerprint(), data = Checksums();
    EXPECT_THAT(executor::VerifyMigration(*migrate_, m), StatusIsCode(ErrorCode::kVerifyFalse));
    ASSERT_NO_FATAL_FAILURE(Up(m));
    const std::string with = Fingerprint();
    EXPECT_NE(with, without);
    const std::string data_with = Checksums();

    ASSERT_OK(RollBack(m));
    EXPECT_THAT(executor::VerifyMigration(*migrate_, m), StatusIsCode(ErrorCode::kVerifyFalse));
    EXPECT_EQ(Fingerprint(), without);
    EXPECT_EQ(Checksums(), data);

    ASSERT_NO_FATAL_FAILURE(Up(m));
    EXPECT_EQ(Fingerprint(), with);
    if (m.version.ToString() == "1.0.0") {
      Fill(2000);
    } else if (m.version.ToString() != "1.2.0") {  // whose rows say when they were made
      EXPECT_EQ(Checksums(), data_with);
    }
  }
  while (!Applied().empty()) {
    const std::string all = Applied();
    ASSERT_OK(RollBack(Of(all.substr(all.rfind(' ') + 1))));
  }
}

TEST_F(PatternsTest, EachCanBeUndoneWhereverItStopped) {
  limits_.batch_pause = absl::ZeroDuration();
  for (const Migration& m : Trading().migrations) {
    SCOPED_TRACE(m.file);
    const std::string without = Fingerprint(), data = Checksums();
    int times = 1;
    while (!ApplyUntil(m, times)) {
      ASSERT_OK(RollBack(m));
      ASSERT_EQ(Fingerprint(), without) << "stopped after " << times;
      ASSERT_EQ(Checksums(), data) << "stopped after " << times;
      ++times;
    }
    EXPECT_GE(times, static_cast<int>(m.up.size()));
    EXPECT_OK(executor::VerifyMigration(*migrate_, m));
    if (m.version.ToString() == "1.0.0") Fill(400);
  }
}

TEST_F(PatternsTest, AForeignKeyIsAddedAndValidatedInTransactionsOfTheirOwn) {
  Prepare("1.3.0");
  Run(*migrate_, "INSERT INTO public.orders (symbol, side, quantity, price) VALUES ('NEWCO', 'buy', 5, 1)");
  const Migration& m = Of("1.3.0");
  ASSERT_EQ(m.up.size(), 2u);
  ASSERT_FALSE(ApplyUntil(m, 1));
  EXPECT_EQ(
      Cell(*migrate_, "SELECT convalidated FROM pg_constraint WHERE conname = 'orders_instrument_fkey'"),
      "f");
  ASSERT_NO_FATAL_FAILURE(Up(m));
  EXPECT_EQ(Cell(*migrate_, "SELECT count(*) FROM public.instruments WHERE symbol = 'NEWCO'"), "1");
  EXPECT_THAT(migrate_->Query(
                  "INSERT INTO public.orders (symbol, side, quantity, price) VALUES ('NOBODY', 'buy', 5, 1)"),
              StatusText(HasSubstr("orders_instrument_fkey")));
}

TEST_F(PatternsTest, OrdersWrittenWhileTheTypeChangesKeepTheirQuantity) {
  Prepare("1.5.0");
  const Migration& m = Of("1.5.0");
  ASSERT_FALSE(ApplyUntil(m, 1));
  Run(*migrate_,
      "INSERT INTO public.orders (symbol, side, quantity, price, status) VALUES ('AAPL', 'buy', 77, 1, "
      "'new')");
  Run(*migrate_, "UPDATE public.orders SET quantity = 12345 WHERE id = 1");
  ASSERT_NO_FATAL_FAILURE(Up(m));
  EXPECT_EQ(Cell(*migrate_, "SELECT quantity FROM public.orders ORDER BY id DESC LIMIT 1"), "77");
  EXPECT_EQ(Cell(*migrate_, "SELECT quantity FROM public.orders WHERE id = 1"), "12345");

  Run(*migrate_, "UPDATE public.orders SET quantity = 3000000000 WHERE id = 1");
  const std::string with = Fingerprint();
  EXPECT_THAT(RollBack(m), StatusText(HasSubstr("22003")));
  EXPECT_EQ(Fingerprint(), with);
  EXPECT_EQ(Cell(*migrate_, "SELECT quantity FROM public.orders WHERE id = 1"), "3000000000");
  Run(*migrate_, "UPDATE public.orders SET quantity = 3 WHERE id = 1");
  ASSERT_OK(RollBack(m));
}

TEST_F(PatternsTest, ScoresOfOldCodeAreLabelledToo) {
  Prepare("2.0.0");
  Run(*migrate_,
      "INSERT INTO public.sentiment_scores (article_id, model, score, confidence) VALUES (1, 'old', -0.9, "
      "1)");
  EXPECT_EQ(Cell(*migrate_, "SELECT label FROM public.sentiment_scores WHERE model = 'old'"), "negative");
  Run(*migrate_, "UPDATE public.sentiment_scores SET score = 0.3 WHERE model = 'old'");
  EXPECT_EQ(Cell(*migrate_, "SELECT label FROM public.sentiment_scores WHERE model = 'old'"), "positive");
}

TEST_F(PatternsTest, WhatADropTookAwayComesBackWithItsRows) {
  Prepare("3.0.0");
  const std::string before = Checksums();
  ASSERT_NO_FATAL_FAILURE(Up(Of("3.0.0")));
  ASSERT_NO_FATAL_FAILURE(Up(Of("4.0.0")));
  EXPECT_EQ(Cell(*migrate_, "SELECT to_regclass('public.backtest_results')"), "");
  Run(*migrate_,
      "INSERT INTO public.articles (url, title, source, published_at) VALUES ('x:new', 'new', 'blog', "
      "now())");
  ASSERT_OK(RollBack(Of("4.0.0")));
  ASSERT_OK(RollBack(Of("3.0.0")));
  EXPECT_EQ(Cell(*migrate_,
                 "SELECT created_at > now() - interval '1 hour' FROM public.articles"
                 " WHERE url = 'x:new'"),
            "t");
  Run(*migrate_, "DELETE FROM public.articles WHERE url = 'x:new'");
  EXPECT_EQ(Checksums(), before);
}

}  // namespace
}  // namespace ferry::test
