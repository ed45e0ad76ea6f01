#include "core/sql/transform.h"

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

TransformQueries Render(absl::string_view sql, const TransformOptions& options) {
  const auto queries = RenderTransform(One(sql), options);
  EXPECT_TRUE(queries.ok()) << ErrorText(queries.status());
  return queries.ok() ? *queries : TransformQueries();
}

TEST(RenderTransformTest, PutsTheQueryAsItIsIntoEveryStatement) {
  const TransformQueries q =
      Render("SELECT id, title FROM articles WHERE slug IS NULL;", {{}, {"id"}, {"slug"}});
  const std::string query = "(\nSELECT id, title FROM articles WHERE slug IS NULL\n) AS q";
  EXPECT_EQ(q.read_first, "SELECT pg_catalog.to_jsonb(q.*)::pg_catalog.text, q.id FROM " + query +
                              " ORDER BY q.id LIMIT $1");
  EXPECT_EQ(q.read, "SELECT pg_catalog.to_jsonb(q.*)::pg_catalog.text, q.id FROM " + query +
                        " WHERE q.id > $1 ORDER BY q.id LIMIT $2");
  EXPECT_EQ(q.create,
            "CREATE TEMPORARY TABLE pg_temp.ferry_transform ON COMMIT DROP AS SELECT t.id, t.slug,"
            " 0::pg_catalog.int8 AS place, ''::pg_catalog.text AS seen FROM articles AS t WITH NO DATA");
  EXPECT_EQ(
      q.lock,
      "SELECT s.place FROM articles AS t JOIN pg_temp.ferry_transform AS s ON t.id = s.id ORDER BY s.place"
      " FOR NO KEY UPDATE OF t");
  EXPECT_EQ(
      q.update,
      "UPDATE articles AS t SET slug = s.slug FROM pg_temp.ferry_transform AS s CROSS JOIN LATERAL (SELECT"
      " pg_catalog.to_jsonb(q.*)::pg_catalog.text AS json FROM " +
          query +
          " WHERE q.id = s.id OFFSET 0) AS now WHERE t.id = s.id AND now.json OPERATOR(pg_catalog.=) s.seen"
          " RETURNING s.place");
  EXPECT_EQ(q.remaining, "SELECT pg_catalog.count(*) FROM " + query);
  EXPECT_EQ(q.remaining_example, "SELECT q.id FROM " + query + " LIMIT 1");
}

TEST(RenderTransformTest, QuotesNamesAndKeepsItsOwnColumnsApart) {
  const TransformQueries q =
      Render("SELECT a.\"Order\", a.place, upper(a.x) AS x FROM ONLY app.\"T\" a WHERE a.seen IS NULL",
             {{"app", "T"}, {"Order", "place"}, {"seen", "select"}});
  EXPECT_THAT(q.read,
              HasSubstr("WHERE ROW(q.\"Order\", q.place) > ROW($1, $2) ORDER BY q.\"Order\", q.place"));
  EXPECT_THAT(q.create, HasSubstr("SELECT t.\"Order\", t.place, t.seen, t.\"select\", 0::pg_catalog.int8 AS "
                                  "place_, ''::pg_catalog.text AS seen_ FROM ONLY app.\"T\" AS t"));
  EXPECT_THAT(q.fill, HasSubstr("'place_', e.place, 'seen_', e.seen"));
  EXPECT_THAT(q.update,
              HasSubstr("UPDATE ONLY app.\"T\" AS t SET seen = s.seen, \"select\" = s.\"select\" FROM"));
  for (const std::string* sql : {&q.read, &q.read_first, &q.create, &q.fill, &q.lock, &q.update, &q.still,
                                 &q.remaining, &q.remaining_example}) {
    EXPECT_TRUE(Split(*sql, "q", 1).ok()) << *sql;
  }
}

struct RefusedCase {
  const char* sql;
  const char* why;
};

