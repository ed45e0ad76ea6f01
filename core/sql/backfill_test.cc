#include "core/sql/backfill.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/sql/parser.h"

namespace ferry::sql {
namespace {

using ::testing::HasSubstr;

Statement One(absl::string_view sql) {
  const auto statements = Split(sql, "f.sql", 7, 3);
  EXPECT_TRUE(statements.ok()) << ErrorText(statements.status());
  return statements.ok() && statements->size() == 1 ? (*statements)[0] : Statement();
}

BackfillQueries Render(absl::string_view sql, const TableName& table, const std::vector<std::string>& keys) {
  const auto queries = RenderBackfill(One(sql), table, keys);
  EXPECT_TRUE(queries.ok()) << ErrorText(queries.status());
  return queries.ok() ? *queries : BackfillQueries();
}

TEST(RenderBackfillTest, WalksBySingleKey) {
  const BackfillQueries q =
      Render("UPDATE prices SET adjusted_close = close WHERE adjusted_close IS NULL AND close IS NOT NULL",
             {"", "prices"}, {"id"});
  EXPECT_EQ(
      q.upper_bound,
      "SELECT slice.id FROM (SELECT prices.id FROM prices WHERE prices.id > $1 ORDER BY prices.id LIMIT $2) "
      "slice ORDER BY slice.id DESC LIMIT 1");
  EXPECT_EQ(q.upper_bound_first,
            "SELECT slice.id FROM (SELECT prices.id FROM prices ORDER BY prices.id LIMIT $1) slice "
            "ORDER BY slice.id DESC LIMIT 1");
  EXPECT_EQ(q.batch,
            "UPDATE prices SET adjusted_close = close WHERE adjusted_close IS NULL AND close IS NOT NULL "
            "AND prices.id > $1 AND prices.id <= $2");
  EXPECT_EQ(q.batch_first,
            "UPDATE prices SET adjusted_close = close WHERE adjusted_close IS NULL AND close IS NOT NULL "
            "AND prices.id <= $1");
  EXPECT_EQ(q.remaining, "SELECT count(*) FROM prices WHERE adjusted_close IS NULL AND close IS NOT NULL");
  EXPECT_EQ(q.remaining_example,
            "SELECT prices.id FROM prices WHERE adjusted_close IS NULL AND close IS NOT NULL LIMIT 1");
}

TEST(RenderBackfillTest, WalksByCompositeKeyUnderTheStatementsAlias) {
  const BackfillQueries q = Render(
      "UPDATE ONLY public.prices AS p SET f = x.f FROM factors x, (VALUES (1)) v(a) "
      "WHERE x.s = p.s AND p.f IS NULL OR p.f < 0",
      {"public", "prices"}, {"symbol", "Day"});
  EXPECT_EQ(
      q.upper_bound,
      "SELECT slice.symbol, slice.\"Day\" FROM (SELECT p.symbol, p.\"Day\" FROM ONLY public.prices p WHERE "
      "ROW(p.symbol, p.\"Day\") > ROW($1, $2) ORDER BY p.symbol, p.\"Day\" LIMIT $3) slice "
      "ORDER BY slice.symbol DESC, slice.\"Day\" DESC LIMIT 1");
  EXPECT_EQ(q.batch,
            "UPDATE ONLY public.prices p SET f = x.f FROM factors x, (VALUES (1)) v(a) WHERE ((x.s = p.s AND "
            "p.f IS "
            "NULL) OR p.f < 0) AND ROW(p.symbol, p.\"Day\") > ROW($1, $2) AND ROW(p.symbol, p.\"Day\") <= "
            "ROW($3, $4)");
  EXPECT_THAT(q.batch_first, HasSubstr("AND ROW(p.symbol, p.\"Day\") <= ROW($1, $2)"));
  EXPECT_EQ(q.remaining,
            "SELECT count(*) FROM ONLY public.prices p WHERE EXISTS (SELECT 1 FROM factors x, (VALUES (1)) "
            "v(a) WHERE "
            "(x.s = p.s AND p.f IS NULL) OR p.f < 0)");
}

TEST(RenderBackfillTest, KeepsUsingAndWith) {
  EXPECT_EQ(Render("WITH old AS (SELECT id FROM u) DELETE FROM t USING old WHERE t.u_id = old.id", {"", "t"},
                   {"id"})
                .batch,
            "WITH old AS (SELECT id FROM u) DELETE FROM t USING old WHERE t.u_id = old.id AND t.id > $1 AND "
            "t.id <= $2");
  EXPECT_EQ(
      Render("WITH old AS (SELECT id FROM u) DELETE FROM t USING old WHERE t.u_id = old.id", {"", "t"},
             {"id"})
          .remaining,
      "WITH old AS (SELECT id FROM u) SELECT count(*) FROM t WHERE EXISTS (SELECT 1 FROM old WHERE t.u_id = "
      "old.id)");
}

TEST(RenderBackfillTest, QuotesNamesAndSurvivesHardExpressions) {
  const BackfillQueries q = Render(
      "UPDATE \"My Table\" SET \"select\" = E'a\\nb''c' || $$x'$$ WHERE \"select\" IS NULL AND data ? 'k' "
      "AND "
      "(data->>'n')::int IN (1, 2) AND NOT (x LIKE 'a!%' ESCAPE '!') AND ts AT TIME ZONE 'UTC' > now() - "
      "interval '1 day'",
      {"", "My Table"}, {"order"});
  EXPECT_THAT(q.batch, HasSubstr("\"My Table\".\"order\" > $1 AND \"My Table\".\"order\" <= $2"));
  EXPECT_TRUE(Split(q.batch, "q", 1).ok());
}

struct RefusedCase {
  const char* sql;
  const char* why;
};

TEST(CheckBackfillTest, RefusesWhatCannotBeWalked) {
  const RefusedCase cases[] = {
      {"SELECT 1", "not SELECT"},
      {"INSERT INTO t SELECT 1", "not INSERT"},
      {"TRUNCATE t", "not TRUNCATE TABLE"},
      {"UPDATE t SET a = 1", "needs a WHERE"},
      {"DELETE FROM t", "needs a WHERE"},
      {"UPDATE u SET a = 1 WHERE a IS NULL", "declared for table t but its statement changes u"},
      {"UPDATE public.t SET a = 1 WHERE a IS NULL", "changes public.t"},
      {"UPDATE t SET a = 1 WHERE a IS NULL RETURNING a", "RETURNING"},
      {"DELETE FROM t WHERE a = 1 RETURNING *", "RETURNING"},
      {"UPDATE t SET a = $1 WHERE a IS NULL", "parameters"},
      {"DELETE FROM t WHERE CURRENT OF c", "CURRENT OF"},
      {"WITH x AS (DELETE FROM u RETURNING 1) UPDATE t SET a = 1 WHERE a IS NULL", "may only read"},
      {"UPDATE t SET n = n + 1 WHERE active", "mentions no column that the UPDATE sets"},
  };
  for (const RefusedCase& c : cases) {
    const absl::Status status = CheckBackfill(One(c.sql), {"", "t"});
    EXPECT_TRUE(HasCode(status, ErrorCode::kBackfillShape)) << c.sql << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr(c.why)) << c.sql;
    EXPECT_EQ(DetailOf(status).line, 7);
    EXPECT_EQ(DetailOf(status).column, 3);
  }
}

TEST(CheckBackfillTest, AcceptsWhateverMakesItsOwnWhereFalse) {
  for (const char* sql :
       {"DELETE FROM t WHERE created < now()", "UPDATE t SET a = 1 WHERE a IS DISTINCT FROM 1",
        "UPDATE t SET (a, b) = (SELECT 1, 2) WHERE t.b IS NULL", "UPDATE t x SET a = 1 WHERE x IS NULL",
        "UPDATE t SET a = 1 WHERE id IN (SELECT id FROM t WHERE a IS NULL)"}) {
    EXPECT_TRUE(CheckBackfill(One(sql), {"", "t"}).ok()) << sql;
  }
}

TEST(RenderBackfillTest, NeedsAKeyThatTheStatementLeavesAlone) {
  EXPECT_TRUE(HasCode(RenderBackfill(One("DELETE FROM t WHERE a = 1"), {"", "t"}, {}).status(),
                      ErrorCode::kBackfillKey));
  const absl::Status status =
      RenderBackfill(One("UPDATE t SET id = id + 1 WHERE id < 10"), {"", "t"}, {"id"}).status();
  EXPECT_TRUE(HasCode(status, ErrorCode::kBackfillShape));
  EXPECT_THAT(std::string(status.message()), HasSubstr("sets id"));
}

}  // namespace
}  // namespace ferry::sql