TEST(CheckTransformTest, RefusesWhatCannotBeAnsweredRowByRow) {
  const RefusedCase cases[] = {
      {"UPDATE t SET s = 1 WHERE s IS NULL", "one SELECT, not UPDATE"},
      {"VALUES (1)", "without UNION"},
      {"SELECT id FROM t WHERE s IS NULL UNION SELECT id FROM u", "without UNION"},
      {"WITH x AS (SELECT 1) SELECT id FROM t WHERE s IS NULL", "may not have WITH"},
      {"SELECT id INTO n FROM t WHERE s IS NULL", "INTO"},
      {"SELECT DISTINCT id FROM t WHERE s IS NULL", "DISTINCT"},
      {"SELECT id FROM t WHERE s IS NULL GROUP BY id", "GROUP BY"},
      {"SELECT id FROM t WHERE s IS NULL ORDER BY id", "ORDER BY"},
      {"SELECT id FROM t WHERE s IS NULL LIMIT 5", "LIMIT"},
      {"SELECT id FROM t WHERE s IS NULL OFFSET 5", "LIMIT or OFFSET"},
      {"SELECT id FROM t WHERE s IS NULL FOR UPDATE", "lock rows"},
      {"SELECT id FROM t", "needs a WHERE"},
      {"SELECT id WHERE s IS NULL", "exactly one table"},
      {"SELECT id FROM t, u WHERE s IS NULL", "exactly one table"},
      {"SELECT id FROM t JOIN u USING (id) WHERE s IS NULL", "without joins"},
      {"SELECT id FROM (SELECT 1 AS id) t WHERE s IS NULL", "sub-selects"},
      {"SELECT id FROM t TABLESAMPLE system (1) WHERE s IS NULL", "exactly one table"},
      {"SELECT id FROM t WHERE s IS NULL AND id IN (SELECT id FROM u)", "sub-selects"},
      {"SELECT id, (SELECT 1) AS x FROM t WHERE s IS NULL", "sub-selects"},
      {"SELECT id FROM t WHERE s IS NULL AND id > $1", "parameters"},
      {"SELECT id, max(x) AS x FROM t WHERE s IS NULL", "aggregates"},
      {"SELECT id, f(x) OVER () AS x FROM t WHERE s IS NULL", "window functions"},
      {"SELECT id FROM t AS x (id, s) WHERE s IS NULL", "rename"},
      {"SELECT * FROM t WHERE s IS NULL", "names its columns"},
      {"SELECT id, upper(x) FROM t WHERE s IS NULL", "AS name"},
      {"SELECT id, x, y AS x FROM t WHERE s IS NULL", "two columns called x"},
      {"SELECT x FROM t WHERE s IS NULL", "does not return the key's column id"},
      {"SELECT id + 1 AS id FROM t WHERE s IS NULL", "does not return the key's column id"},
      {"SELECT x AS id FROM t WHERE s IS NULL", "does not return the key's column id"},
      {"SELECT id FROM t WHERE x IS NULL", "mentions no column that the answers write"},
      {"SELECT id FROM u WHERE s IS NULL", "declared for table t but its query reads u"},
      {"SELECT id FROM public.t WHERE s IS NULL", "reads public.t"},
  };
  for (const RefusedCase& c : cases) {
    const absl::Status status = CheckTransform(One(c.sql), {{"", "t"}, {"id"}, {"s"}}).status();
    EXPECT_TRUE(HasCode(status, ErrorCode::kTransformShape)) << c.sql << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr(c.why)) << c.sql;
    EXPECT_EQ(DetailOf(status).line, 7);
    EXPECT_EQ(DetailOf(status).column, 3);
  }
  EXPECT_THAT(
      std::string(
          CheckTransform(One("SELECT id FROM t WHERE id > 1"), {{}, {"id"}, {"id"}}).status().message()),
      HasSubstr("column id of the key cannot be written"));
}

TEST(CheckTransformTest, FindsTheTableAndAcceptsExpressions) {
  const auto table = CheckTransform(One("SELECT a.id, a.title, a.s, lower(a.title) AS low FROM app.articles "
                                        "a WHERE a.s IS DISTINCT FROM 'x'"),
                                    {{}, {"id"}, {"s"}});
  ASSERT_TRUE(table.ok()) << table.status();
  EXPECT_EQ(*table, (TableName{"app", "articles"}));
}

}  // namespace
}  // namespace ferry::sql
